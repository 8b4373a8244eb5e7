// What the person picks. One file an action with its prompt beside it, one line in registry().
//
// offer() is called while an editor draws its menu: memory only, no model, no I/O, well under a millisecond. make_task() is
// called on the run's thread and may read.
#pragma once

#include "agent/task.h"
#include "support/result.h"
#include "support/text.h"
#include "syntax/outline.h"
#include "workspace/snapshot.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::actions {

/// What an offer looks at. `tree` is null for a language without grammar or a text that could not be parsed.
struct Place {
    std::string_view path; ///< relative
    std::string_view text;
    syntax::Tree const* tree = nullptr;
    std::string_view no_tree_reason; ///< why `tree` is null, for people
    ByteRange selection;
    std::span<tools::Diagnostic const> diagnostics; ///< under the selection
    bool is_model = false;                          ///< the configured provider is a language model
};

struct Offer {
    std::string title;
    std::string kind;        ///< LSP code action kind
    std::string action;      ///< registry name
    std::string rule;        ///< of a single built-in refactoring, else empty
    std::string instruction; ///< of ask, from a comment at the cursor
    std::string disabled;    ///< the reason; empty if it can be picked
};

/// What the person chose, wherever from.
struct Choice {
    std::string path; ///< relative
    ByteRange selection;
    std::string rule;
    std::string instruction;
    std::string language_id; ///< as the editor named it; may be empty
    std::string name;        ///< for rename and extract variable
    std::string earlier;     ///< what was proposed before and why it was not taken, for a run that goes on from there
    std::vector<tools::Diagnostic> diagnostics;
};

struct Action {
    std::string_view name;    ///< "add_tests"
    std::string_view command; ///< "countersign.addTests"
    void (*offer)(Place const& place, std::vector<Offer>& offers);
    Result<agent::Task> (*make_task)(Choice const& choice, workspace::Snapshot const& snapshot);
};

/// In display order.
std::span<Action const> registry();
Action const* find_action(std::string_view name);

std::vector<Offer> offer(Place const& place);

}
