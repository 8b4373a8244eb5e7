// A document that may be a unified diff: reading it never fails badly, what was read is stable once written, and applying it to any
// base ends. The input is the document; what follows a NUL byte in it is the base.
#include "workspace/unified_diff.h"

#include <cstdint>
#include <cstdlib>

using namespace countersign::workspace;

namespace {

std::string render_all(std::vector<FileDiff> const& diffs)
{
    std::string text;
    for (FileDiff const& diff : diffs)
        text += render(diff);
    return text;
}

void require(bool holds)
{
    if (!holds)
        std::abort();
}

}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string_view const input(reinterpret_cast<char const*>(data), size);
    std::size_t const border = std::min(input.find('\0'), input.size());
    std::string_view const base = input.substr(std::min(border + 1, input.size()));
    auto const parsed = parse_unified_diff(input.substr(0, border));
    if (parsed) {
        for (FileDiff const& diff : *parsed)
            static_cast<void>(apply_hunks(base, diff.hunks));
        std::string const written = render_all(*parsed);
        auto const again = parse_unified_diff(written);
        require(again.has_value());
        require(render_all(*again) == written);
    }
    // And the other way round: any two texts have a diff that leads from one to the other.
    std::string_view const document = input.substr(0, border);
    FileDiff const made { ChangeKind::modify, "file", "", make_hunks(base, document, size % 4) };
    auto const applied = apply_hunks(base, made.hunks);
    require(applied && *applied == document);
    if (!made.hunks.empty()) {
        auto const read = parse_unified_diff(render(made));
        require(read && read->size() == 1);
        auto const reapplied = apply_hunks(base, read->front().hunks);
        require(reapplied && *reapplied == document);
    }
    require(countersign::support::apply_edits(base, minimal_edits(base, document)) == document);
    return 0;
}
