#include "builtin/phrase.h"

#include <array>
#include <cctype>
#include <fmt/core.h>
#include <utility>

namespace countersign::builtin {

namespace {

/// Where a cut at `limit` bytes does not divide a UTF-8 sequence.
std::size_t cut_point(std::string_view text, std::size_t limit)
{
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80)
        --limit;
    return limit;
}

/// Longest first: "<=" must not be read as "<".
constexpr std::array<std::pair<std::string_view, std::string_view>, 17> operator_words { {
    { "===", "is" },
    { "!==", "is_not" },
    { "==", "is" },
    { "!=", "is_not" },
    { "<=", "at_most" },
    { ">=", "at_least" },
    { "&&", "and" },
    { "||", "or" },
    { "->", "" },
    { "=>", "" },
    { "<<", "shifted" },
    { ">>", "shifted" },
    { "<", "below" },
    { ">", "above" },
    { "!", "not" },
    { "%", "modulo" },
    { "+", "plus" },
} };

bool is_word_byte(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

}

std::string one_line(std::string_view text, std::size_t limit)
{
    std::string line;
    bool space = false;
    for (char const c : support::trim(text)) {
        if (std::isspace(static_cast<unsigned char>(c))) {
            space = true;
            continue;
        }
        if (space && !line.empty())
            line += ' ';
        space = false;
        line += c;
        if (line.size() > limit + 4)
            break;
    }
    if (line.size() > limit) {
        line.resize(cut_point(line, limit));
        line += "…";
    }
    return line;
}

std::string code(std::string_view text, std::size_t limit)
{
    std::string const line = support::escape_for_display(one_line(text, limit));
    if (line.empty())
        return "``";
    std::size_t longest = 0, run = 0;
    for (char const c : line) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    std::string const fence(longest + 1, '`');
    bool const pad = line.front() == '`' || line.back() == '`';
    return fmt::format("{0}{1}{2}{1}{0}", fence, pad ? " " : "", line);
}

std::string link(std::string_view name, std::string_view path, std::size_t line)
{
    std::string target;
    for (char const c : path) {
        if (std::isalnum(static_cast<unsigned char>(c)) || contains("/._-~+@", std::string_view(&c, 1))
            || static_cast<unsigned char>(c) >= 0x80)
            target += c;
        else
            target += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return fmt::format("[{}]({}#L{})", code(name), target, line);
}

std::string enumerate(std::vector<std::string> const& items, std::string_view last_word)
{
    std::string text;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0)
            text += i + 1 == items.size() ? fmt::format(" {} ", last_word) : ", ";
        text += items[i];
    }
    return text;
}

std::string capitalised(std::string text)
{
    if (!text.empty())
        text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    return text;
}

std::string slug(std::string_view text, char separator, std::size_t limit)
{
    std::string words;
    auto const add = [&](std::string_view word) {
        if (word.empty())
            return;
        if (!words.empty() && words.back() != separator)
            words += separator;
        for (char const c : word)
            words += c == '_' ? separator : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    };
    std::size_t i = 0;
    while (i < text.size() && words.size() < limit) {
        if (is_word_byte(text[i])) {
            std::size_t end = i;
            while (end < text.size() && is_word_byte(text[end]))
                ++end;
            add(text.substr(i, end - i));
            i = end;
            continue;
        }
        std::size_t step = 1;
        for (auto const& [sign, word] : operator_words) {
            if (text.substr(i).starts_with(sign)) {
                add(word);
                step = sign.size();
                break;
            }
        }
        i += step;
    }
    if (words.size() > limit) {
        words.resize(limit);
        if (auto const last = words.rfind(separator); last != std::string::npos && last > limit / 2)
            words.resize(last);
    }
    while (!words.empty() && words.back() == separator)
        words.pop_back();
    return words;
}

bool is_identifier_byte(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}
