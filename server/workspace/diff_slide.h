// Where a diff may put an added or a removed block: often the same lines can be said to begin a little earlier or later.
// "}, blank, void f() {" is as true as "void f() {, }, blank", but only the second is what a person did.
#pragma once

#include "workspace/diff.h"

#include <string_view>
#include <vector>

namespace countersign::workspace {

/// Moves each pure insertion or removal, among the places where it says the same, to the one whose ends are least indented and
/// come after a blank line. `changes` stays in order and apart.
void slide_to_borders(
    std::vector<std::string_view> const& old_lines, std::vector<std::string_view> const& new_lines, std::vector<LineChange>& changes);

}
