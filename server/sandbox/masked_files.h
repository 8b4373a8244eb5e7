// Which files of a workspace a command must not see: those whose names say that they hold credentials. The caller has the rule; this finds
// them fast enough to ask before every command: folders that did not change since the last search are not read again.
// Any thread. Reads only, follows no link, and stays on the workspace's own file system.
#pragma once

#include "support/result.h"

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <sys/types.h>
#include <vector>

namespace countersign::sandbox {

class MaskedFiles {
public:
    /// `is_secret` gets paths relative to `root`; of a folder that is secret nothing further is asked.
    MaskedFiles(std::string root, std::function<bool(std::string const&)> is_secret);

    /// For Request::masked. Errors: not_found (no such folder), too_large (more folders than folders_limit: then nothing may run).
    Result<std::vector<std::string>> find();

    static constexpr std::size_t folders_limit = 200'000;

private:
    struct Folder {
        dev_t device = 0;
        ino_t inode = 0;
        timespec changed {};
        std::vector<std::string> secrets; ///< names
        std::vector<std::string> folders;
    };

    Result<> search(int folder, std::string const& path, dev_t device, int depth, std::vector<std::string>& found);

    std::string root_;
    std::function<bool(std::string const&)> is_secret_;
    std::mutex mutex_;
    std::map<std::string, Folder> known_;
    std::map<std::string, Folder> seen_; ///< by the search that is under way
};

}
