// Proposals on disk, in <state>/proposals: <id>.json beside its review document. Two processes may share it; ids are taken
// by creating the file exclusively. Main thread, but for `create`, which a run's thread may call.
#pragma once

#include "review/proposal.h"

#include <filesystem>

namespace countersign::review {

class Store {
public:
    /// Errors: io.
    static Result<Store> open(std::filesystem::path state_directory);

    /// Gives it the next free id and writes it and its review document. Errors: io.
    Result<Proposal> create(Proposal proposal);
    /// Errors: io.
    Result<> save(Proposal const& proposal);
    /// Errors: not_found, invalid_params (a damaged file).
    Result<Proposal> load(std::string const& id) const;
    /// Open proposals of one workspace folder, oldest first. Damaged files are logged and left.
    std::vector<Proposal> open_proposals(std::string const& workspace) const;

    std::filesystem::path document_path(Proposal const& proposal) const;
    /// The proposal id that a path in the state directory names as its review document, or nothing.
    std::optional<std::string> document_id(std::filesystem::path const& path) const;
};

}
