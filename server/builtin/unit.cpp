#include "builtin/unit.h"

#include "builtin/functions.h"
#include "builtin/listings.h"
#include "builtin/phrase.h"
#include "builtin/traverse.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::builtin {

namespace {

constexpr std::string_view class_types[] = { "class_specifier", "struct_specifier", "class_definition", "class_declaration",
    "abstract_class_declaration", "class" };

bool is_class(syntax::Node node) { return std::find(std::begin(class_types), std::end(class_types), node.type()) != std::end(class_types); }

syntax::Node enclosing_class(syntax::Node function)
{
    syntax::Node node = function.parent();
    for (int i = 0; i < 6 && node; ++i, node = node.parent()) {
        if (is_class(node))
            return node;
        if (node.is_any({ "function_definition", "namespace_definition" }) && node != function)
            break;
    }
    return {};
}

syntax::Node class_named(syntax::Node root, std::string_view name, std::string_view source)
{
    syntax::Node found;
    traverse(root, [&](syntax::Node node) {
        if (!found && is_class(node) && node.field("name").text(source) == name && node.field("body"))
            found = node;
        return !found && !node.is("compound_statement");
    });
    return found;
}

std::vector<Parameter> without_receivers(std::vector<Parameter> parameters)
{
    std::erase_if(parameters, [](Parameter const& parameter) { return parameter.is_receiver; });
    return parameters;
}

/// A member's name, whatever grammar.
std::string_view member_name(syntax::Node member, std::string_view source)
{
    if (syntax::Node const name = member.field("name"))
        return name.text(source);
    syntax::Node declarator = member.field("declarator");
    while (declarator && declarator.field("declarator"))
        declarator = declarator.field("declarator");
    return declarator ? declarator.text(source) : std::string_view();
}

bool is_constructor(std::string_view member, std::string_view class_name)
{
    return member == class_name || member == "__init__" || member == "constructor";
}

ClassShape shape_of(syntax::Node node, std::string_view method, Vocabulary const& vocabulary, std::string_view source)
{
    ClassShape shape;
    shape.is_known = true;
    shape.name = std::string(node.field("name").text(source));
    bool is_private = node.is("class_specifier");
    for (syntax::Node member : node.field("body").named_children()) {
        std::string_view const text = member.text(source);
        if (member.is("access_specifier")) {
            is_private = !text.starts_with("public");
            continue;
        }
        bool const is_decorated_static =
            member.is("decorated_definition") && (contains(text, "@staticmethod") || contains(text, "@classmethod"));
        if (member.is("decorated_definition"))
            member = member.field("definition");
        std::string_view const name = member_name(member, source);
        if (is_constructor(name, shape.name)) {
            bool const is_usable = !is_private && !contains(text.substr(0, 4096), "= delete");
            if (is_usable)
                shape.constructors.push_back(without_receivers(parameters_of(member, vocabulary, source)));
            else if (shape.constructors.empty())
                shape.is_known = false;
        }
        if (name == method) {
            shape.is_private = is_private || text.starts_with("private ") || text.starts_with("protected ") || name.starts_with("#");
            shape.is_static = text.starts_with("static ") || contains(text.substr(0, text.find('(')), "static ") || is_decorated_static;
        }
    }
    return shape;
}

bool is_in_anonymous_namespace(syntax::Node node)
{
    for (syntax::Node up = node.parent(); up; up = up.parent()) {
        if (up.is("namespace_definition") && !up.field("name"))
            return true;
    }
    return false;
}

/// Why a test in another file cannot call a C or C++ function.
std::string hidden_in_cpp(syntax::Node function, std::string_view source)
{
    std::string_view const text = function.text(source);
    if (is_in_anonymous_namespace(function))
        return "it stands in an unnamed namespace, so only its own file can call it";
    if (text.starts_with("static ") && !enclosing_class(function))
        return "it is static, so only its own file can call it";
    return {};
}

/// Namespaces around a C++ function, outermost first, joined by "::".
std::string namespaces_around(syntax::Node node, std::string_view source)
{
    std::string scope;
    for (syntax::Node up = node.parent(); up; up = up.parent()) {
        if (!up.is("namespace_definition") || !up.field("name"))
            continue;
        std::string const name(up.field("name").text(source));
        scope = scope.empty() ? name : name + "::" + scope;
    }
    return scope;
}

bool has_namespace(Source const& source, std::string_view name)
{
    return contains(*source.text, fmt::format("namespace {} {{", name)) || contains(*source.text, fmt::format("namespace {}\n", name))
        || contains(*source.text, fmt::format("::{} {{", name));
}

/// Appends "b::c::" or "b::c" to the scope "a".
void add_scope(std::string& scope, std::string_view inner)
{
    while (inner.ends_with(':'))
        inner.remove_suffix(1);
    if (!inner.empty())
        scope += (scope.empty() ? "" : "::") + std::string(inner);
}

bool is_function_inside_function(syntax::Node function, Vocabulary const& vocabulary)
{
    for (syntax::Node up = function.parent(); up; up = up.parent()) {
        if (vocabulary.kind(up) == Kind::function)
            return true;
    }
    return false;
}

}

