// Proposals on disk, in <state>/proposals: <id>.json beside its review documents, <id>.<revision>.diff. Two processes may share
// it: an id is taken by creating its first review document exclusively, and writing is one at a time. Any thread but the main one.
//
// Review documents are never changed or removed, for an editor may have them open: a new revision is a new file. A proposal in which
// nothing is pending moves to <state>/proposals/decided, so that looking for open ones does not read a year of history.
#pragma once

#include "review/proposal.h"
#include "support/fd.h"

#include <chrono>
#include <filesystem>

namespace countersign::review {

class Store {
public:
    /// `state_directory` is created if need be. Errors: io.
    static Result<Store> open(std::filesystem::path state_directory);

    /// Gives it the next free id and, if it has none, the time of its creation; writes it and its review document. Any thread.
    /// Errors: io, invalid_params (a path or text that is not UTF-8).
    Result<Proposal> create(Proposal proposal);
    /// Writes it, and the review document of its revision if something is pending. What another process decided meanwhile is taken over,
    /// and a revision whose document is there already with another content is counted up: gives what is stored now. Errors: as create.
    Result<Proposal> save(Proposal proposal);
    /// Taken while a proposal is applied, so that two processes never apply the same one: no descriptor if another one is at it.
    /// Errors: io.
    Result<support::UniqueFd> claim(std::string const& id) const;
    /// Open and decided ones. Errors: not_found, invalid_params (a damaged file), io.
    Result<Proposal> load(std::string const& id) const;
    /// Open proposals of one workspace folder, oldest first. Damaged files are logged and left.
    std::vector<Proposal> open_proposals(std::string const& workspace) const;

    /// Removes what was decided longer ago than that, with its review documents; no id is given again by it. Errors: io.
    Result<> forget_decided(std::chrono::hours age) const;

    std::filesystem::path document_path(Proposal const& proposal) const;
    /// The proposal id that a path in the state directory names as its review document, or nothing. Goes by where the path leads, whatever
    /// the editor calls the file's language.
    std::optional<std::string> document_id(std::filesystem::path const& path) const;

private:
    explicit Store(std::filesystem::path directory) : directory_(std::move(directory)) { }

    std::filesystem::path file_path(std::string const& id) const;
    std::filesystem::path decided_path(std::string const& id) const;
    Result<std::string> take_id() const;
    Result<> write_document(Proposal& proposal) const;
    Result<Proposal> save_locked(Proposal proposal) const;

    std::filesystem::path directory_; ///< canonical
};

}
