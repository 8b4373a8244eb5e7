// The only way to open a path in a workspace folder. Every path from a model, an editor or a config comes through here.
//
// The folder is opened once; everything afterwards is relative to that descriptor, by openat2 with RESOLVE_BENEATH where
// the kernel has it, else by a walk over the components that follows no link. Any thread.
#pragma once

#include "support/fd.h"
#include "workspace/beneath.h"
#include "workspace/file_source.h"

#include <vector>

namespace countersign::workspace {

class Jail final : public FileSource {
public:
    using Method = BeneathMethod;

    /// Errors: not_found, denied (not a directory; the home directory, or what it lies in). `method` is for tests; by default the kernel is
    /// asked once.
    static Result<std::shared_ptr<Jail const>> open(std::string const& folder);
    static Result<std::shared_ptr<Jail const>> open(std::string const& folder, Method method);

    Result<std::string> resolve(std::string_view path) const override;
    Result<FileText> read(std::string const& path) const override;
    /// Names that are not UTF-8 or have control characters in them are left out: no list of names could show them truly.
    Result<Listing> list() const override;
    bool exists(std::string const& path) const override;
    std::string const& root() const override { return roots_.front(); }
    Result<> check_readable(std::string const& path) const override;
    Result<> check_target(std::string const& path) const override;
    Method method() const { return method_; }
    /// The folder, for what opens beneath it (disk_writer); never to be closed.
    int descriptor() const { return folder_.get(); }

private:
    Jail(support::UniqueFd folder, std::vector<std::string> roots, Method method);
    static Result<std::shared_ptr<Jail const>> open(std::string const& folder, Method const* method);

    /// A regular file, open for reading, whose real name is not protected either; its size in bytes.
    struct Opened {
        support::UniqueFd fd;
        std::size_t size = 0;
        bool has_other_names = false; ///< hard links: the file may also lie where the jail does not reach
    };
    Result<Opened> open_file(std::string const& path) const;
    Result<support::UniqueFd> open_allowed(std::string const& path) const;
    Result<> check_real_name(int fd, std::string const& path) const;

    support::UniqueFd folder_;
    std::vector<std::string> roots_; ///< absolute: as it was named, then as the kernel names it if that is another
    Method method_;
};

}
