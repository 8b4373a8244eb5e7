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
#include "session/services.h"

#include "workspace/write_guard.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
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
};

class Proposals {
public:
    /// `documents_directory` is where the store keeps review documents.
    Proposals(
        Client& client, State& state, OpenFiles& open_files, Folders& folders, Background& background, std::string documents_directory);

    /// Brings back what was open when the last server of this workspace ended.
    void restore(std::shared_ptr<Folder> const& folder);
    void announce(review::Proposal proposal, std::string const& run);

    /// What running its tests came to.
    void verified(std::string const& id, Result<std::vector<review::Evidence>> evidence);

    void review(std::string const& id);
    void apply(Pick pick);
    void discard(Pick pick);

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

    /// Tells a waiting application that a document changed.
    void document_changed();

    std::vector<review::Proposal const*> all() const;
    /// Those that touch a file.
    std::vector<review::Proposal const*> touching(std::string const& path) const;
    review::Proposal const* find(std::string const& id) const;
    /// The proposal that a review document belongs to, by the document's path. Null if it is none or not open.
    review::Proposal const* of_document(std::string const& path) const;
    bool is_review_document(std::string const& path) const;
    std::string document_path(review::Proposal const& proposal) const;

private:
    struct Application;
    using Handle = std::shared_ptr<Application>;

    /// Finds the file or hunk that a pick on the review document's line means.
    Result<> narrow_to_place(Pick& pick, review::Proposal const& proposal) const;

    // The way of an approval, in order; see applying.cpp.
    void plan(Handle const& application); ///< background thread
    void approved(Handle const& application);
    void send_next(Handle const& application);
    void settle(Handle const& application);
    bool check_settled(Handle const& application);
    void finish(Handle const& application);
    void conclude(Handle const& application);
    void refuse(Handle const& application, Error const& error);
    std::string applying_id() const;

    void decided(std::string const& id, std::string message, bool on_document);
    void show_hints(review::Proposal const& proposal);
    void record(std::string kind, Json fields);

    Client& client_;
    State& state_;
    OpenFiles& open_files_;
    Folders& folders_;
    Background& background_;
    std::map<std::string, review::Proposal> open_;
    /// By proposal: what guarded() found in its texts, which do not change. Menus ask on every move of the cursor.
    mutable std::map<std::string, std::vector<Guarded>> flags_;
    std::string documents_directory_;
    Handle applying_;
    std::function<void()> changed_ = [] {};
};

}
