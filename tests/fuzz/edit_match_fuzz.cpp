// An edit of any text: it is refused, or it replaces one region that old_text really means. The input is the file, old_text and
// new_text, separated by NUL bytes.
#include "support/text.h"
#include "workspace/edit_match.h"
#include "workspace/encoding.h"

#include <cstdint>
#include <cstdlib>

using namespace countersign::workspace;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

std::string_view take_part(std::string_view& input)
{
    std::size_t const end = std::min(input.find('\0'), input.size());
    std::string_view const part = input.substr(0, end);
    input.remove_prefix(std::min(end + 1, input.size()));
    return part;
}

}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string_view input(reinterpret_cast<char const*>(data), size);
    std::string_view const text = take_part(input);
    std::string_view const old_text = take_part(input);
    std::string_view const new_text = take_part(input);
    auto const match = match_edit(text, old_text, new_text);
    if (!match) {
        require(!match.error().message.empty());
        return 0;
    }
    countersign::ByteRange const range = match->edit.range;
    require(range.begin <= range.end && range.end <= text.size());
    std::string_view const replaced = text.substr(range.begin, range.size());
    std::string const result = countersign::support::apply_edits(text, { match->edit });
    require(result != text);
    require(result.size() == text.size() - replaced.size() + match->edit.text.size());
    auto const lf = [](std::string_view part) { return with_line_ends(part, LineEnd::lf); };
    if (match->step == MatchStep::exact) {
        require(replaced == old_text);
        require(text.find(old_text) == range.begin);
        require(lf(match->edit.text) == lf(new_text));
    }
    // Whatever the rung, the words are those of the edit.
    if (match->step != MatchStep::punctuation)
        require(countersign::support::trim(lf(replaced).substr(0, lf(replaced).find('\n'))).size() <= old_text.size());
    bool const splits_begin = range.begin > 0 && range.size() > 0 && text[range.begin - 1] == '\r' && text[range.begin] == '\n';
    bool const splits_end = range.end > 0 && range.end < text.size() && text[range.end - 1] == '\r' && text[range.end] == '\n';
    require(!splits_begin && !splits_end);
    // Text that was valid stays valid.
    bool const valid = countersign::support::find_invalid_utf8(text) == std::string_view::npos
        && countersign::support::find_invalid_utf8(old_text) == std::string_view::npos
        && countersign::support::find_invalid_utf8(new_text) == std::string_view::npos;
    require(!valid || countersign::support::find_invalid_utf8(result) == std::string_view::npos);
    return 0;
}
