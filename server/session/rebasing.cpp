// How pending hunks follow the text: what a keystroke costs is one look into a hash table; the rest happens once typing pauses, on
// the background thread, and comes back as another value of the proposal with the next revision of its review document.
#include "review/rebase.h"
#include "session/application.h"
#include "support/log.h"

namespace countersign::session {

namespace {

/// Long enough that a burst of keystrokes is one look, short enough that the review document is right when the person turns to it.
constexpr std::chrono::milliseconds pause { 250 };

struct Moved {
    ProposalHandle proposal;
    std::vector<std::string> paths; ///< relative; empty means all
    TextsNow texts;
};

}

void Proposals::document_changed(std::string const& path)
{
    if (applying_ && applying_->sent > 0) {
        if (OpenFile const* const file = open_files_.find(path))
            applying_->history[path].push_back(file->document->text);
        if (applying_->sent == applying_->outgoing.size() && applying_->settled)
            check_settled(applying_);
    }
    if (is_review_document(path) && !of_document(path))
        reload(document_id(path), true);
    if (!open_.touches(path))
        return;
    last_keystroke_ = std::chrono::steady_clock::now();
    moved_.insert(path);
    start_looking(pause);
}

void Proposals::document_opened(std::string const& path)
{
    document_changed(path);
    if (open_.touches(path))
        show_hints_in(path);
}

void Proposals::look_again_at(review::Proposal const& proposal)
{
    for (review::ProposedFile const& file : proposal.files) {
        moved_.insert(beneath(proposal.workspace, file.change.path));
        if (!file.change.from.empty())
            moved_.insert(beneath(proposal.workspace, file.change.from));
    }
    start_looking(std::chrono::milliseconds(0));
}

void Proposals::start_looking(std::chrono::milliseconds delay)
{
    if (looking_ || moved_.empty())
        return;
    looking_ = true;
    client_.connection().after(delay, [this] {
        looking_ = false;
        auto const quiet = std::chrono::steady_clock::now() - last_keystroke_;
        if (quiet < pause)
            return start_looking(std::chrono::ceil<std::chrono::milliseconds>(pause - quiet));
        look_at_moved();
    });
}

void Proposals::look_at_moved()
{
    std::vector<Moved> work;
    for (ProposalHandle const& proposal : open_.all()) {
        // What is being applied is looked at when that is done; decided() asks for it.
        if (applying_id() == proposal->id)
            continue;
        Moved moved { proposal, {}, {} };
        for (review::ProposedFile const& file : proposal->files) {
            for (std::string const& path : { file.change.path, file.change.from }) {
                if (!path.empty() && moved_.count(beneath(proposal->workspace, path)) > 0)
                    moved.paths.push_back(path);
            }
        }
        auto folder = folders_.find(proposal->workspace);
        if (moved.paths.empty() || !folder)
            continue;
        moved.texts = TextsNow(std::move(folder), open_files_);
        work.push_back(std::move(moved));
    }
    moved_.clear();
    if (work.empty())
        return;
    looking_ = true;
    background_.add([this, work = std::move(work)] {
        for (Moved const& each : work) {
            auto rebased = review::rebase(*each.proposal, each.paths, [&](std::string const& path) { return each.texts.read(path); });
            if (!rebased) {
                log::warn("#{} could not be compared with its files: {}", each.proposal->id, rebased.error().message);
                continue;
            }
            if (!*rebased)
                continue;
            client_.connection().post(
                [this, old = each.proposal, moved = std::move(**rebased)]() mutable { adopt(old, std::move(moved)); });
        }
        client_.connection().post([this] {
            looking_ = false;
            start_looking(pause);
        });
    });
}

void Proposals::adopt(ProposalHandle const& old, review::Proposal moved)
{
    if (open_.find(old->id) != old || applying_id() == old->id)
        return; // decided meanwhile
    bool const is_new_revision = moved.revision != old->revision;
    ProposalHandle const kept = open_.put(std::move(moved));
    if (!is_new_revision)
        return changed_();
    show_hints(*kept);
    keep_stored(kept, [id = kept->id](Result<> const& stored) {
        if (!stored)
            log::warn("a new revision of #{} could not be kept: {}", id, stored.error().message);
    });
}

}
