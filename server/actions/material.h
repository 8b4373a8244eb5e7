// What a model is shown before it asks: the file or the symbol at the place, the file's imports and outline, the tests beside it. It saves
// the turns that every model would spend on finding just that.
//
// For models only; on the run's thread, may read. What changes least comes first, so that a provider's prompt cache holds for the next
// task on the same file.
#pragma once

#include "actions/action.h"

#include <span>

namespace countersign::actions {

/// Fills `task.material`, and adds to the instruction what else is reported in the file. `diagnostics` are those of all files. What cannot
/// be read is left out.
void add_material(
    agent::Task& task, Choice const& choice, workspace::Snapshot const& snapshot, std::span<tools::Diagnostic const> diagnostics);

/// Paths of `all` that are tests of `path` by their name ("a_test.cpp", "test_a.py", "AClassTest.java" ...), the nearest first.
std::vector<std::string> tests_beside(std::string_view path, std::span<std::string const> all);

}
