#include "builtin/framework.h"

#include "builtin/functions.h"
#include "builtin/listings.h"
#include "builtin/phrase.h"
#include "builtin/values.h"
#include "syntax/outline.h"

#include <algorithm>

namespace countersign::builtin {

namespace {

/// Whether `class_name()` or `class_name{}` makes one: nothing inside the class looks like a constructor.
bool has_constructor(syntax::Tree const& tree, syntax::Symbol const& symbol)
{
    std::string_view const text = std::string_view(tree.text()).substr(symbol.range.begin, symbol.range.size());
    std::string_view const name = last_component(symbol.name);
    for (auto place = text.find(name); place != std::string_view::npos; place = text.find(name, place + 1)) {
        std::size_t const end = place + name.size();
        bool const begins = place > 0 && !is_identifier_byte(text[place - 1]);
        if (begins && end < text.size() && text[end] == '(')
            return true;
    }
    return false;
}

std::optional<LocalValue> cpp_value(Source const& source, std::string_view type)
{
    if (!source.tree)
        return std::nullopt;
    for (syntax::Symbol const& symbol : syntax::outline(*source.tree)) {
        bool const is_type = symbol.kind == syntax::SymbolKind::enumeration || symbol.kind == syntax::SymbolKind::type_struct
            || symbol.kind == syntax::SymbolKind::type_class;
        bool const is_named = last_component(symbol.name) == last_component(type);
        if (!is_type || !is_named || symbol.body.size() == 0 || has_constructor(*source.tree, symbol))
            continue;
        // A type without a name on its way cannot be written from outside.
        std::string const qualified = symbol.container.empty() ? symbol.name : symbol.container + "::" + symbol.name;
        if (std::all_of(qualified.begin(), qualified.end(), [](char c) { return is_identifier_byte(c) || c == ':'; }))
            return LocalValue { qualified, "{}" };
    }
    return std::nullopt;
}

/// `type Customer = 'private' | 'business'` in the source itself.
std::optional<LocalValue> alias_value(Source const& source, std::string_view type)
{
    std::string const head = "type " + std::string(type) + " = ";
    auto const place = source.text->find(head);
    if (place == std::string::npos)
        return std::nullopt;
    std::string_view rest = support::trim(std::string_view(*source.text).substr(place + head.size()));
    rest = support::trim(rest.substr(0, std::min(rest.find(';'), rest.find('\n'))));
    if (rest.starts_with('|'))
        rest = support::trim(rest.substr(1));
    auto value = value_of_type("typescript", rest);
    if (!value)
        return std::nullopt;
    return LocalValue { std::string(type), std::move(*value) };
}

}

std::optional<LocalValue> local_value(TestContext const& context, std::string_view type)
{
    std::string_view const language = context.source.language->name;
    if (language == "cpp") {
        std::string const plain = plain_cpp_type(type);
        if (!std::all_of(plain.begin(), plain.end(), [](char c) { return is_identifier_byte(c) || c == ':'; }) || plain.empty())
            return std::nullopt;
        // Only what a header declares can be named in a test.
        if (context.project.header_path == context.source.path)
            return cpp_value(context.source, plain);
        return context.project.header ? cpp_value(*context.project.header, plain) : std::nullopt;
    }
    if (language == "typescript" || language == "tsx")
        return alias_value(context.source, type);
    return std::nullopt;
}

}
