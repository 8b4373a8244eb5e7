// Where a snapshot's files come from: the jail in production, a map in tests and in a replay.
//
// Every path in this room's interfaces is relative to the workspace folder that the run works in, with "/" between
// components and no "." or ".." left in it: "src/main.cpp". Turning what a model, an editor or a config wrote into
// such a path is `FileSource::resolve`, which is therefore the one gate.
#pragma once

#include "support/result.h"
#include "workspace/encoding.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::workspace {

/// Larger files are neither read nor edited.
inline constexpr std::size_t file_size_limit = 8 * 1024 * 1024;

/// A file as it is on disk (or in an open buffer): text that is valid UTF-8 with its own line ends, BOM removed.
struct FileText {
    std::shared_ptr<std::string const> text;
    std::string hash;  ///< support::content_hash of `text`
    TextFormat format; ///< how it is written back
};

class FileSource {
public:
    virtual ~FileSource() = default;

    /// The relative path that `path` (relative, or absolute beneath the folder) names. Says nothing about existence.
    /// Errors: invalid_params (empty, NUL, too long), denied ("../x leads outside the workspace", credentials).
    virtual Result<std::string> resolve(std::string_view path) const = 0;

    /// Errors: not_found, denied (outside, a credential, not a regular file), too_large, invalid_params (binary, not
    /// UTF-8 or a known encoding), io. `path` is resolved.
    virtual Result<FileText> read(std::string const& path) const = 0;

    /// Every file that ignore rules leave in, sorted by path. Symbolic links are not followed. Bounded: `complete` is
    /// false if a cap on files or depth cut it short.
    struct Listing {
        std::vector<std::string> paths;
        bool complete = true;
    };
    virtual Result<Listing> list() const = 0;

    /// Whether anything (file, directory, link) has this name.
    virtual bool exists(std::string const& path) const = 0;

    /// The folder's absolute path, without a trailing slash ("/" for the root of the file system).
    virtual std::string const& root() const = 0;

    /// Whether what the disk has at `path`, if anything, may be shown: the question for an open buffer, whose text did not come
    /// through read(). Nothing there is no error. Errors: denied, as read().
    virtual Result<> check_readable(std::string const& path) const;

    /// Whether an edit may be proposed for `path`: what exists of it is folders and, at its end, perhaps a regular file; no
    /// component is a symbolic link, because a writer would follow it. Errors: denied naming the component; invalid_params.
    virtual Result<> check_target(std::string const& path) const;
};

}
