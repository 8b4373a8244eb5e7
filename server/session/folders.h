// The workspace folders, and which of them a file belongs to. A folder's jail is opened by whoever first needs it, never by
// the main loop.
#pragma once

#include "workspace/file_source.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace countersign::session {

/// The absolute path of `relative` in the folder `root`.
std::string beneath(std::string const& root, std::string const& relative);

class Folder {
public:
    explicit Folder(std::string root) : root_(std::move(root)) { }

    /// Absolute, without a trailing slash.
    std::string const& root() const { return root_; }
    /// Opens the jail on the first call. Any thread but the main one. Errors: not_found, denied.
    Result<std::shared_ptr<workspace::FileSource const>> files();
    /// `path` relative to the root, or nothing if it is not beneath it. Lexical: the jail decides in the end.
    std::optional<std::string> relative(std::string_view path) const;

private:
    std::string root_;
    std::mutex mutex_;
    std::shared_ptr<workspace::FileSource const> files_;
};

/// Main thread.
class Folders {
public:
    void add(std::string root);
    void remove(std::string const& root);
    std::vector<std::shared_ptr<Folder>> const& all() const { return folders_; }

    /// The innermost folder around an absolute path. Without any workspace folder, the file's own directory is one.
    /// Errors: denied ("... lies outside the workspace folders").
    Result<std::shared_ptr<Folder>> folder_of(std::string const& path);
    std::shared_ptr<Folder> find(std::string const& root) const;

private:
    std::vector<std::shared_ptr<Folder>> folders_;
    std::vector<std::shared_ptr<Folder>> single_files_; ///< made for files that were opened without a workspace
};

}
