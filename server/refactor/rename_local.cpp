// rename_local: gives a variable or parameter of a function another name, everywhere it is meant.
//
// Safe, because syntax::Scopes knows every identifier that means it, or says why not, and then this refuses. Beyond that:
// - The name is local to a function and no caller can write it (Python's and Ruby's keyword arguments; C#'s, which any caller of a method
//   that is not private may use; TypeScript's parameters that are properties as well).
// - The new name is a name of the language and occurs nowhere in the old one's scope, so nothing is captured either way.
// - Where the name stands for a key and a value at once ({x} in JavaScript, S { x } in Rust), the key stays: {x: y}.
#include "refactor/grammar_table.h"
#include "refactor/names.h"
#include "refactor/rules.h"
#include "refactor/tree_path.h"
#include "syntax/scopes.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::refactor {

using syntax::Node;

namespace {

tl::unexpected<Error> denied(std::string why) { return fail(ErrorCode::denied, std::move(why)); }

std::vector<Node> nodes_around(syntax::Tree const& tree, Node identifier)
{
    auto path = path_to(tree, identifier.range());
    std::reverse(path.begin(), path.end());
    return path;
}

/// The macro of this file that makes a text of what stands at `place`; empty if there is none.
std::string_view stringizer(syntax::Tree const& tree, Node place)
{
    std::string_view const text = tree.text();
    if (!listed("c cpp", tree.language().name) || text.find("#define") == std::string_view::npos)
        return {};
    std::string_view found;
    for (Node const node : nodes_around(tree, place)) {
        std::string_view const callee = node.is("call_expression") ? node.field("function").text(text) : std::string_view();
        if (callee.empty())
            continue;
        walk_all(tree.root(), [&](Node macro, std::size_t) {
            bool const is_it = macro.is("preproc_function_def") && macro.field("name").text(text) == callee;
            if (is_it && macro.field("value").text(text).find('#') != std::string_view::npos)
                found = callee;
            return found.empty();
        });
    }
    return found;
}

/// Whether code elsewhere may write the parameter's name.
std::string seen_by_callers(syntax::Tree const& tree, syntax::Binding const& binding)
{
    if (binding.named_by_callers)
        return "callers may pass it by name";
    std::string_view const language = tree.language().name;
    for (Node const node : nodes_around(tree, binding.definition)) {
        if (language == "csharp" && node.is("parameter")) {
            auto const around = nodes_around(tree, node);
            auto const owner = std::find_if(around.begin(), around.end(), [](Node each) {
                return each.is_any({ "method_declaration", "constructor_declaration", "indexer_declaration", "record_declaration",
                    "class_declaration", "delegate_declaration" });
            });
            bool const local = std::any_of(around.begin(), owner, [](Node each) {
                return each.is_any({ "lambda_expression", "local_function_statement", "anonymous_method_expression" });
            });
            if (!local)
                return "callers may pass it by name";
        }
        if (node.is_any({ "required_parameter", "optional_parameter" }) && node.named_count()
            && node.named_child(0).is("accessibility_modifier"))
            return "the parameter is a property as well";
    }
    return {};
}

}

Result<Application> rename_local(Site const& site)
{
    std::string_view const text = site.tree.text();
    std::string const& language = site.tree.language().name;
    if (!find_grammar(language))
        return fail(ErrorCode::not_found, fmt::format("there are no refactorings for {}", site.tree.language().display_name));
    if (!is_inside(site.tree, site.selection))
        return fail(ErrorCode::invalid_params, "the selection lies outside the text");
    if (site.new_name.empty())
        return fail(ErrorCode::invalid_params, "a new name is needed");
    if (std::string const problem = name_problem(language, site.new_name); !problem.empty())
        return fail(ErrorCode::invalid_params, problem);

    syntax::Scopes const scopes(site.tree);
    syntax::Binding const* const binding = scopes.binding_at(site.selection.begin);
    if (!binding)
        return fail(ErrorCode::not_found, "there is no name of a local variable or parameter here");
    if (site.selection.size() > 0 && text.substr(site.selection.begin, site.selection.size()) != binding->name)
        return fail(ErrorCode::not_found, "the selection is not a name");
    if (!binding->is_local || !listed("variable parameter constant", binding->kind))
        return denied(fmt::format("{} is not a local variable or parameter; other files may use it", binding->name));
    if (binding->uncertain)
        return denied(fmt::format("not every use of {} is certain: {}", binding->name, *binding->uncertain));
    if (binding->name == site.new_name)
        return denied("that is its name already");
    if (std::string const why = seen_by_callers(site.tree, *binding); !why.empty())
        return denied(why);
    if (occurs(text, binding->scope_node, site.new_name) || scopes.is_visible(site.new_name, binding->scope))
        return denied(fmt::format("{} already occurs where {} is visible", site.new_name, binding->name));

    std::vector<Node> places = binding->references;
    places.push_back(binding->definition);
    std::sort(places.begin(), places.end(), [](Node a, Node b) { return a.begin() < b.begin(); });
    places.erase(std::unique(places.begin(), places.end(), [](Node a, Node b) { return a.begin() == b.begin(); }), places.end());
    Application application { { places.front().begin(), places.back().end() }, {},
        fmt::format("{} is called {}", binding->name, site.new_name) };
    for (Node const place : places) {
        if (place.text(text) != binding->name)
            return denied(fmt::format("{} is written in another form in one place", binding->name));
        if (std::string_view const macro = stringizer(site.tree, place); !macro.empty())
            return denied(fmt::format("the macro {} makes a text of it", macro));
        bool const is_shorthand =
            std::any_of(binding->shorthands.begin(), binding->shorthands.end(), [&](Node each) { return each.begin() == place.begin(); });
        application.edits.push_back({ place.range(), is_shorthand ? fmt::format("{}: {}", binding->name, site.new_name) : site.new_name });
    }
    return application;
}

}
