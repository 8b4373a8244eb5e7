// A proposal: what a run would change, kept until a person has decided every part of it. Survives a restart.
//
// Made when a run ends, kept by the store, planned and decided by session/ (main thread) and by the command line. Nothing here
// reads or writes a file: what a file says now comes in through CurrentText, and a plan is only a text to ask the editor for.
// Lines are pieces of text that end after "\n"; a line keeps its end, so "\r\n", a lone "\r" and a missing last newline stay exact.
#pragma once

#include "support/json.h"
#include "support/result.h"
#include "workspace/overlay.h"
#include "workspace/unified_diff.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace countersign::review {

enum class Decision { pending, applied, discarded };

/// How a pending hunk stands to what its file says now; rebase() finds it out.
enum class Standing {
    as_made,       ///< at the lines that it was made for
    moved,         ///< its lines are the same, the text before them became longer or shorter
    conflicting,   ///< its lines or those beside them changed: it cannot be applied
    already_there, ///< the text says already what it would make of it
};

/// One hunk, with an id that is stable for the proposal's life.
struct Hunk {
    std::string id;              ///< "1.2": second hunk of the first file
    workspace::LineChange lines; ///< old lines are those of the base text, also once other hunks are applied
    Decision decision = Decision::pending;
    /// What the person made of the new lines before applying them; then `lines` covers the old lines that this text stands for.
    std::optional<std::string> edited;
    Standing standing = Standing::as_made;
    /// Its first line in ProposedFile::present, 0-based; only if that is there and the hunk is as_made or moved.
    std::size_t at = 0;
    bool operator==(Hunk const&) const = default;
};

struct ProposedFile {
    workspace::FileChange change;
    std::vector<Hunk> hunks; ///< in the order of their lines; one for a create, remove or move
    /// What the file said when the hunks were last rebased; nothing while that is the base with the applied hunks. Only of a modification.
    std::optional<std::string> present;
};

/// What was run in the sandbox against the proposal, and how it ended.
struct Evidence {
    enum class Result { passed, failed, not_run };
    std::string command; ///< as a person reads it: "ctest --output-on-failure"
    Result result = Result::not_run;
    std::string detail; ///< "7 of 7 tests passed"; for not_run, why
    bool operator==(Evidence const&) const = default;
};

/// "passed: ctest: 7 of 7 tests passed", "not run: ctest: a person would have to be asked first".
std::string to_string(Evidence const& evidence);

struct Proposal {
    std::string id;           ///< a number that people can type: "7"
    std::size_t revision = 1; ///< counts up whenever its review document would change, so that an old one is known as old
    std::string run;
    std::string workspace; ///< absolute path of the folder
    std::string action;
    std::string title;
    std::string summary;
    std::string provider;
    std::string created; ///< RFC 3339
    std::string reason;  ///< why the person did not want it or a part of it, if they said so
    std::vector<ProposedFile> files;
    std::vector<Evidence> evidence;

    bool is_open() const; ///< some hunk is still pending
};

/// Splits each change into hunks with ids. A modification that changes nothing is left out. `id` and `created` stay empty: the store
/// sets them. No I/O.
Proposal make_proposal(std::string run, std::string workspace, std::string action, std::string title, std::string summary,
    std::string provider, std::vector<workspace::FileChange> changes);

/// What the person picked: files and hunks; both empty means all that is pending.
struct Selection {
    std::vector<std::string> files; ///< relative paths
    std::vector<std::string> hunks; ///< hunk ids
};

/// What one file becomes when the selected pending hunks are applied to `current`, and only those.
struct PlannedFile {
    workspace::ChangeKind kind;
    std::string path;
    std::string from;
    std::string before; ///< the text it was planned on
    std::string after;
    std::vector<std::string> hunks; ///< ids that this carries out
    std::vector<Hunk> edited;       ///< those of them that the person changed in the review document, as they are to be remembered
    workspace::TextFormat format;
    bool already_there = false; ///< nothing has to be done: the file is as all its hunks want it
};

/// The text of a file now (buffer or disk); not_found if it is not there, stale if nobody can say just now.
using CurrentText = std::function<Result<std::string>(std::string const& path)>;

/// Checks every target against the text that the hunks were made for or last rebased onto, and plans the selected hunks, the whole
/// selection or nothing. Errors: stale naming the file, or the hunk that is in conflict; not_found (no such file or hunk in the proposal);
/// denied (already decided); and what `current` fails with.
Result<std::vector<PlannedFile>> plan(Proposal const& proposal, Selection const& selection, CurrentText const& current);

/// Ids of the pending hunks that a selection means, in the proposal's order. Errors: not_found, denied (nothing of it is pending).
Result<std::vector<std::string>> selected_hunks(Proposal const& proposal, Selection const& selection);

/// Ids of the pending hunks that are not in conflict: what a person sees in the review document, and those that are in the files already.
std::vector<std::string> shown_hunks(Proposal const& proposal);

/// Where a pending hunk that can be applied lies in what its file says.
struct HunkPlace {
    std::string id;
    std::size_t begin = 0, end = 0; ///< lines [begin, end), 0-based; equal where it only adds lines
};
/// In the order of their lines.
std::vector<HunkPlace> pending_places(ProposedFile const& file);

/// Marks the pending ones among these hunks as decided; counts the revision up if any was.
void decide(Proposal& proposal, std::vector<std::string> const& hunks, Decision decision);
/// Marks what a plan carried out as applied, and remembers the texts that the person changed. To be preferred over decide(): without those
/// texts the rest of an edited file would be found stale.
void record_applied(Proposal& proposal, std::vector<PlannedFile> const& applied);

/// Takes over what another process decided on the same proposal, as `stored` has it: a decision is never taken back. Counts the revision up
/// and says true if there was any.
bool adopt_decisions(Proposal& proposal, Proposal const& stored);

/// Texts exactly as they are; they must be valid UTF-8.
Json to_json(Proposal const& proposal);
/// Strict: every field, its type, and that hunks fit their texts. Errors: invalid_params naming the field, "files[0].hunks[1].id: ...".
Result<Proposal> proposal_from_json(Json const& value);

}
