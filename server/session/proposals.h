// Proposals on their way to a decision: announced, reviewed, applied through the editor after an approval that is on disk, or
// discarded. Main thread; disk and database work goes to the background and comes back as a posted callback.
//
// Invariant: the only place of this program that sends workspace/applyEdit is Proposals::send_next, and it is reached only with the
// sequence number of an approval in the ledger.
#pragma once

#include "review/review_document.h"
#include "session/background.h"
#include "session/client.h"
#include "session/edit_builder.h"
#include "session/folders.h"
#include "session/open_files.h"
#include "session/open_proposals.h"
#include "session/other_servers.h"
#include "session/services.h"
#include "session/texts_now.h"

#include "workspace/write_guard.h"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace countersign::session {

/// What a person picked on a proposal, wherever from.
struct Pick {
    std::string proposal;
    review::Selection selection;
    std::string document;            ///< absolute path of the review document it was picked on; empty: from elsewhere
    std::optional<std::size_t> line; ///< 0-based line in it, for one file or one hunk
    enum class Extent { all, file, hunk } extent = Extent::all;
    std::string reason;              ///< why it is discarded, in the person's words
    std::optional<std::string> text; ///< what the document says, if another process shows it; else the buffer does
};

class Proposals {
public:
    /// `documents_directory` is where the store keeps review documents.
    Proposals(Client& client, State& state, OpenFiles& open_files, Folders& folders, Background& background, OtherServers& others,
        std::string documents_directory);

    /// Brings back what was open when the last server of this workspace ended.
    void restore(std::shared_ptr<Folder> const& folder);
    void announce(review::Proposal proposal, std::string const& run);

    /// What running its tests came to.
    void verified(std::string const& id, Result<std::vector<review::Evidence>> evidence);

    void review(std::string const& id);
    void apply(Pick pick);
    void discard(Pick pick);
    /// What is still pending of it is discarded, because a run made another one of it.
    void superseded(std::string const& id, std::string const& by);
    /// Proposes what takes back an applied proposal, all that was applied since a time, or (both empty) what was applied last.
    void undo(std::string proposal, std::string since);

    /// What another process of ours says; an empty object is no answer. The letters' thread.
    Json answer_letter(Json const& letter, std::stop_token const& stop);

    /// Files of which something is pending that needs a yes of its own, with the reason.
    struct Guarded {
        std::string path;
        std::string reason;
    };
    std::vector<Guarded> guarded(review::Proposal const& proposal) const;
    /// What a person should know before they decide: how commands on it ended, and what needs a yes of its own. Begins with a blank, or is
    /// empty.
    std::string note_on(review::Proposal const& proposal) const;

    /// Called whenever what is pending is no longer what it was.
    void on_changed(std::function<void()> changed) { changed_ = std::move(changed); }

    /// A document was opened, changed or closed: a waiting application looks again, and hunks are carried over to it once typing pauses.
    void document_changed(std::string const& path);
    /// As that, and what is proposed in it is marked.
    void document_opened(std::string const& path);

    OpenProposals const& open() const { return open_; }
    /// The proposal that a review document belongs to, by the document's path. Null if it is none or not open.
    ProposalHandle of_document(std::string const& path) const;
    bool is_review_document(std::string const& path) const;
    std::string document_path(review::Proposal const& proposal) const;

private:
    std::string document_id(std::string const& path) const;

    struct Application;
    using Handle = std::shared_ptr<Application>;

    // Hunks that follow the text; see rebasing.cpp.
    void look_again_at(review::Proposal const& proposal);
    void start_looking(std::chrono::milliseconds delay);
    void look_at_moved();
    void adopt(ProposalHandle const& old, review::Proposal moved);

    // What is shared with other processes of ours; see sharing.cpp.
    void reload(std::string const& id, bool is_wanted);
    void take_over(ProposalHandle const& ours, review::Proposal stored, bool was_decided);
    void tell_others(std::string const& id); ///< background thread
    bool take_letter(Json const& letter);
    void ask_owner(Pick pick, review::Proposal const& proposal, bool is_ours);
    bool none_open(review::Proposal const& proposal) const;
    void recover(TextsNow const& texts); ///< background thread

    /// Finds the file or hunk that a pick on the review document's line means.
    Result<> narrow_to_place(Pick& pick, review::Proposal const& proposal) const;

    /// Background thread.
    Result<review::Proposal> propose_undo(
        std::vector<TextsNow> const& folders, std::string const& proposal, std::string const& since, bool removes);

    // The way of an approval, in order; see applying.cpp.
    void apply_here(Pick pick, ProposalHandle const& proposal);
    void end(Handle const& application);
    void give_up_claim();
    void plan(Handle const& application); ///< background thread
    void approved(Handle const& application);
    void send_next(Handle const& application);
    void settle(Handle const& application);
    bool check_settled(Handle const& application);
    void finish(Handle const& application);
    void conclude(Handle const& application);
    void keep(Handle const& application);
    void take_back(Handle const& application);
    void conclude_taking_back(Handle const& application);
    void finish_checkpoint(Handle const& application, std::vector<std::string> changed);
    bool is_as_planned(Handle const& application, std::string& moved) const;
    void record_outcome(Handle const& application, std::string kind) const;
    void refuse(Handle const& application, Error const& error);
    std::string applying_id() const;

    void decided(review::Proposal proposal, std::string message, bool on_document);
    /// Keeps it, and puts in its place what is stored then; `then` on the main thread.
    void keep_stored(ProposalHandle const& proposal, std::function<void(Result<> const&)> then);
    void show_hints(review::Proposal const& proposal);
    void show_hints_in(std::string const& path);
    void record(std::string kind, Json fields) const;

    Client& client_;
    State& state_;
    OpenFiles& open_files_;
    Folders& folders_;
    Background& background_;
    OtherServers& others_;
    /// By proposal: what guarded() found in its texts, which do not change. Menus ask on every move of the cursor.
    mutable std::map<std::string, std::vector<Guarded>> flags_;
    OpenProposals open_;
    std::string documents_directory_;
    std::set<std::string> moved_; ///< absolute paths of files that say something new since their proposals were rebased
    bool looking_ = false;        ///< a timer for them runs, or the background thread is at it
    std::chrono::steady_clock::time_point last_keystroke_ {};
    Handle applying_;
    Handle ended_; ///< gives its claim up once what was decided is kept
    std::function<void()> changed_ = [] {};
};

}
