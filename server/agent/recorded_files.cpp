#include "agent/recorded_files.h"

#include "workspace/paths.h"

#include <fmt/core.h>

namespace countersign::agent {

Result<std::string> RecordedFiles::resolve(std::string_view path) const { return workspace::resolve_path(path, roots_); }

Result<workspace::FileText> RecordedFiles::read(std::string const& path) const
{
    auto const found = entries_.find(path);
    if (found == entries_.end())
        return fail(ErrorCode::not_found, fmt::format("the recording has no {}", workspace::display_path(path)));
    return found->second.file;
}

bool RecordedFiles::exists(std::string const& path) const
{
    auto const found = entries_.find(path);
    return found != entries_.end() && found->second.exists;
}

Result<> RecordedFiles::check_readable(std::string const& path) const
{
    auto const found = entries_.find(path);
    if (found != entries_.end() && !found->second.file && found->second.file.error().code == ErrorCode::denied)
        return tl::unexpected(found->second.file.error());
    return {};
}

Result<> RecordedFiles::check_target(std::string const& path) const
{
    auto const found = entries_.find(path);
    if (found != entries_.end() && found->second.target_error)
        return tl::unexpected(*found->second.target_error);
    return {};
}

}
