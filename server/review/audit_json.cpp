#include "review/audit_json.h"

#include "review/lines.h"
#include "support/hash.h"

#include <algorithm>

namespace countersign::review {

namespace {

Json hunk_json(ProposedFile const& file, Hunk const& hunk)
{
    // Lines of a proposal that came from disk were checked against their texts; one that grew here is not past them either.
    Lines const before(file.change.base_text), after(file.change.new_text);
    auto const lines = [](Lines const& text, std::size_t begin, std::size_t end) {
        end = std::min(end, text.count());
        return text.range(std::min(begin, end), end);
    };
    std::string_view const new_lines =
        hunk.edited ? std::string_view(*hunk.edited) : lines(after, hunk.lines.new_begin, hunk.lines.new_end);
    return { { "id", hunk.id }, { "before", support::content_hash(lines(before, hunk.lines.old_begin, hunk.lines.old_end)) },
        { "after", support::content_hash(new_lines) } };
}

}

Json audit_json(ProposedFile const& file, std::vector<std::string> const& ids)
{
    Json hunks = Json::array();
    for (Hunk const& hunk : file.hunks) {
        if (std::find(ids.begin(), ids.end(), hunk.id) != ids.end())
            hunks.push_back(hunk_json(file, hunk));
    }
    return hunks;
}

Json audit_json(Proposal const& proposal)
{
    constexpr char const* kinds[] = { "modify", "create", "remove", "move" };
    Json files = Json::array();
    for (ProposedFile const& file : proposal.files) {
        Json entry { { "path", file.change.path }, { "kind", kinds[static_cast<int>(file.change.kind)] },
            { "before", support::content_hash(file.change.base_text) }, { "after", support::content_hash(file.change.new_text) },
            { "hunks", Json::array() } };
        if (!file.change.from.empty())
            entry["from"] = file.change.from;
        for (Hunk const& hunk : file.hunks)
            entry["hunks"].push_back(hunk_json(file, hunk));
        files.push_back(std::move(entry));
    }
    return files;
}

}
