// Files in memory in place of a disk: for tests, the case runner and replays. They obey the jail's rules about paths.
// Immutable, so any thread.
#pragma once

#include "workspace/file_source.h"

#include <map>
#include <string>
#include <vector>

namespace countersign::workspace {

class MemoryFiles final : public FileSource {
public:
    /// `files` maps relative paths to the bytes that a disk would have; `root` is the absolute path that the folder goes by.
    explicit MemoryFiles(std::map<std::string, std::string> files, std::string root = "/workspace");

    Result<std::string> resolve(std::string_view path) const override;
    Result<FileText> read(std::string const& path) const override;
    /// Everything but what the .gitignore and .ignore files among them leave out, credentials and git's own.
    Result<Listing> list() const override;
    /// Of a file, or of a folder that has one in it.
    bool exists(std::string const& path) const override;
    std::string const& root() const override { return roots_.front(); }
    Result<> check_target(std::string const& path) const override;

private:
    bool is_folder(std::string const& path) const;
    bool is_ignored(std::string_view path) const;

    std::map<std::string, std::string> files_;
    std::vector<std::string> roots_;
};

}
