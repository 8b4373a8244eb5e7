#include "tools/all_tools.h"
#include "tools/text_output.h"
#include "tools/view.h"

#include <algorithm>
#include <fmt/core.h>
#include <limits>

namespace countersign::tools {

namespace {

/// Bytes kept free for the row that says what was cut.
constexpr std::size_t notice_room = 120;

std::string with_notice(std::string_view shown, std::string notice)
{
    std::string text(shown);
    if (!text.empty() && text.back() != '\n')
        text += '\n';
    return text + notice;
}

Result<std::string> read_file(Context& context, Json const& arguments)
{
    std::string const path = TRY(path_argument(context, arguments));
    Text const text = TRY(read(context, path));
    std::size_t const start_line = number_argument(arguments, "start_line").value_or(1);
    std::size_t const wanted_end = number_argument(arguments, "end_line").value_or(std::numeric_limits<std::size_t>::max());
    if (wanted_end < start_line)
        return fail(ErrorCode::invalid_params, fmt::format("end_line: {} is before start_line {}", wanted_end, start_line));
    if (text->empty() && start_line == 1)
        return std::string();

    support::LineIndex const lines(*text);
    // A text that ends with a line end has no line after it.
    std::size_t const line_count = lines.line_count() - (lines.start(lines.line_count() - 1) == text->size() ? 1 : 0);
    if (start_line > line_count)
        return fail(ErrorCode::invalid_params,
            fmt::format("start_line: {} is past the end; {} has {}", start_line, one_line(path), support::count_of(line_count, "line")));
    std::size_t const end_line = std::min(wanted_end, line_count);
    std::size_t const begin = lines.start(start_line - 1);
    std::string_view const wanted = std::string_view(*text).substr(begin, lines.start(end_line) - begin);
    if (wanted.size() <= context.output_limit)
        return std::string(wanted);

    std::size_t const room = context.output_limit > notice_room ? context.output_limit - notice_room : 0;
    std::size_t const shown_lines = lines.line_at(begin + room) - (start_line - 1);
    if (shown_lines == 0) {
        std::string_view const part = utf8_prefix(wanted, room);
        return with_notice(part,
            fmt::format("[cut: line {} of {} has {} bytes, this is the first {}; continue with start_line {}]", start_line, line_count,
                lines.range(start_line - 1).size(), part.size(), start_line + 1));
    }
    std::size_t const last = start_line + shown_lines - 1;
    return with_notice(wanted.substr(0, lines.start(last) - begin),
        fmt::format("[cut: lines {} to {} of {}; continue with start_line {}]", start_line, last, line_count, last + 1));
}

}

constinit Tool const read_file_tool {
    .name = "read_file",
    .description =
        "Returns the exact text of a file, or of the lines start_line to end_line (1-based, inclusive). Shows unsaved buffers and "
        "this run's own edits. A long result is cut at a line and says where to continue.",
    .schema = R"({"type":"object","additionalProperties":false,"required":["path"],"properties":{
        "path":{"type":"string","description":"relative to the workspace, as in src/main.cpp"},
        "start_line":{"type":"integer","minimum":1,"description":"first line, 1-based; default 1"},
        "end_line":{"type":"integer","minimum":1,"description":"last line, inclusive; default the last of the file"}}})",
    .effect = Effect::reads,
    .call = read_file,
};

}
