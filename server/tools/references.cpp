#include "tools/all_tools.h"
#include "tools/parse.h"
#include "tools/scan.h"
#include "tools/text_output.h"

#include "support/text.h"
#include "syntax/scopes.h"

#include <fmt/core.h>

namespace countersign::tools {

namespace {

/// Bytes of a line that are shown.
constexpr std::size_t shown_line = 200;

/// What the syntax tree knows: "Parser::parse" and "parser.parse" are found as "parse".
std::string last_component(std::string const& name)
{
    std::size_t const separator = name.find_last_of(":.");
    return separator == std::string::npos ? name : name.substr(separator + 1);
}

std::string_view role(syntax::Occurrence const& occurrence)
{
    if (occurrence.is_definition)
        return "definition";
    return occurrence.is_call ? "call" : "use";
}

std::string row(std::string const& path, std::string_view text, support::LineIndex const& lines, syntax::Occurrence const& occurrence)
{
    std::size_t const line = lines.line_at(occurrence.range.begin);
    std::string_view const content = support::trim(lines.line(text, line));
    std::string_view const part = utf8_prefix(content, shown_line);
    return fmt::format("{}:{}:{}: {} in {}: {}{}", path, line + 1, occurrence.range.begin - lines.start(line) + 1, role(occurrence),
        occurrence.enclosing.empty() ? "top level" : one_line(occurrence.enclosing), support::escape_for_display(part),
        part.size() < content.size() ? "…" : "");
}

/// One row an occurrence. A file that holds the name but cannot be parsed gives one row that says so, rather than silence.
std::vector<std::string> references_in(std::string const& name, std::size_t limit, std::string const& path, Text const& text)
{
    std::vector<std::string> rows;
    if (text->find(name) == std::string::npos || !language_of(path, *text))
        return rows;
    std::string const shown_path = one_line(path);
    auto const tree = parse(path, text);
    if (!tree) {
        rows.push_back(fmt::format("{}: contains the name, but could not be parsed: {}", shown_path, tree.error().message));
        return rows;
    }
    support::LineIndex const lines(*text);
    for (syntax::Occurrence const& occurrence : syntax::occurrences(*tree, name)) {
        if (rows.size() > limit)
            break;
        rows.push_back(row(shown_path, *text, lines, occurrence));
    }
    return rows;
}

Result<std::vector<std::string>> files_to_scan(Context const& context, Json const& arguments, bool& complete)
{
    if (arguments.contains("path")) {
        std::string const path = TRY(path_argument(context, arguments));
        TRY(read(context, path));
        return std::vector { path };
    }
    auto listing = TRY(files_matching(context, std::nullopt));
    complete = listing.complete;
    return std::move(listing.paths);
}

Result<std::string> references(Context& context, Json const& arguments)
{
    std::string const name = last_component(arguments.at("name").get<std::string>());
    if (name.empty())
        return fail(ErrorCode::invalid_params, "name: expected an identifier");
    bool complete = true;
    auto const paths = TRY(files_to_scan(context, arguments, complete));
    ScanLimits const limits;
    auto const found = TRY(scan(context, paths, limits,
        [&](std::string const& path, Text const& text, Expired const&) { return references_in(name, limits.rows, path, text); }));
    std::string cut = found.cut;
    if (cut.empty() && !complete)
        cut = "the workspace has more files than are listed";
    Rows rows(context.output_limit);
    for (std::string const& one : found.rows) {
        if (!rows.add(one))
            break;
    }
    if (rows.is_full())
        cut = fmt::format("{} of {} occurrences", rows.count(), found.rows.size());
    if (found.rows.empty())
        rows.add(fmt::format("no identifier {} in files that have a grammar; search looks at all text", one_line(name)));
    return std::move(rows).text(cut.empty() ? "" : fmt::format("[cut: {}; give a path]", cut));
}

}

constinit Tool const references_tool {
    .name = "references",
    .description =
        "Finds every identifier spelled name by syntax, not in comments or strings. Returns path:line:column: definition, call or use in "
        "<enclosing symbol>: line. It goes by spelling: another symbol of the same name is listed too.",
    .schema = R"({"type":"object","additionalProperties":false,"required":["name"],"properties":{
        "name":{"type":"string","minLength":1,"description":"an identifier, without its class or namespace"},
        "path":{"type":"string","description":"only this file; default the workspace"}}})",
    .effect = Effect::reads,
    .call = references,
};

}
