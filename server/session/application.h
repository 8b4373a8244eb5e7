// One approval on its way: what was picked, what it comes to on the present texts, what was sent, and what the editor then had.
// Made and read on the main thread; plan() and look() run on the background thread while nobody else touches it.
#pragma once

#include "session/edit_builder.h"
#include "session/proposals.h"
#include "session/texts_now.h"

#include <map>
#include <set>
#include <utility>

namespace countersign::session {

/// What became of one planned file in the editor.
enum class Seen {
    full,            ///< as approved
    changed_further, ///< all that was approved is there, and something else was changed too
    partial,         ///< some hunks are there
    none,            ///< nothing of it is there
    unclear,         ///< neither as before nor as approved
    unknown,         ///< the file cannot be read
    not_shown,       ///< the editor says that it did it, and shows the server no buffer of the file
};
/// "full", "changed further", ... as the ledger has it.
std::string_view to_string(Seen seen);

struct SeenFile {
    Seen seen = Seen::unknown;
    std::vector<std::string> there; ///< ids of the planned hunks that the file has now
    std::string text;               ///< what it says now, if it can be read
    /// If the editor put the edits where they do not belong, because it applied them to a text that they were not made for: that text, and
    /// what it made of it.
    std::optional<std::pair<std::string, std::string>> misplaced;
    bool changed() const { return seen != Seen::none && seen != Seen::unknown && seen != Seen::not_shown; }
};

struct Proposals::Application {
    Pick pick;
    support::UniqueFd claim;   ///< keeps other processes from applying it too
    review::Proposal proposal; ///< as it was when the person decided, then carried over to the present texts
    bool rebased = false;      ///< the latter made a difference
    std::shared_ptr<Folder> folder;
    TextsNow texts;            ///< as they were then; after look(), as they are then
    std::string document_text; ///< of the review document, if it was picked there
    std::vector<review::PlannedFile> plan;
    std::int64_t approval = 0; ///< its sequence number in the ledger
    std::optional<review::Checkpoint> checkpoint;
    std::vector<Outgoing> outgoing;
    std::size_t sent = 0;
    std::string refusal;             ///< what the editor said
    std::set<std::string> said_done; ///< paths of the files that the editor says it changed
    protocol::PositionEncoding encoding = protocol::PositionEncoding::utf16;
    /// By absolute path: what the buffers said one after another since the edit was sent.
    std::map<std::string, std::vector<std::shared_ptr<std::string const>>> history;
    bool settled = false;
    std::vector<SeenFile> seen;    ///< of each planned file
    std::vector<std::string> left; ///< files that "all" does not mean, since they need a yes of their own

    /// Set while what the editor did is taken back: what had been seen before, for the last word to the person.
    bool taking_back = false;
    std::vector<review::PlannedFile> approved_plan;
    std::vector<SeenFile> approved_seen;

    /// Takes the claim, and what other processes decided before. Errors: denied (another one applies it), io.
    Result<> claim_in(review::Store const& store);
    /// Carries the proposal over to the texts, then plans what was picked. Errors: as review::plan and review::plan_document.
    Result<> make_plan();
    bool is_all() const { return pick.extent == Pick::Extent::all && pick.selection.files.empty() && pick.selection.hunks.empty(); }
    /// Takes what some program runs or obeys later out of a plan that was not picked file by file. Errors: denied (nothing is left).
    Result<> leave_guarded();
    /// What the texts say of each planned file.
    void look();
    /// The edits that bring back what the seen files said before, as far as that can be told apart from what else was changed in them.
    std::vector<review::PlannedFile> reverse_plan(ClientProfile const& profile) const;

private:
    Result<std::vector<review::PlannedFile>> plan_of_document() const;
    SeenFile look_at(review::PlannedFile const& file) const;
    Seen seen_unchanged(review::PlannedFile const& file) const;
    std::optional<std::pair<std::string, std::string>> find_misplaced(review::PlannedFile const& file) const;
};

/// Paths of the planned files of which something may have been changed. What was not looked at was not sent.
std::vector<std::string> touched_paths(std::vector<review::PlannedFile> const& plan, std::vector<SeenFile> const& seen);

/// Editors may write their own line ends, and end a file with one; neither makes it another text.
bool same_text(std::string_view left, std::string_view right);

}
