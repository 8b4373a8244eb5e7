#include "builtin/fix.h"

#include "builtin/phrase.h"
#include "builtin/vocabulary.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::builtin {

namespace {

bool is_identifier(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_identifier_byte); }

/// "use of undeclared identifier 'coutn'; did you mean 'count'?" and its cousins.
std::optional<Correction> did_you_mean(Source const& source, Diagnostic const& diagnostic)
{
    std::string const message = support::to_lower_ascii(diagnostic.message);
    std::size_t place = std::string::npos;
    for (std::string_view const words : { "did you mean", "similar name exists" }) {
        if (place == std::string::npos)
            place = message.find(words);
    }
    if (place == std::string::npos)
        return std::nullopt;
    auto const before = quoted_parts(std::string_view(diagnostic.message).substr(0, place));
    auto const after = quoted_parts(std::string_view(diagnostic.message).substr(place));
    if (after.empty())
        return std::nullopt;
    std::string_view const text = *source.text;
    ByteRange const range = identifier_at(text, range_of(source, diagnostic).begin);
    std::string const wrong(text.substr(range.begin, range.size()));
    std::string right = after.front();
    // "did you mean 'std::count'" for a bare word.
    bool const is_plain = std::all_of(right.begin(), right.end(), [](char c) { return is_identifier_byte(c) || c == ':' || c == '.'; });
    bool const was_named =
        before.empty() || std::any_of(before.begin(), before.end(), [&](std::string const& part) { return contains(part, wrong); });
    if (!is_identifier(wrong) || right.empty() || !is_plain || !was_named || right == wrong)
        return std::nullopt;
    return Correction { { { range, right } }, fmt::format("{} is not known here, {} is", code(wrong), code(right)) };
}

std::optional<Correction> expected_semicolon(Source const& source, Diagnostic const& diagnostic)
{
    bool const is_asked = contains(diagnostic.message, "expected ';'") || contains(diagnostic.message, "expected ‘;’")
        || contains(diagnostic.message, "';' expected") || contains(diagnostic.message, "Missing semicolon")
        || contains(diagnostic.message, "; expected");
    if (!is_asked || contains(diagnostic.message, "','"))
        return std::nullopt;
    std::string_view const text = *source.text;
    ByteRange const range = range_of(source, diagnostic);
    // Where the statement ends: at the finding, or before the space in front of it.
    std::size_t end = range.begin;
    if (end < text.size() && end > 0 && is_identifier_byte(text[end]) && is_identifier_byte(text[end - 1]))
        end = identifier_at(text, end).end;
    while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\t' || text[end - 1] == '\n' || text[end - 1] == '\r'))
        --end;
    if (end == 0 || text[end - 1] == ';')
        return std::nullopt;
    if (source.tree) {
        auto const after =
            reparsed(*source.tree, std::make_shared<std::string const>(support::apply_edits(text, { { { end, end }, ";" } })));
        bool const is_style = contains(diagnostic.message, "Missing semicolon");
        if (!after || (!is_style && after->error_count() >= source.tree->error_count() && source.tree->error_count() > 0))
            return std::nullopt;
    }
    return Correction { { { { end, end }, ";" } }, "the statement ends here" };
}

/// "'x' is never reassigned. Use 'const' instead."
std::optional<Correction> never_reassigned(Source const& source, Diagnostic const& diagnostic)
{
    if (diagnostic.code != "prefer-const" && !contains(diagnostic.message, "never reassigned"))
        return std::nullopt;
    std::string_view const text = *source.text;
    std::size_t const place = range_of(source, diagnostic).begin;
    if (!source.tree)
        return std::nullopt;
    syntax::Node node = node_covering(source.tree->root(), identifier_at(text, place));
    for (int i = 0; i < 4 && node && !node.is("lexical_declaration"); ++i)
        node = node.parent();
    // Several names in one declaration need not all be constant.
    bool const is_single = node.is("lexical_declaration") && node.named_count() == 1 && node.named_child(0).field("name").is("identifier");
    if (!is_single || !node.text(text).starts_with("let "))
        return std::nullopt;
    return Correction { { { { node.begin(), node.begin() + 3 }, "const" } }, "it is never assigned again" };
}

