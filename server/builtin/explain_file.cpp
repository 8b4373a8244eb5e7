#include "builtin/explain.h"

#include "builtin/functions.h"
#include "builtin/metrics.h"
#include "builtin/phrase.h"
#include "builtin/remarks.h"
#include "builtin/traverse.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::builtin {

namespace {

constexpr std::size_t shown_symbols = 120;
constexpr std::size_t shown_imports = 40;
constexpr std::size_t shown_headings = 40;

std::string imports_text(Source const& source, Vocabulary const& vocabulary)
{
    std::vector<std::string> imports;
    traverse(source.tree->root(), [&](syntax::Node node) {
        if (vocabulary.kind(node) != Kind::import)
            return !node.is_any({ "function_definition", "class_definition", "class_declaration", "compound_statement" });
        imports.push_back(one_line(node.text(*source.text), 100));
        return false;
    });
    if (imports.empty())
        return {};
    std::string text = "\n## What it brings in\n\n";
    for (std::size_t i = 0; i < std::min(imports.size(), shown_imports); ++i)
        text += fmt::format("- {}\n", code(imports[i], 100));
    if (imports.size() > shown_imports)
        text += fmt::format("- and {} more.\n", imports.size() - shown_imports);
    return text;
}

std::string outline_text(Source const& source, Vocabulary const& vocabulary)
{
    auto const symbols = syntax::outline(*source.tree);
    if (symbols.empty())
        return "\nIt defines nothing that its grammar knows as a symbol.\n";
    std::string text = "\n## What it defines\n\n";
    std::size_t shown = 0;
    for (syntax::Symbol const& symbol : symbols) {
        if (++shown > shown_symbols) {
            text += fmt::format("- and {} more.\n", symbols.size() - shown_symbols);
            break;
        }
        text += fmt::format("{:{}}- {} {}", "", std::min<std::size_t>(symbol.depth, 6) * 2, syntax::to_string(symbol.kind),
            link(symbol.name, source.path, source.line_of(symbol.name_range.begin)));
        if (symbol.is_callable() && symbol.body.size() > 0)
            text += fmt::format(" ({})", to_string(measure(function_node(*source.tree, symbol), symbol.name, vocabulary, *source.text)));
        text += "\n";
    }
    return text;
}

std::string remarks_section(Source const& source)
{
    std::string text;
    for (Remark const& remark : open_remarks(source, { 0, source.text->size() }))
        text += fmt::format("- {}: {}\n", link(fmt::format("line {}", remark.line), source.path, remark.line), code(remark.text, 120));
    return text.empty() ? text : "\n## Left to do\n\n" + text;
}

struct LineCounts {
    std::size_t all = 0, blank = 0, comments = 0;
};

LineCounts count_lines(Source const& source, std::vector<std::string_view> const& comment_signs)
{
    LineCounts counts;
    for (std::string_view const line : support::split_lines(*source.text)) {
        std::string_view const words = support::trim(line);
        ++counts.all;
        counts.blank += words.empty() ? 1 : 0;
        counts.comments += std::any_of(
            comment_signs.begin(), comment_signs.end(), [&](std::string_view sign) { return !sign.empty() && words.starts_with(sign); });
    }
    return counts;
}

/// What a reader sees as headings: Markdown's own, and INI or TOML sections.
std::vector<std::pair<std::size_t, std::string>> headings(Source const& source)
{
    std::vector<std::pair<std::size_t, std::string>> found;
    std::string_view const name = source.path;
    bool const is_markdown = name.ends_with(".md") || name.ends_with(".markdown");
    std::size_t number = 0;
    for (std::string_view const line : support::split_lines(*source.text)) {
        ++number;
        bool const is_heading =
            is_markdown ? line.starts_with('#') && contains(line, "# ") : line.starts_with('[') && support::trim_end(line).ends_with(']');
        if (is_heading && found.size() <= shown_headings)
            found.emplace_back(number, one_line(line, 80));
    }
    return found;
}

}

std::string explain_file(Source const& source)
{
    Vocabulary const vocabulary(*source.language);
    LineCounts const counts = count_lines(source, { source.language->line_comment });
    std::string out = fmt::format("# {}\n\n{}\n\n{} is a file in {}: {}, {} of them blank, {} beginning with a comment.\n",
        code(source.path), built_in_note, code(source.path), source.language->display_name, support::count_of(counts.all, "line"),
        counts.blank, counts.comments);
    if (std::size_t const errors = source.tree->error_count(); errors > 0)
        out += fmt::format(
            "Its grammar does not understand {} of it, so what follows may be incomplete.\n", support::count_of(errors, "place"));
    return out + imports_text(source, vocabulary) + outline_text(source, vocabulary) + remarks_section(source);
}

std::string explain_text(Source const& source)
{
    LineCounts const counts = count_lines(source, { "#", "//", ";", "--", "%", "<!--" });
    std::string out = fmt::format("# {}\n\n{} It has no syntax tree of this file ({}), so this is what its lines show.\n\n",
        code(source.path), "Made by Countersign's built-in engine; no AI was involved.", source.no_tree_reason);
    out += fmt::format("{}, {} blank, {} beginning with what is often a comment's sign.\n",
        capitalised(support::count_of(counts.all, "line")), counts.blank, counts.comments);
    auto const found = headings(source);
    if (!found.empty())
        out += "\n## Headings\n\n";
    for (auto const& [line, text] : found)
        out += fmt::format("- {}: {}\n", link(fmt::format("line {}", line), source.path, line), code(text, 80));
    out += remarks_section(source);
    return out + "\nA language model can say what the text means; the built-in engine cannot.\n";
}

}
