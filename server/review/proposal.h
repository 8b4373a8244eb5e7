// A proposal: what a run would change, kept until a person has decided every part of it. Survives a restart.
#pragma once

#include "support/json.h"
#include "support/result.h"
#include "workspace/overlay.h"
#include "workspace/unified_diff.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace countersign::review {

enum class Decision { pending, applied, discarded };

/// One hunk, with an id that is stable for the proposal's life.
struct Hunk {
    std::string id;      ///< "1.2": second hunk of the first file
    workspace::LineChange lines;
    Decision decision = Decision::pending;
};

struct ProposedFile {
    workspace::FileChange change;
    std::vector<Hunk> hunks; ///< one for a create, remove or move
};

struct Proposal {
    std::string id;      ///< a number that people can type: "7"
    std::size_t revision = 1;
    std::string run;
    std::string workspace; ///< absolute path of the folder
    std::string action;
    std::string title;
    std::string summary;
    std::string provider;
    std::string created;   ///< RFC 3339
    std::vector<ProposedFile> files;

    bool is_open() const; ///< some hunk is still pending
};

/// Splits each change into hunks with ids. No I/O.
Proposal make_proposal(std::string run, std::string workspace, std::string action, std::string title, std::string summary,
    std::string provider, std::vector<workspace::FileChange> changes);

/// What the person picked: all, or files, or hunks.
struct Selection {
    std::vector<std::string> files; ///< relative paths
    std::vector<std::string> hunks; ///< hunk ids
};

/// What one file becomes when the selected pending hunks are applied to `current`, and only those.
struct PlannedFile {
    workspace::ChangeKind kind;
    std::string path;
    std::string from;
    std::string before;  ///< the text it was planned on
    std::string after;
    std::vector<std::string> hunks; ///< ids that this carries out
    workspace::TextFormat format;
};

/// The text of a file now (buffer or disk); not_found if it is not there.
using CurrentText = std::function<Result<std::string>(std::string const& path)>;

/// Checks every target against its base (hunks that were applied before count as part of it) and plans the selected hunks, the whole selection or nothing.
/// Errors: stale naming the file, not_found (no such file or hunk in the proposal), denied (already decided).
Result<std::vector<PlannedFile>> plan(Proposal const& proposal, Selection const& selection, CurrentText const& current);

/// Marks hunks as decided.
void decide(Proposal& proposal, std::vector<std::string> const& hunks, Decision decision);
/// Ids of the pending hunks that a selection means. Errors: not_found.
Result<std::vector<std::string>> selected_hunks(Proposal const& proposal, Selection const& selection);

Json to_json(Proposal const& proposal);
Result<Proposal> proposal_from_json(Json const& value);

}
