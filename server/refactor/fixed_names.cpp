#include "refactor/fixed_names.h"

#include "refactor/tree_path.h"

#include <algorithm>
#include <cctype>

namespace countersign::refactor {

using syntax::Node;

namespace {

/// &x, ref x and the like: from then on others may change it.
bool is_address(std::string_view text, Node parent)
{
    constexpr std::string_view types = "pointer_expression reference_expression unary_expression reference_declarator argument";
    std::string_view const written = parent.text(text);
    return is_a(parent, types) && (written.starts_with('&') || written.starts_with("ref ") || written.starts_with("out "));
}

/// What a language's own library or an import names, which nobody assigns to.
bool is_library(std::string_view language, std::string_view name, Node root, std::string_view text)
{
    if (listed("javascript typescript tsx", language))
        return listed("console Math JSON Object Array Promise Number String", name);
    if (language == "csharp")
        return listed("Console Math Convert Debug Trace Task Path File Assert", name);
    if (language == "java")
        return !name.empty() && std::isupper(static_cast<unsigned char>(name.front())); // a class, or a constant
    if (language != "go")
        return false;
    bool found = false;
    walk_all(root, [&](Node node, std::size_t depth) {
        std::string_view path = node.is("import_spec") ? node.field("path").text(text) : std::string_view();
        if (path.ends_with('"'))
            path.remove_suffix(1);
        found = found || (!path.empty() && path.substr(path.find_last_of("/\"") + 1) == name);
        return !found && depth < 4;
    });
    return found;
}

}

FixedNames::FixedNames(Grammar const& grammar, syntax::Tree const& tree, std::vector<Node> const& path, Node statement)
    : grammar_(grammar)
    , tree_(tree)
    , statement_(statement)
{
    auto const function =
        std::find_if(path.rbegin(), path.rend(), [&](Node node) { return node.is_named() && is_a(node, grammar.functions); });
    if (function != path.rend())
        function_ = *function;
}

bool FixedNames::is_private(syntax::Binding const& binding) const
{
    if (!binding.is_local || binding.uncertain || !listed("variable parameter constant", binding.kind))
        return false;
    std::vector<Node> places = binding.references;
    places.push_back(binding.definition);
    return std::all_of(places.begin(), places.end(), [&](Node place) {
        auto const path = path_to(tree_, place.range());
        auto const inner =
            std::find_if(path.rbegin(), path.rend(), [&](Node node) { return node.is_named() && is_a(node, grammar_.functions); });
        return path.size() > 1 && inner != path.rend() && *inner == function_ && !is_address(tree_.text(), path[path.size() - 2]);
    });
}

bool FixedNames::holds(Node identifier) const
{
    if (!function_ || !identifier.is("identifier"))
        return false;
    if (!scopes_)
        scopes_.emplace(tree_, function_);
    syntax::Binding const* const binding = scopes_->binding_at(identifier.begin());
    if (!binding)
        return is_library(grammar_.language, identifier.text(tree_.text()), tree_.root(), tree_.text());
    if (!is_private(*binding))
        return false;
    return std::none_of(binding->writes.begin(), binding->writes.end(), [&](Node write) {
        bool const is_target = statement_.begin() == write.begin();
        return statement_.range().contains(write.range()) && !is_target;
    });
}

}
