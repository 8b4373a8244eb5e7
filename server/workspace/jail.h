// The only way to open a path in a workspace folder. Every path from a model, an editor or a config comes through here.
//
// The folder is opened once; everything afterwards is relative to that descriptor, by openat2 with RESOLVE_BENEATH where
// the kernel has it, else by a walk over the components that follows no link. Any thread.
#pragma once

#include "support/fd.h"
#include "workspace/file_source.h"

namespace countersign::workspace {

class Jail final : public FileSource {
public:
    enum class Method { openat2, walk };

    /// Errors: not_found, denied (not a directory). `method` is for tests; by default the kernel is asked once.
    static Result<std::shared_ptr<Jail const>> open(std::string const& folder);
    static Result<std::shared_ptr<Jail const>> open(std::string const& folder, Method method);

    Result<std::string> resolve(std::string_view path) const override;
    Result<FileText> read(std::string const& path) const override;
    Result<Listing> list() const override;
    bool exists(std::string const& path) const override;
    std::string const& root() const override;
    Method method() const;
};

}
