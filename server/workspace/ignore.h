// .gitignore rules, as gitignore(5) says, read through the jail like any other file.
//
// Not libgit2: it reads ignore files and core.excludesFile by itself, past the jail, and follows what a repository's
// own config names.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::workspace {

/// A glob over relative paths: `*` and `?` stop at "/", `**` does not, `[a-z]`, `{a,b}` where `braces` are on (tool arguments).
class Glob;

/// The rules of one folder's ignore file.
class IgnoreRules;

}
