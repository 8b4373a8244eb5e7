#include "builtin/framework.h"

#include "builtin/listings.h"
#include "builtin/phrase.h"
#include "builtin/values.h"

#include <cctype>
#include <fmt/core.h>

namespace countersign::builtin {

namespace {

/// Nobody writes types there, so any value may be passed.
bool is_untyped(std::string_view language, Parameter const& parameter)
{
    return parameter.type.empty() && contains(" python javascript typescript tsx ", fmt::format(" {} ", language));
}

/// What a witness for a condition looks like for this parameter, if the condition is about it.
std::optional<std::string> witness_value(std::string_view language, Parameter const& parameter, Branch const* branch)
{
    if (!branch || branch->condition.empty())
        return std::nullopt;
    auto const witness = witness_of(branch->condition);
    if (!witness || witness->parameter != parameter.name || !(is_number_type(language, parameter.type) || is_untyped(language, parameter)))
        return std::nullopt;
    if (witness->value < 0
        && (contains(parameter.type, "unsigned") || contains(parameter.type, "size_t") || contains(parameter.type, "uint")))
        return std::nullopt;
    return std::to_string(witness->value);
}

}

std::span<Framework const> frameworks()
{
    static Framework const all[] = { googletest, pytest, unittest, vitest, jest, go_test };
    return all;
}

Arguments arguments_for(TestContext const& context, std::vector<Parameter> const& parameters, Branch const* branch)
{
    std::string_view const language = context.source.language->name;
    Arguments arguments;
    for (Parameter const& parameter : parameters) {
        if (parameter.is_variadic || parameter.is_optional)
            continue;
        auto value = witness_value(language, parameter, branch);
        if (!value && !parameter.default_value.empty())
            continue;
        if (!value)
            value = value_of_type(language, parameter.type);
        std::string type = parameter.type;
        if (!value) {
            if (auto local = local_value(context, parameter.type)) {
                value = std::move(local->value);
                type = std::move(local->type);
            }
        }
        if (!value && is_untyped(language, parameter))
            value = language == "python" ? "None" : "undefined";
        if (!value) {
            std::string const what =
                parameter.type.empty() ? std::string("whose type is not written") : fmt::format("of type {}", one_line(parameter.type, 40));
            arguments.why =
                fmt::format("a value for {} {} has to be made first", parameter.name.empty() ? "a parameter" : parameter.name, what);
            return arguments;
        }
        arguments.values.push_back(std::move(*value));
        arguments.parameters.push_back(&parameter);
        arguments.types.push_back(std::move(type));
    }
    return arguments;
}

std::string todo_text(Unit const& unit, Branch const& branch)
{
    std::string text = fmt::format("TODO: say what {} must do for {} (line {})", unit.name, branch.title, branch.line);
    std::string safe;
    for (char const c : one_line(text, 160)) {
        // Nothing of the source may end the literal or be taken for an escape or a format.
        if (c == '"' || c == '`')
            safe += '\'';
        else if (c != '\\' && c != '%' && static_cast<unsigned char>(c) >= 0x20)
            safe += c;
    }
    return safe;
}

std::string fresh_name(TestContext const& context, std::string const& name)
{
    std::string fresh = name;
    for (int number = 2; context.names_exist(fresh); ++number)
        fresh = fmt::format("{}_{}", name, number);
    return fresh;
}

std::string pascal_case(std::string_view words)
{
    std::string name;
    bool starts_word = true;
    for (char const c : words) {
        if (!std::isalnum(static_cast<unsigned char>(c))) {
            starts_word = true;
            continue;
        }
        name += starts_word ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
        starts_word = false;
    }
    return name;
}

std::string indentation_of(TestContext const& context, std::string_view otherwise)
{
    for (TextFile const& test : context.project.tests) {
        for (std::string_view const line : support::split_lines(test.text)) {
            auto const first = line.find_first_not_of(" \t");
            if (first == std::string_view::npos || first == 0 || first > 8 || line[first] == '*')
                continue;
            return std::string(line.substr(0, first));
        }
    }
    return std::string(otherwise);
}

}