/// ESLint's eqeqeq says what it wants and where.
std::optional<Correction> strict_equality(Source const& source, Diagnostic const& diagnostic)
{
    auto const parts = quoted_parts(diagnostic.message);
    if (diagnostic.code != "eqeqeq" || parts.size() != 2)
        return std::nullopt;
    std::string_view const text = *source.text;
    ByteRange const range = range_of(source, diagnostic);
    std::size_t const stop = std::min(source.lines.range(source.lines.line_at(range.begin)).end, text.size());
    auto const place = text.substr(0, stop).find(parts[1], range.begin);
    if (place == std::string_view::npos || (parts[0] != "===" && parts[0] != "!=="))
        return std::nullopt;
    // Comparing with null loosely also means undefined: not the same when made strict.
    if (contains(text.substr(place, stop - place), "null"))
        return std::nullopt;
    return Correction { { { { place, place + parts[1].size() }, parts[0] } }, "compares without conversion" };
}

/// pycodestyle E711: comparison to None.
std::optional<Correction> compare_to_none(Source const& source, Diagnostic const& diagnostic)
{
    if (diagnostic.code != "E711" && !contains(diagnostic.message, "omparison to None")
        && !contains(diagnostic.message, "omparison to `None`"))
        return std::nullopt;
    std::string_view const text = *source.text;
    ByteRange const line = source.lines.range(source.lines.line_at(range_of(source, diagnostic).begin));
    std::string_view const content = text.substr(line.begin, line.size());
    for (auto const& [from, to] :
        { std::pair<std::string_view, std::string_view> { "== None", "is None" }, { "!= None", "is not None" } }) {
        auto const place = content.find(from);
        if (place != std::string_view::npos && content.find(from, place + 1) == std::string_view::npos)
            return Correction { { { { line.begin + place, line.begin + place + from.size() }, std::string(to) } },
                "None is compared by identity" };
    }
    return std::nullopt;
}

std::optional<Correction> trailing_space(Source const& source, Diagnostic const& diagnostic)
{
    if (diagnostic.code != "W291" && diagnostic.code != "W293" && diagnostic.code != "no-trailing-spaces"
        && !contains(diagnostic.message, "railing whitespace"))
        return std::nullopt;
    std::size_t const number = source.lines.line_at(range_of(source, diagnostic).begin);
    std::string_view const line = source.lines.line(*source.text, number);
    std::size_t const kept = line.find_last_not_of(" \t") == std::string_view::npos ? 0 : line.find_last_not_of(" \t") + 1;
    std::size_t const start = source.lines.start(number);
    if (kept == line.size())
        return std::nullopt;
    return Correction { { { { start + kept, start + line.size() }, "" } }, "space at the end of the line means nothing" };
}

std::optional<Correction> final_newline(Source const& source, Diagnostic const& diagnostic)
{
    bool const is_asked = diagnostic.code == "W292" || diagnostic.code == "eol-last"
        || contains(diagnostic.message, "no newline at end of file") || contains(diagnostic.message, "No newline at end of file");
    if (!is_asked || source.text->empty() || source.text->ends_with('\n'))
        return std::nullopt;
    return Correction { { { { source.text->size(), source.text->size() }, "\n" } }, "a file's last line ends like every other" };
}

/// F541: an f-string that has nothing to fill in.
std::optional<Correction> empty_f_string(Source const& source, Diagnostic const& diagnostic)
{
    if (diagnostic.code != "F541")
        return std::nullopt;
    std::size_t const place = range_of(source, diagnostic).begin;
    std::string_view const text = *source.text;
    if (place + 1 >= text.size() || (text[place] != 'f' && text[place] != 'F') || (text[place + 1] != '"' && text[place + 1] != '\''))
        return std::nullopt;
    std::string_view const line = text.substr(place, source.lines.range(source.lines.line_at(place)).end - place);
    if (contains(line, "{") || contains(line, "}"))
        return std::nullopt; // doubled braces would mean something else
    return Correction { { { { place, place + 1 }, "" } }, "the string has nothing to fill in" };
}

constexpr FixRule rules[] = {
    { "did_you_mean", &did_you_mean },
    { "expected_semicolon", &expected_semicolon },
    { "never_reassigned", &never_reassigned },
    { "strict_equality", &strict_equality },
    { "compare_to_none", &compare_to_none },
    { "trailing_space", &trailing_space },
    { "final_newline", &final_newline },
    { "empty_f_string", &empty_f_string },
};

}

std::span<FixRule const> wording_rules() { return rules; }

}
