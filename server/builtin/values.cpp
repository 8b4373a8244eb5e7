#include "builtin/values.h"

#include "builtin/phrase.h"

#include <algorithm>

namespace countersign::builtin {

namespace {

struct TypeValue {
    std::string_view languages; ///< names with a space after each
    std::string_view type;      ///< whole, or up to "<" or "[" if it ends so
    std::string_view value;
    bool is_number = false;
};

constexpr std::string_view c_family = "c cpp ";
constexpr std::string_view js_family = "javascript typescript tsx ";

constexpr TypeValue values[] = {
    { c_family, "int", "0", true },
    { c_family, "unsigned", "0", true },
    { c_family, "unsigned int", "0", true },
    { c_family, "short", "0", true },
    { c_family, "long", "0", true },
    { c_family, "long long", "0", true },
    { c_family, "unsigned long", "0", true },
    { c_family, "unsigned long long", "0", true },
    { c_family, "size_t", "0", true },
    { c_family, "std::size_t", "0", true },
    { c_family, "ptrdiff_t", "0", true },
    { c_family, "std::ptrdiff_t", "0", true },
    { c_family, "int8_t", "0", true },
    { c_family, "int16_t", "0", true },
    { c_family, "int32_t", "0", true },
    { c_family, "int64_t", "0", true },
    { c_family, "uint8_t", "0", true },
    { c_family, "uint16_t", "0", true },
    { c_family, "uint32_t", "0", true },
    { c_family, "uint64_t", "0", true },
    { c_family, "std::int8_t", "0", true },
    { c_family, "std::int16_t", "0", true },
    { c_family, "std::int32_t", "0", true },
    { c_family, "std::int64_t", "0", true },
    { c_family, "std::uint8_t", "0", true },
    { c_family, "std::uint16_t", "0", true },
    { c_family, "std::uint32_t", "0", true },
    { c_family, "std::uint64_t", "0", true },
    { c_family, "double", "0", true },
    { c_family, "float", "0", true },
    { c_family, "long double", "0", true },
    { c_family, "bool", "false" },
    { c_family, "char", "'a'" },
    { c_family, "char*", "nullptr" },
    { c_family, "std::string", "\"\"" },
    { c_family, "std::string_view", "\"\"" },
    { c_family, "std::filesystem::path", "\"\"" },
    { c_family, "std::vector<", "{}" },
    { c_family, "std::map<", "{}" },
    { c_family, "std::set<", "{}" },
    { c_family, "std::unordered_map<", "{}" },
    { c_family, "std::unordered_set<", "{}" },
    { c_family, "std::optional<", "{}" },
    { c_family, "std::pair<", "{}" },
    { c_family, "std::list<", "{}" },
    { c_family, "std::deque<", "{}" },
    { c_family, "std::array<", "{}" },
    { c_family, "std::span<", "{}" },
    { c_family, "std::function<", "{}" },
    { c_family, "std::shared_ptr<", "{}" },
    { "python ", "int", "0", true },
    { "python ", "float", "0.0", true },
    { "python ", "complex", "0j" },
    { "python ", "str", "\"\"" },
    { "python ", "bytes", "b\"\"" },
    { "python ", "bool", "False" },
    { "python ", "list", "[]" },
    { "python ", "list[", "[]" },
    { "python ", "List[", "[]" },
    { "python ", "Sequence[", "[]" },
    { "python ", "Iterable[", "[]" },
    { "python ", "Collection[", "[]" },
    { "python ", "dict", "{}" },
    { "python ", "dict[", "{}" },
    { "python ", "Dict[", "{}" },
    { "python ", "Mapping[", "{}" },
    { "python ", "tuple", "()" },
    { "python ", "tuple[", "()" },
    { "python ", "Tuple[", "()" },
    { "python ", "set", "set()" },
    { "python ", "set[", "set()" },
    { "python ", "Set[", "set()" },
    { "python ", "frozenset[", "frozenset()" },
    { "python ", "Optional[", "None" },
    { "python ", "None", "None" },
    { "python ", "object", "object()" },
    { "python ", "Any", "None" },
    { js_family, "number", "0", true },
    { js_family, "string", "''" },
    { js_family, "boolean", "false" },
    { js_family, "bigint", "0n" },
    { js_family, "unknown", "undefined" },
    { js_family, "any", "undefined" },
    { js_family, "Array<", "[]" },
    { js_family, "ReadonlyArray<", "[]" },
    { js_family, "readonly string[]", "[]" },
    { js_family, "readonly number[]", "[]" },
    { js_family, "Record<", "{}" },
    { js_family, "Map<", "new Map()" },
    { js_family, "Set<", "new Set()" },
    { js_family, "ReadonlyMap<", "new Map()" },
    { js_family, "ReadonlySet<", "new Set()" },
    { js_family, "Date", "new Date(0)" },
    { js_family, "null", "null" },
    { js_family, "undefined", "undefined" },
};

TypeValue const* known_type(std::string_view language, std::string_view type)
{
    for (TypeValue const& known : values) {
        if (!contains(known.languages, std::string(language) + " "))
            continue;
        bool const is_open = known.type.ends_with('<') || (known.type.ends_with('[') && !known.type.ends_with("[]"));
        bool const has_name = is_open ? type.starts_with(known.type) && (type.ends_with('>') || type.ends_with(']')) : type == known.type;
        if (has_name)
            return &known;
    }
    return nullptr;
}

}

std::string plain_cpp_type(std::string_view type)
{
    std::string plain = one_line(type, 120);
    for (std::string_view const word : { "const", "constexpr", "volatile" }) {
        for (auto place = plain.find(word); place != std::string::npos; place = plain.find(word, place + 1)) {
            bool const begins = place == 0 || !is_identifier_byte(plain[place - 1]);
            std::size_t const end = place + word.size();
            // Inside template arguments it belongs to the type.
            bool const is_outside = std::count(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(place), '<')
                == std::count(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(place), '>');
            if (begins && is_outside && (end == plain.size() || !is_identifier_byte(plain[end])))
                plain.erase(place, word.size());
        }
    }
    while (!plain.empty() && (plain.back() == '&' || plain.back() == ' '))
        plain.pop_back();
    plain = one_line(plain, 120);
    if (auto const star = plain.find(" *"); star != std::string::npos)
        plain.erase(star, 1);
    return plain;
}

std::optional<std::string> value_of_type(std::string_view language, std::string_view type)
{
    type = support::trim(type);
    std::string plain(type);
    if (language == "cpp" || language == "c")
        plain = plain_cpp_type(type);
    if (TypeValue const* known = known_type(language, plain))
        return std::string(known->value);
    if (language == "python" && (type.ends_with("| None") || type.starts_with("None |")))
        return "None";
    if (contains(js_family, std::string(language) + " ")) {
        if (type.ends_with("[]") && !contains(type, "|"))
            return "[]";
        if (type.ends_with("| null"))
            return "null";
        if (type.ends_with("| undefined"))
            return "undefined";
        // A union of literals: the first one.
        if (type.starts_with('\'') || type.starts_with('"')) {
            auto const end = type.find(type.front(), 1);
            if (end != std::string_view::npos)
                return std::string(type.substr(0, end + 1));
        }
    }
    return std::nullopt;
}

bool is_number_type(std::string_view language, std::string_view type)
{
    std::string const plain = language == "cpp" || language == "c" ? plain_cpp_type(type) : std::string(support::trim(type));
    TypeValue const* known = known_type(language, plain);
    return known && known->is_number;
}

}
