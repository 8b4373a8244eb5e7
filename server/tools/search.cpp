#include "tools/all_tools.h"
#include "tools/scan.h"
#include "tools/text_output.h"

#include "support/text.h"

#include <fmt/core.h>
#include <re2/re2.h>

namespace countersign::tools {

namespace {

/// A pattern that compiles to more is slower per byte than a search may be (RE2 falls back to simulating all states at once).
constexpr int program_size_limit = 4000;
constexpr std::size_t pattern_size_limit = 2000;
/// Bytes of a line that are shown; a longer one is shortened around the match.
constexpr std::size_t shown_line = 240;
constexpr std::size_t shown_before_match = 80;
/// How many lines go by between two looks at the clock.
constexpr std::size_t lines_between_checks = 256;

re2::StringPiece piece(std::string_view text) { return { text.data(), text.size() }; }

/// A pattern, matched against one line at a time.
class Pattern {
public:
    /// Errors: invalid_params with what RE2 says.
    static Result<std::unique_ptr<Pattern>> compile(std::string const& text)
    {
        if (text.size() > pattern_size_limit)
            return fail(
                ErrorCode::invalid_params, fmt::format("pattern: has {} bytes, at most {} are taken", text.size(), pattern_size_limit));
        RE2::Options options;
        options.set_log_errors(false);
        std::unique_ptr<Pattern> pattern(new Pattern(text, options));
        if (!pattern->line_.ok())
            return fail(ErrorCode::invalid_params, fmt::format("pattern: {} (RE2 syntax)", one_line(pattern->line_.error())));
        if (pattern->line_.ProgramSize() > program_size_limit)
            return fail(ErrorCode::invalid_params, "pattern: is too complex; use fewer or smaller repetitions");
        return pattern;
    }

    /// The first match in `line`.
    std::optional<ByteRange> find(std::string_view line) const
    {
        re2::StringPiece match;
        if (!line_.Match(piece(line), 0, line.size(), RE2::UNANCHORED, &match, 1))
            return std::nullopt;
        auto const begin = static_cast<std::size_t>(match.data() - line.data());
        return ByteRange { begin, begin + match.size() };
    }

    /// False only if no line of `text` can match: one pass over the whole text is far quicker than one a line.
    bool may_match(std::string_view text) const
    {
        // With a carriage return `$` would differ, and inline flags may turn the line mode off again.
        if (!quick_ || !whole_.ok() || text.find('\r') != std::string_view::npos)
            return true;
        return whole_.Match(piece(text), 0, text.size(), RE2::UNANCHORED, nullptr, 0);
    }

private:
    Pattern(std::string const& text, RE2::Options const& options)
        : line_(text, options)
        , whole_("(?m)" + text, options)
        , quick_(text.find("(?") == std::string::npos && text.find("\\A") == std::string::npos && text.find("\\z") == std::string::npos
              && line_.ok() && line_.ProgramSize() < 200)
    {
    }

    RE2 line_;
    RE2 whole_;
    bool quick_;
};

/// The line for one row: invisible characters escaped, and if it is long only what is around the match.
std::string shown(std::string_view line, ByteRange match)
{
    if (line.size() <= shown_line)
        return support::escape_for_display(support::trim_end(line));
    std::size_t begin = match.begin > shown_before_match ? match.begin - shown_before_match : 0;
    begin = std::min(begin, line.size() - shown_line);
    std::string_view const part = utf8_prefix(utf8_suffix(line, line.size() - begin), shown_line);
    bool const cut_end = part.data() + part.size() < line.data() + line.size();
    return fmt::format("{}{}{}", begin > 0 ? "…" : "", support::escape_for_display(part), cut_end ? "…" : "");
}

std::vector<std::string> matching_lines(
    Pattern const& pattern, std::size_t limit, std::string const& path, std::string_view text, Expired const& expired)
{
    std::vector<std::string> rows;
    if (!pattern.may_match(text))
        return rows;
    std::string const shown_path = one_line(path);
    support::LineIndex const lines(text);
    for (std::size_t line = 0; line < lines.line_count() && rows.size() <= limit; ++line) {
        if (line % lines_between_checks == 0 && expired())
            break;
        // What follows the last line end is no line.
        if (line > 0 && lines.start(line) == text.size())
            break;
        std::string_view const content = lines.line(text, line);
        if (auto const match = pattern.find(content))
            rows.push_back(fmt::format("{}:{}: {}", shown_path, line + 1, shown(content, *match)));
    }
    return rows;
}

std::string no_match(std::string const& pattern, std::string const& cut)
{
    std::string text = "no line matches";
    if (pattern.find("\\n") != std::string::npos || pattern.find('\n') != std::string::npos)
        text += "; a pattern is matched within one line, so \\n never matches";
    if (!cut.empty())
        text += fmt::format("\n[cut: {}; narrow the glob]", cut);
    return text;
}

Result<std::string> search(Context& context, Json const& arguments)
{
    std::string const text = arguments.at("pattern").get<std::string>();
    auto const pattern = TRY(Pattern::compile(text));
    auto const listing = TRY(files_matching(context, string_argument(arguments, "glob")));
    ScanLimits const limits;
    auto const found = TRY(scan(context, listing.paths, limits, [&](std::string const& path, Text const& file, Expired const& expired) {
        return matching_lines(*pattern, limits.rows, path, *file, expired);
    }));
    std::string cut = found.cut;
    if (cut.empty() && !listing.complete)
        cut = "the workspace has more files than are listed";
    if (found.rows.empty())
        return no_match(text, cut);
    Rows rows(context.output_limit);
    for (std::string const& row : found.rows) {
        if (!rows.add(row))
            break;
    }
    if (rows.is_full())
        cut = fmt::format("{} of {} matching lines", rows.count(), found.rows.size());
    return std::move(rows).text(cut.empty() ? "" : fmt::format("[cut: {}; narrow the pattern or the glob]", cut));
}

}

constinit Tool const search_tool {
    .name = "search",
    .description =
        "Finds the lines that match a regular expression (RE2 syntax, case-sensitive unless it begins with (?i), matched within one "
        "line). Returns path:line: text, in path order. Sees unsaved buffers and this run's own edits; leaves out what .gitignore "
        "leaves out, and binary files.",
    .schema = R"({"type":"object","additionalProperties":false,"required":["pattern"],"properties":{
        "pattern":{"type":"string","minLength":1,"description":"RE2 regular expression"},
        "glob":{"type":"string","minLength":1,"description":"only files it matches, as in src/**/*.cpp"}}})",
    .effect = Effect::reads,
    .call = search,
};

}
