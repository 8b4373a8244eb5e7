#include "tools/all_tools.h"
#include "tools/scan.h"
#include "tools/text_output.h"

#include "support/text.h"

#include <algorithm>
#include <fmt/core.h>
#include <optional>
#include <re2/re2.h>

namespace countersign::tools {

namespace {

/// A pattern that compiles to more is slower per byte than a search may be.
constexpr int program_size_limit = 4000;
/// Up to this a pattern is worth trying on many lines at once before it is tried on each.
constexpr int quick_program_size = 200;
constexpr std::size_t pattern_size_limit = 2000;
/// Bytes of a line that are shown; a longer one is shortened around the match.
constexpr std::size_t shown_line = 240;
constexpr std::size_t shown_before_match = 80;
/// How many bytes of lines are tried at once.
constexpr std::size_t block_size = 64 * 1024;
/// Bytes of text looked at between two looks at the clock, times the pattern's size: at worst RE2 follows every state at every byte.
constexpr std::size_t work_between_checks = 8 * 1024 * 1024;

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

    /// The first match in `line`; none once there is no more time. A long line is looked at through windows,
    /// because nothing can interrupt RE2 within one; a match that is longer than their overlap may be missed.
    std::optional<ByteRange> find(std::string_view line, Expired const& expired) const
    {
        for (std::size_t begin = 0;; begin += window_ - window_ / 4) {
            std::size_t const end = std::min(begin + window_, line.size());
            re2::StringPiece match;
            // The whole line stays the context, so that ^ and $ mean its ends and not the window's.
            if (line_.Match(piece(line), begin, end, RE2::UNANCHORED, &match, 1)) {
                auto const at = static_cast<std::size_t>(match.data() - line.data());
                return ByteRange { at, at + match.size() };
            }
            if (end == line.size() || expired())
                return std::nullopt;
        }
    }

    /// Bytes that can be looked at between two looks at the clock.
    std::size_t window() const { return window_; }

    /// Whether a text can be tried in blocks of lines: with a carriage return `$` would mean something else.
    bool is_quick(std::string_view text) const { return is_quick_ && text.find('\r') == std::string_view::npos; }

    /// False only if no line in `block` of `text`, whole lines, can match: one pass over many lines is far quicker than one a line.
    bool may_match(std::string_view text, ByteRange block) const
    {
        return block.size() > 2 * block_size || block_.Match(piece(text), block.begin, block.end, RE2::UNANCHORED, nullptr, 0);
    }

private:
    Pattern(std::string const& text, RE2::Options const& options)
        : line_(text, options)
        , block_("(?m)" + text, options)
        , is_quick_(line_.ok() && block_.ok() && line_.ProgramSize() <= quick_program_size)
        , window_(std::clamp<std::size_t>(
              work_between_checks / static_cast<std::size_t>(std::max(line_.ProgramSize(), 1)), 2 * 1024, 16 * 1024))
    {
        // Flags within the pattern may turn the line mode off again, and these mean the ends of all that is looked at.
        for (char const* special : { "(?", "\\A", "\\z" })
            is_quick_ = is_quick_ && text.find(special) == std::string::npos;
    }

    RE2 line_;
    RE2 block_;
    bool is_quick_;
    std::size_t window_;
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

/// One file being searched.
class FileSearch {
public:
    FileSearch(Pattern const& pattern, std::size_t limit, std::string const& path, std::string_view text, Expired const& expired)
        : pattern_(pattern)
        , limit_(limit)
        , path_(one_line(path))
        , text_(text)
        , expired_(expired)
    {
    }

    std::vector<std::string> rows() &&
    {
        bool const is_quick = pattern_.is_quick(text_);
        for (ByteRange block; block.end < text_.size() && !is_done();) {
            block = next_block(block.end, is_quick);
            if (!is_quick || pattern_.may_match(text_, block))
                search_lines(block);
        }
        return std::move(rows_);
    }

private:
    bool is_done() const { return rows_.size() > limit_ || expired_(); }

    /// Whole lines from `begin` on; all of them if the pattern is not tried in blocks.
    ByteRange next_block(std::size_t begin, bool is_quick) const
    {
        std::size_t const line_end =
            is_quick && text_.size() - begin > block_size ? text_.find('\n', begin + block_size) : std::string_view::npos;
        return { begin, line_end == std::string_view::npos ? text_.size() : line_end + 1 };
    }

    void search_lines(ByteRange block)
    {
        if (!lines_)
            lines_.emplace(text_);
        std::size_t unchecked = 0;
        for (std::size_t line = lines_->line_at(block.begin); lines_->start(line) < block.end; ++line) {
            std::string_view const content = lines_->line(text_, line);
            if (auto const match = pattern_.find(content, expired_))
                rows_.push_back(fmt::format("{}:{}: {}", path_, line + 1, shown(content, *match)));
            unchecked += content.size() + 1;
            if (rows_.size() > limit_ || (unchecked >= pattern_.window() && is_done()))
                return;
            unchecked %= pattern_.window();
        }
    }

    Pattern const& pattern_;
    std::size_t limit_;
    std::string path_;
    std::string_view text_;
    Expired const& expired_;
    std::optional<support::LineIndex> lines_; ///< made for the first block that may match
    std::vector<std::string> rows_;
};

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
        return FileSearch(*pattern, limits.rows, path, *file, expired).rows();
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
