#include "workspace/memory_files.h"

#include "support/hash.h"
#include "workspace/credentials.h"
#include "workspace/ignore.h"
#include "workspace/paths.h"

#include <fmt/core.h>
#include <utility>

namespace countersign::workspace {

MemoryFiles::MemoryFiles(std::map<std::string, std::string> files, std::string root) : files_(std::move(files)), roots_ { std::move(root) }
{
}

Result<std::string> MemoryFiles::resolve(std::string_view path) const { return resolve_path(path, roots_); }

bool MemoryFiles::is_folder(std::string const& path) const
{
    if (path.empty())
        return true;
    auto const first = files_.lower_bound(path + "/");
    return first != files_.end() && first->first.starts_with(path + "/");
}

Result<FileText> MemoryFiles::read(std::string const& path) const
{
    TRY(check_not_protected(path));
    auto const found = files_.find(path);
    if (found == files_.end() && is_folder(path))
        return fail(ErrorCode::denied, fmt::format("{} is a folder, not a regular file", display_path(path)));
    if (found == files_.end())
        return fail(ErrorCode::not_found, fmt::format("{} does not exist in the workspace", display_path(path)));
    if (found->second.size() > file_size_limit) {
        return fail(ErrorCode::too_large,
            fmt::format(
                "{} is larger than {} MB, which is the most that is read or edited", display_path(path), file_size_limit / (1024 * 1024)));
    }
    auto decoded = decode_text(found->second);
    if (!decoded)
        return fail(decoded.error().code, fmt::format("{} is {}", display_path(path), decoded.error().message));
    FileText file;
    file.hash = support::content_hash(decoded->utf8);
    file.format = decoded->format;
    file.text = std::make_shared<std::string const>(std::move(decoded->utf8));
    return file;
}

bool MemoryFiles::is_ignored(std::string_view path) const
{
    std::shared_ptr<IgnoreScope const> scope;
    std::size_t begin = 0; ///< of the component that is asked about, in the folder that ends before it
    while (true) {
        std::string const folder(path.substr(0, begin == 0 ? 0 : begin - 1));
        std::string rules;
        for (std::string_view name : { ".gitignore", ".ignore" }) {
            auto const file = files_.find(std::string(path.substr(0, begin)).append(name));
            rules += file == files_.end() ? "" : file->second + "\n";
        }
        if (!rules.empty())
            scope = std::make_shared<IgnoreScope const>(scope, folder, IgnoreRules::parse(rules));
        std::size_t const slash = path.find('/', begin);
        bool const is_directory = slash != std::string_view::npos;
        if (scope && scope->ignores(path.substr(0, slash), is_directory))
            return true;
        if (!is_directory)
            return false;
        begin = slash + 1;
    }
}

Result<FileSource::Listing> MemoryFiles::list() const
{
    Listing listing;
    for (auto const& [path, bytes] : files_) {
        if (check_not_protected(path) && !is_ignored(path))
            listing.paths.push_back(path);
    }
    return listing;
}

bool MemoryFiles::exists(std::string const& path) const { return files_.contains(path) || is_folder(path); }

Result<> MemoryFiles::check_target(std::string const& path) const
{
    TRY(check_not_protected(path));
    for (std::size_t end = path.find('/'); end != std::string::npos; end = path.find('/', end + 1)) {
        if (files_.contains(path.substr(0, end)))
            return fail(ErrorCode::denied, fmt::format("{} is a regular file, so nothing can be in it", display_path(path.substr(0, end))));
    }
    if (is_folder(path))
        return fail(ErrorCode::denied, fmt::format("{} is a folder, not a regular file", display_path(path)));
    return {};
}

}
