#include "workspace/diff_path.h"

#include "support/text.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace countersign::workspace {

namespace {

struct Escape {
    char byte;
    char letter;
};
constexpr std::array escapes = std::to_array<Escape>({ { '\a', 'a' }, { '\b', 'b' }, { '\t', 't' }, { '\n', 'n' }, { '\v', 'v' },
    { '\f', 'f' }, { '\r', 'r' }, { '"', '"' }, { '\\', '\\' } });

}

std::string quote_diff_path(std::string_view path)
{
    bool const hidden = support::escape_for_display(path) != path;
    if (!hidden && path.find_first_of("\"\\\t\n") == std::string_view::npos)
        return std::string(path);
    std::string quoted = "\"";
    for (char c : path) {
        auto const byte = static_cast<unsigned char>(c);
        auto const* const escape = std::find_if(escapes.begin(), escapes.end(), [c](Escape const& each) { return each.byte == c; });
        if (escape != escapes.end())
            quoted.append({ '\\', escape->letter });
        else if (byte < 0x20 || byte == 0x7F || byte >= 0x80)
            quoted += fmt::format("\\{:03o}", byte);
        else
            quoted += c;
    }
    return quoted + '"';
}

std::optional<std::string> take_quoted_path(std::string_view& text)
{
    std::string path;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            text.remove_prefix(i + 1);
            return path;
        }
        if (text[i] != '\\') {
            path += text[i];
            continue;
        }
        char const letter = ++i < text.size() ? text[i] : '\0';
        auto const* const escape =
            std::find_if(escapes.begin(), escapes.end(), [letter](Escape const& each) { return each.letter == letter; });
        auto const digit = [&](std::size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '7' ? text[at] - '0' : -1; };
        if (escape != escapes.end()) {
            path += escape->byte;
        } else if (digit(i) >= 0 && digit(i) <= 3 && digit(i + 1) >= 0 && digit(i + 2) >= 0) {
            path += static_cast<char>(static_cast<unsigned char>(digit(i) * 64 + digit(i + 1) * 8 + digit(i + 2)));
            i += 2;
        } else {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

std::string without_prefix(std::string_view name, std::string_view prefix)
{
    return std::string(name.starts_with(prefix) ? name.substr(prefix.size()) : name);
}

std::optional<DiffNames> split_diff_names(std::string_view text)
{
    if (text.starts_with('"')) {
        auto const first = take_quoted_path(text);
        if (!first || !text.starts_with(' '))
            return std::nullopt;
        text.remove_prefix(1);
        auto second = text.starts_with('"') ? take_quoted_path(text) : std::optional<std::string>(text);
        if (!second)
            return std::nullopt;
        return DiffNames { without_prefix(*first, "a/"), without_prefix(*second, "b/") };
    }
    if (std::size_t const quote = text.find(" \""); quote != std::string_view::npos) {
        std::string_view rest = text.substr(quote + 1);
        auto const second = take_quoted_path(rest);
        if (!second)
            return std::nullopt;
        return DiffNames { without_prefix(text.substr(0, quote), "a/"), without_prefix(*second, "b/") };
    }
    // Spaces are not quoted, so only two equal names tell where the first one ends: it is half of the line.
    if (text.size() % 2 == 1 && text[text.size() / 2] == ' ') {
        DiffNames names { without_prefix(text.substr(0, text.size() / 2), "a/"), without_prefix(text.substr(text.size() / 2 + 1), "b/") };
        if (names.old_name == names.new_name)
            return names;
    }
    std::size_t const space = text.find(' ');
    if (space == std::string_view::npos || text.find(' ', space + 1) != std::string_view::npos)
        return std::nullopt;
    return DiffNames { without_prefix(text.substr(0, space), "a/"), without_prefix(text.substr(space + 1), "b/") };
}

}
