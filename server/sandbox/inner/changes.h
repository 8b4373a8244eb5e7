// What the command changed: the upper layer read against the view that the command was given. By descriptor, beneath the layers, after
// every process of the command is dead; but what lies there was written by it and is trusted in nothing.
//
// Two steps, so that a build's thousands of objects cost little: first the paths that may have changed, without a look at content; then,
// for those that somebody wants, content against content (a file that was copied up and not altered is no change).
#pragma once

#include "sandbox/inner/entries.h"
#include "sandbox/inner/root.h"
#include "sandbox/sandbox.h"

#include <functional>
#include <map>
#include <set>
#include <sys/stat.h>

namespace countersign::sandbox::inner {

/// Which file a name stood for, and in which state.
struct Stamp {
    ino_t inode = 0;
    mode_t mode = 0;
    off_t size = 0;
    timespec changed {}; ///< st_ctim, which nobody can set back
};

class Changes {
public:
    /// Keeps the layers and the request; both outlive it.
    Changes(Layers const& layers, Request const& request);

    /// To be called when the view is ready and nothing runs yet.
    void remember();

    /// By path. A folder that is deeper than depth_limit, and anything inside `.git`, is told once to `reject`.
    std::vector<std::string> candidates(std::function<void(NotOffered)> const& reject);

    /// Compares one candidate: a change, a reason why it cannot be offered, or neither.
    void read_back(std::string const& path, std::function<void(Changed)> const& accept, std::function<void(NotOffered)> const& reject);

    static constexpr int depth_limit = 128;
    static constexpr std::size_t candidates_limit = 300'000;

private:
    struct Folder;
    struct Before;
    using Reject = std::function<void(NotOffered)>;

    void remember_folder(int folder, std::string const& prefix, int depth);
    void walk(Folder const& folder, Reject const& reject);
    void walk_entry(Folder const& folder, Entry const& entry, Reject const& reject);
    void add(std::string const& path);
    void add_base(int parent, std::string const& name, std::string const& path, int depth);
    Before before(std::string const& path) const;
    bool is_masked(std::string const& path) const;

    Layers const& layers_;
    std::map<std::string, ViewFile const*> view_;
    std::set<std::string> masked_;
    std::map<std::string, Stamp> remembered_;
    std::set<std::string> candidates_;
    std::set<std::string> seen_; ///< remembered paths that are still there
    std::uint64_t files_left_;
    std::uint64_t bytes_left_;
};

}