std::string Unit::qualified(std::string_view separator) const
{
    std::string text = scope;
    for (std::string const* part : { &class_name, &name }) {
        if (part->empty())
            continue;
        if (!text.empty())
            text += separator;
        text += *part;
    }
    return text;
}

Unit unit_of(Source const& source, syntax::Symbol const& symbol, Source const* other)
{
    Vocabulary const vocabulary(*source.language);
    std::string_view const text = *source.text;
    syntax::Node const function = function_node(*source.tree, symbol);
    bool const is_cpp = source.language->name == "cpp" || source.language->name == "c";

    Unit unit;
    unit.name = std::string(last_component(symbol.name));
    unit.parameters = without_receivers(parameters_of(function, vocabulary, text));
    unit.branches = branches_of(body_node(*source.tree, symbol), vocabulary, text);
    unit.first_line = source.line_of(symbol.range.begin);
    unit.last_line = source.line_of(symbol.range.end);
    for (std::string_view const field : { "type", "return_type", "result", "returns" }) {
        if (syntax::Node const type = function.field(field); type && unit.return_type.empty())
            unit.return_type = one_line(type.text(text), 80);
    }
    std::string_view const head =
        text.substr(symbol.range.begin, (symbol.body.size() > 0 ? symbol.body.begin : symbol.range.end) - symbol.range.begin);
    unit.is_async = contains(head, "async ");
    unit.is_generic = function.field("type_parameters") || (function.parent() && function.parent().is("template_declaration"));
    unit.is_property = contains(head, "@property") || contains(head, "@cached_property") || function.text(text).starts_with("get ");

    syntax::Node class_node = enclosing_class(function);
    std::string_view class_source = text;
    if (is_cpp) {
        unit.scope = namespaces_around(function, text);
        unit.unreachable = hidden_in_cpp(function, text);
        // "Parser::parse" defined outside of its class, or "text::wrap" outside of its namespace.
        std::string_view const written = symbol.name;
        if (auto const separator = written.rfind("::"); separator != std::string_view::npos && !class_node) {
            std::string_view const prefix = written.substr(0, separator);
            std::string_view const outer = last_component(prefix);
            class_node = class_named(source.tree->root(), outer, text);
            if (!class_node && other && other->tree) {
                class_node = class_named(other->tree->root(), outer, *other->text);
                class_source = *other->text;
            }
            bool const is_namespace = !class_node && (has_namespace(source, outer) || (other && has_namespace(*other, outer)));
            std::string_view const around = is_namespace ? prefix : prefix.substr(0, prefix.size() - outer.size());
            add_scope(unit.scope, around);
            if (!is_namespace)
                unit.class_name = std::string(outer);
        }
    }
    if (class_node) {
        unit.shape = shape_of(class_node, unit.name, vocabulary, class_source);
        unit.class_name = unit.shape.name;
        if (unit.shape.is_private)
            unit.unreachable = "it is private to its class";
    }
    if (source.language->name == "go" && function.field("receiver")) {
        for (Parameter const& parameter : parameters_of(function, vocabulary, text)) {
            if (parameter.is_receiver)
                unit.class_name = parameter.type.starts_with("*") ? parameter.type.substr(1) : parameter.type;
        }
        unit.shape.is_known = true;
    }
    if (unit.unreachable.empty() && source.language->name != "go" && is_function_inside_function(function, vocabulary))
        unit.unreachable = "it is defined inside another function";
    if (unit.name == "main" && unit.class_name.empty())
        unit.unreachable = "it is the program's entry";
    return unit;
}

}
