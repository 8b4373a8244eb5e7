#include "session/folders.h"

#include "workspace/jail.h"

#include <algorithm>
#include <filesystem>
#include <fmt/core.h>

namespace countersign::session {

namespace {

std::string without_trailing_slash(std::string path)
{
    while (path.size() > 1 && path.back() == '/')
        path.pop_back();
    return path;
}

}

std::string beneath(std::string const& root, std::string const& relative) { return root == "/" ? root + relative : root + "/" + relative; }

Result<std::shared_ptr<workspace::FileSource const>> Folder::files()
{
    std::lock_guard const lock(mutex_);
    if (!files_)
        files_ = TRY(workspace::Jail::open(root_));
    return files_;
}

std::optional<std::string> Folder::relative(std::string_view path) const
{
    std::string_view const prefix = root_ == "/" ? std::string_view {} : std::string_view(root_);
    if (!path.starts_with(prefix) || path.size() <= prefix.size() + 1 || path[prefix.size()] != '/')
        return std::nullopt;
    return std::string(path.substr(prefix.size() + 1));
}

void Folders::add(std::string root)
{
    root = without_trailing_slash(std::move(root));
    if (!find(root))
        folders_.push_back(std::make_shared<Folder>(std::move(root)));
}

void Folders::remove(std::string const& root)
{
    std::string const gone = without_trailing_slash(root);
    std::erase_if(folders_, [&](auto const& folder) { return folder->root() == gone; });
}

std::shared_ptr<Folder> Folders::find(std::string const& root) const
{
    for (auto const* folders : { &folders_, &single_files_ }) {
        auto const found = std::find_if(folders->begin(), folders->end(), [&](auto const& folder) { return folder->root() == root; });
        if (found != folders->end())
            return *found;
    }
    return nullptr;
}

Result<std::shared_ptr<Folder>> Folders::folder_of(std::string const& path)
{
    std::shared_ptr<Folder> innermost;
    // A path with ".." may begin like a folder and lead out of it.
    std::string const plain = std::filesystem::path(path).lexically_normal().string();
    for (auto const& folder : folders_) {
        if (folder->relative(plain) && (!innermost || folder->root().size() > innermost->root().size()))
            innermost = folder;
    }
    if (innermost)
        return innermost;
    std::size_t const slash = path.rfind('/');
    if (!folders_.empty() || slash == std::string::npos)
        return fail(ErrorCode::denied, fmt::format("{} lies outside the workspace folders", path));
    std::string const directory = slash == 0 ? "/" : path.substr(0, slash);
    if (auto known = find(directory))
        return known;
    return single_files_.emplace_back(std::make_shared<Folder>(directory));
}

}
