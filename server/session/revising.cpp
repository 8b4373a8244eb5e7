#include "session/revising.h"

#include <fmt/core.h>

namespace countersign::session {

namespace {

/// More than that of a diff tells a model nothing new; it can read the files.
constexpr std::size_t longest_diff = 32 * 1024;

std::string diff_of(review::Proposal const& proposal)
{
    std::string diff;
    for (review::ProposedFile const& file : proposal.files)
        diff += workspace::render(workspace::make_file_diff(file.change));
    if (diff.size() <= longest_diff)
        return diff;
    return diff.substr(0, diff.rfind('\n', longest_diff) + 1) + "(the rest is left out)\n";
}

/// "1.2, 2.1" of the hunks with that decision.
std::string hunks_of(review::Proposal const& proposal, review::Decision decision)
{
    std::vector<std::string> ids;
    for (review::ProposedFile const& file : proposal.files) {
        for (review::Hunk const& hunk : file.hunks) {
            if (hunk.decision == decision)
                ids.push_back(hunk.id);
        }
    }
    return support::join(ids, ", ");
}

}

Result<> go_on_from(review::Proposal const& earlier, std::string const& root, actions::Choice& choice)
{
    if (earlier.workspace != root) {
        return fail(ErrorCode::denied,
            fmt::format("#{} was made for {}, and this file is in {}", earlier.id, support::escape_for_display(earlier.workspace), root));
    }
    if (support::trim(choice.instruction).empty())
        choice.instruction = earlier.reason;
    std::string const applied = hunks_of(earlier, review::Decision::applied);
    std::string const discarded = hunks_of(earlier, review::Decision::discarded);
    choice.earlier = fmt::format("\nThis goes on from your earlier proposal #{}: {}.\n", earlier.id, earlier.title);
    choice.earlier += applied.empty() ? "The person did not take it: none of it is in the files.\n"
                                      : fmt::format("The person took only these hunks of it, which are in the files: {}.\n", applied);
    if (!discarded.empty())
        choice.earlier += fmt::format("Rejected: {}.\n", discarded);
    if (!earlier.reason.empty())
        choice.earlier += fmt::format("The person's reason: {}\n", earlier.reason);
    choice.earlier +=
        "Propose anew, from the files as they are now, all that is still wanted. What you had proposed, hunks numbered in their "
        "order by file:\n";
    choice.earlier += diff_of(earlier);
    return {};
}

}
