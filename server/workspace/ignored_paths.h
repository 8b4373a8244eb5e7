// Whether one path is ignored by the workspace's ignore files, for paths that no listing has: what a command made. By the files as they
// are on disk, so that a command cannot hide a change by adding a rule. One thread at a time.
#pragma once

#include "workspace/file_source.h"
#include "workspace/ignore.h"

#include <map>
#include <memory>
#include <string>

namespace countersign::workspace {

class IgnoredPaths {
public:
    /// `files` outlives it.
    explicit IgnoredPaths(FileSource const& files) : files_(files) { }

    /// Also true of what is git's own, or a credential by name. `path` is a file's.
    bool contains(std::string const& path);

private:
    /// The rules that hold for what lies in `folder`; null if nothing there or above is ignored.
    std::shared_ptr<IgnoreScope const> scope_of(std::string const& folder);

    FileSource const& files_;
    std::map<std::string, std::shared_ptr<IgnoreScope const>> scopes_;
};

}
