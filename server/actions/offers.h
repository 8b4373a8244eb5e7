// What the actions' offers have in common: naming the place for a title, and why something is not offered.
#pragma once

#include "actions/action.h"

#include <optional>
#include <string>

namespace countersign::actions {

inline constexpr std::string_view kind_rewrite = "refactor.rewrite.countersign";
inline constexpr std::string_view kind_quickfix = "quickfix.countersign";

/// The innermost symbol around the selection, or nothing.
std::optional<syntax::Symbol> symbol_at(Place const& place, bool callable_only);

/// "`parse`", "the selection" or "`main.cpp`": what a title says after the action's word.
std::string place_name(Place const& place, std::optional<syntax::Symbol> const& symbol);

/// At most `limit` bytes on one line, cut at a character's border, with an ellipsis where it was cut.
std::string shortened(std::string_view text, std::size_t limit);

/// The task that every action starts from: the header line, the place in words, and `words` for a model.
Result<agent::Task> make_task_for(
    std::string_view action, std::string title, Choice const& choice, workspace::Snapshot const& snapshot, bool callable_only);

}
