#include "builtin/side_effects.h"

#include "builtin/phrase.h"
#include "builtin/traverse.h"

#include <algorithm>

namespace countersign::builtin {

namespace {

constexpr std::string_view list_types[] = { "parameter_list", "parameters", "formal_parameters", "method_parameters", "lambda_parameters",
    "closure_parameters", "block_parameters", "bracketed_parameter_list" };

/// The list node: a field of the function, or of the declarator that it is wrapped in.
syntax::Node parameter_list(syntax::Node function)
{
    syntax::Node node = function;
    for (int i = 0; i < 8 && node; ++i) {
        if (syntax::Node const list = node.field("parameters"))
            return list;
        syntax::Node next = node.field("declarator");
        if (!next) {
            for (syntax::Node const child : node.named_children()) {
                if (child.type().ends_with("declarator"))
                    next = child;
            }
        }
        node = next;
    }
    for (syntax::Node const child : function.named_children()) {
        if (std::find(std::begin(list_types), std::end(list_types), child.type()) != std::end(list_types))
            return child;
    }
    return {};
}

/// The identifier inside a declarator such as `const& x`, `*argv[]`, `mut x`.
std::string name_in(syntax::Node node, std::string_view source)
{
    std::string name;
    std::size_t depth = 0;
    traverse(
        node,
        [&](syntax::Node inner) {
            if (name.empty() && inner.is_any({ "identifier", "field_identifier", "shorthand_property_identifier_pattern" }))
                name = std::string(inner.text(source));
            ++depth;
            return name.empty() && depth < 64;
        },
        [&](syntax::Node) { --depth; });
    return name;
}

bool is_mutable_reference(std::string_view language, std::string_view text, std::string_view type)
{
    if (language == "cpp" || language == "c") {
        bool const is_indirect = contains(text, "&") || contains(text, "*") || contains(text, "[");
        std::string_view const head = text.substr(0, std::min(text.find_first_of("&*["), text.size()));
        return is_indirect && !contains(head, "const") && !contains(text.substr(0, text.find('=')), "&&");
    }
    if (language == "rust")
        return contains(text, "&mut") || contains(text, "& mut");
    if (language == "go")
        return type.starts_with("*") || type.starts_with("[]") || type.starts_with("map[");
    if (language == "csharp")
        return text.starts_with("ref ") || text.starts_with("out ");
    return false;
}

/// `a, b int`: Go and others share one type among several names.
std::vector<Parameter> parameters_in(syntax::Node node, std::string_view language, std::string_view source)
{
    std::string_view const text = node.text(source);
    std::string_view const type_name = node.type();
    Parameter parameter;
    if (type_name == "self_parameter" || type_name == "receiver_parameter" || type_name == "this") {
        parameter.name = name_in(node, source);
        if (parameter.name.empty())
            parameter.name = contains(text, "self") ? "self" : "this";
        parameter.is_receiver = true;
        parameter.is_mutable_reference = is_mutable_reference(language, text, {});
        return { parameter };
    }
    parameter.is_variadic = contains(type_name, "variadic") || contains(type_name, "splat") || contains(type_name, "rest")
        || contains(type_name, "spread") || text.starts_with("...") || (language == "python" && text.starts_with("*"));
    parameter.is_optional = type_name == "optional_parameter" && language != "ruby";
    if (syntax::Node const type = node.field("type"))
        parameter.type = one_line(type.text(source), 60);
    for (std::string_view const field : { "default_value", "value" }) {
        if (syntax::Node const value = node.field(field))
            parameter.default_value = one_line(value.text(source), 40);
    }
    if (node.is("assignment_pattern"))
        parameter.default_value = one_line(node.field("right").text(source), 40);

    syntax::Node named = node.field("declarator");
    for (std::string_view const field : { "name", "pattern", "left" }) {
        if (!named)
            named = node.field(field);
    }
    if (language == "cpp" || language == "c") {
        // The whole of the type stands around the name.
        std::string const name = named ? name_in(named, source) : std::string();
        syntax::Node const value = node.field("default_value");
        std::size_t const end = value ? value.begin() : node.end();
        std::string type(support::trim(source.substr(node.begin(), end - node.begin())));
        if (type.ends_with("="))
            type = std::string(support::trim(std::string_view(type).substr(0, type.size() - 1)));
        if (auto const place = name.empty() ? std::string::npos : type.rfind(name); place != std::string::npos)
            type.erase(place, name.size());
        parameter.type = one_line(type, 60);
        parameter.name = name;
        if (parameter.type == "void" && name.empty())
            return {};
    } else {
        syntax::Node const written = named ? named : node;
        // What takes its argument apart has no name of its own.
        bool const is_pattern = written.is_any(
            { "object_pattern", "array_pattern", "tuple_pattern", "struct_pattern", "tuple_struct_pattern", "slice_pattern" });
        if (!is_pattern)
            parameter.name = name_in(written, source);
        if (parameter.name.empty())
            parameter.name = one_line(named ? named.text(source) : text, 40);
    }
    if (parameter.type.starts_with(":"))
        parameter.type = std::string(support::trim(std::string_view(parameter.type).substr(1)));
    parameter.is_mutable_reference = is_mutable_reference(language, text, parameter.type);
    parameter.is_receiver = language == "python" && (parameter.name == "self" || parameter.name == "cls");

    if (language != "go")
        return { parameter };
    std::vector<Parameter> several;
    for (syntax::Node const child : node.named_children()) {
        if (!child.is("identifier"))
            continue;
        several.push_back(parameter);
        several.back().name = std::string(child.text(source));
    }
    return several.empty() ? std::vector<Parameter> { parameter } : several;
}

}

std::vector<Parameter> parameters_of(syntax::Node function, Vocabulary const& vocabulary, std::string_view source)
{
    std::vector<Parameter> parameters;
    if (syntax::Node const receiver = function.field("receiver"); receiver && vocabulary.language() == "go") {
        for (syntax::Node const child : receiver.named_children()) {
            for (Parameter& parameter : parameters_in(child, "go", source)) {
                parameter.is_receiver = true;
                parameters.push_back(std::move(parameter));
            }
        }
    }
    if (syntax::Node const single = function.field("parameter")) {
        Parameter parameter;
        parameter.name = std::string(single.text(source));
        return { parameter };
    }
    syntax::Node const list = parameter_list(function);
    if (!list)
        return parameters;
    for (syntax::Node const child : list.named_children()) {
        if (vocabulary.kind(child) == Kind::comment
            || child.is_any({ "keyword_separator", "positional_separator", "attribute_item", "type_parameters" }))
            continue;
        for (Parameter& parameter : parameters_in(child, vocabulary.language(), source))
            parameters.push_back(std::move(parameter));
    }
    return parameters;
}

}
