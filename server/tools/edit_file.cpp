#include "tools/all_tools.h"
#include "tools/text_output.h"
#include "tools/view.h"

#include "support/hash.h"
#include "workspace/edit_match.h"
#include "workspace/redactor.h"

#include <fmt/core.h>

namespace countersign::tools {

namespace {

/// Each attempt that finds the file changed is one by which another edit got through, so this is far more than there can be.
constexpr int attempts = 100;

std::size_t line_count(std::string_view text)
{
    support::LineIndex const lines(text);
    return lines.line_count() - (lines.start(lines.line_count() - 1) == text.size() ? 1 : 0);
}

std::string describe(std::string const& path, std::string_view text, workspace::MatchedEdit const& matched)
{
    ByteRange const range = matched.edit.range;
    std::string done = fmt::format("edited {} at line {} ({} became {})", one_line(path), support::LineIndex(text).line_at(range.begin) + 1,
        support::count_of(line_count(text.substr(range.begin, range.size())), "line"), line_count(matched.edit.text));
    // The model should see the file as it is, not as it remembered it.
    if (matched.step != workspace::MatchStep::exact)
        done += fmt::format("; old_text was not found exactly, it matched after allowing for {}", to_string(matched.step));
    return done;
}

Result<std::string> edit_file(Context& context, Json const& arguments)
{
    std::string const path = TRY(path_argument(context, arguments));
    auto const& old_text = arguments.at("old_text").get_ref<std::string const&>();
    auto const& new_text = arguments.at("new_text").get_ref<std::string const&>();
    for (int attempt = 1;; ++attempt) {
        Text const text = TRY(read(context, path));
        auto const found = workspace::match_edit(*text, old_text, new_text);
        if (!found && workspace::count_placeholders(old_text) > workspace::count_placeholders(*text)) {
            return fail(ErrorCode::denied,
                fmt::format(
                    "old_text has a placeholder like [REDACTED:type:1a2b3c4d] where {} has a secret that is not shown; choose lines "
                    "without it",
                    one_line(path)));
        }
        auto const matched = TRY(found);
        auto const written = context.overlay.write(path, support::content_hash(*text), support::apply_edits(*text, { matched.edit }));
        if (written)
            return describe(path, *text, matched);
        if (written.error().code != ErrorCode::stale || attempt == attempts)
            return tl::unexpected(written.error());
    }
}

}

constinit Tool const edit_file_tool {
    .name = "edit_file",
    .description =
        "Replaces old_text, which must occur exactly once in the file, by new_text. Copy old_text from read_file with its indentation, and "
        "take enough lines around it to make it unique. The edit is proposed to the person; later calls see it.",
    .schema = R"({"type":"object","additionalProperties":false,"required":["path","old_text","new_text"],"properties":{
        "path":{"type":"string","description":"relative to the workspace"},
        "old_text":{"type":"string","minLength":1,"description":"the text to replace, exactly as it is in the file"},
        "new_text":{"type":"string","description":"what stands there afterwards; empty deletes it"}}})",
    .effect = Effect::proposes,
    .call = edit_file,
};

}
