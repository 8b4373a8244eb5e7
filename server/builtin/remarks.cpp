#include "builtin/remarks.h"

#include "builtin/phrase.h"

#include <algorithm>
#include <cctype>

namespace countersign::builtin {

namespace {

constexpr std::string_view markers[] = { "TODO", "FIXME", "XXX", "HACK" };
constexpr std::size_t remark_limit = 50;

/// Where a marker stands as a word of its own.
std::size_t find_marker(std::string_view line)
{
    std::size_t first = std::string_view::npos;
    for (std::string_view const marker : markers) {
        for (std::size_t place = line.find(marker); place != std::string_view::npos; place = line.find(marker, place + 1)) {
            bool const begins = place == 0 || !is_identifier_byte(line[place - 1]);
            std::size_t const end = place + marker.size();
            if (begins && (end == line.size() || !is_identifier_byte(line[end]))) {
                first = std::min(first, place);
                break;
            }
        }
    }
    return first;
}

/// A comment line's words: leading signs off, and what closes a block.
std::string_view plain_words(std::string_view line)
{
    line = support::trim(line);
    while (!line.empty() && (contains("/*!#-", line.substr(0, 1)) || line.front() == '"' || line.front() == '\''))
        line.remove_prefix(1);
    while (line.ends_with("*/") || line.ends_with("\"\"\"") || line.ends_with("'''"))
        line.remove_suffix(line.ends_with("*/") ? 2 : 3);
    return support::trim(line);
}

std::string plain_paragraph(std::string_view comment)
{
    std::string text;
    for (std::string_view const line : support::split_lines(comment)) {
        std::string_view const words = plain_words(line);
        if (words.empty() || support::trim(line).starts_with("#!"))
            continue;
        if (!text.empty())
            text += ' ';
        text += words;
    }
    return text;
}

std::string docstring(syntax::Node body, std::string_view source)
{
    syntax::Node const first = body.named_child(0);
    syntax::Node const literal = first.is("expression_statement") ? first.named_child(0) : first;
    return literal.is("string") ? plain_paragraph(literal.text(source)) : std::string();
}

}

std::vector<Remark> open_remarks(Source const& source, ByteRange range)
{
    std::vector<Remark> remarks;
    std::size_t const last = source.lines.line_at(range.end);
    for (std::size_t line = source.lines.line_at(range.begin); line <= last && remarks.size() < remark_limit; ++line) {
        std::string_view const text = source.lines.line(*source.text, line);
        if (std::size_t const place = find_marker(text); place != std::string_view::npos)
            remarks.push_back({ line + 1, one_line(text.substr(place), 120) });
    }
    return remarks;
}

std::string doc_comment(Source const& source, syntax::Symbol const& symbol, Vocabulary const& vocabulary)
{
    std::string_view const text = *source.text;
    if (vocabulary.language() == "python" && symbol.body.size() > 0) {
        syntax::Node body = node_covering(source.tree->root(), symbol.body);
        while (!body.is("block") && body.parent() && body.parent().range() == body.range())
            body = body.parent();
        if (std::string words = docstring(body, text); !words.empty())
            return words;
    }
    syntax::Node node = node_covering(source.tree->root(), symbol.range);
    while (node.parent() && node.parent().begin() == node.begin() && node.parent().parent())
        node = node.parent();
    std::string comment;
    std::size_t next_row = node.first_row();
    for (syntax::Node above = node.previous(); above && vocabulary.kind(above) == Kind::comment; above = above.previous()) {
        // A line comment of some grammars holds its line end.
        std::size_t const last_row = above.text(text).ends_with('\n') ? above.last_row() - 1 : above.last_row();
        std::string_view const before =
            text.substr(source.lines.start(above.first_row()), above.begin() - source.lines.start(above.first_row()));
        if (last_row + 1 != next_row || !support::trim(before).empty())
            break;
        comment = std::string(above.text(text)) + "\n" + comment;
        next_row = above.first_row();
    }
    return plain_paragraph(comment);
}

}
