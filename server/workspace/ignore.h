// .gitignore rules, as gitignore(5) says, read through the jail like any other file.
//
// Not libgit2: it reads ignore files and core.excludesFile by itself, past the jail, and follows what a repository's
// own config names. Patterns come from repositories and from models, so a match costs at most the product of the lengths of
// pattern and path: alternatives are walked side by side, never by going back. Any thread.
#pragma once

#include "support/result.h"
#include "workspace/wildcard.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::workspace {

/// A glob over relative paths, for a tool's argument: `*` and `?` stop at "/", `**` between slashes does not, `[a-z]`, `{a,b}`.
/// A pattern without "/" is about the file's name at any depth: "*.cpp". "src/" is everything beneath src.
class Glob {
public:
    /// Errors: invalid_params (empty, longer than 4096 bytes, a brace or bracket that is not closed).
    static Result<Glob> compile(std::string_view pattern);
    bool matches(std::string_view path) const;

private:
    Wildcard wildcard_;
    bool name_only_ = false;
};

/// What is passed over in a folder without any ignore file at its root, where nobody said what is built or downloaded.
inline constexpr std::string_view default_ignore_rules =
    "node_modules/\nbuild/\ndist/\nout/\ntarget/\nvendor/\n.venv/\nvenv/\n__pycache__/\n"
    ".cache/\n.gradle/\n.tox/\n.mypy_cache/\n.svn/\n.hg/\n*.o\n*.pyc\n";

enum class IgnoreVerdict { unmentioned, ignored, included };

/// The rules of one folder's ignore file. A line that makes no sense matches nothing, as in git.
class IgnoreRules {
public:
    static IgnoreRules parse(std::string_view text);
    /// What the last rule that fits says. `path` is relative to the folder that the rules lie in.
    IgnoreVerdict verdict(std::string_view path, bool is_directory) const;
    bool empty() const { return rules_.empty(); }

private:
    struct Rule {
        Wildcard wildcard;
        bool included = false;       ///< it began with '!'
        bool directory_only = false; ///< it ended in '/'
        bool name_only = false;      ///< it has no other '/'
    };
    static std::optional<Rule> parse_line(std::string_view line);

    std::vector<Rule> rules_;
};

/// The rules that hold in a folder: its own, then its parents'. A walk that prunes ignored folders asks this for every name.
class IgnoreScope {
public:
    /// `folder` is relative to the workspace; `parent` null at its root.
    IgnoreScope(std::shared_ptr<IgnoreScope const> parent, std::string folder, IgnoreRules rules);
    /// `path` is relative to the workspace and beneath the folder.
    bool ignores(std::string_view path, bool is_directory) const;

private:
    std::shared_ptr<IgnoreScope const> parent_;
    std::string folder_;
    IgnoreRules rules_;
};

}
