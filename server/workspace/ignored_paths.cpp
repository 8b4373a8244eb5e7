#include "workspace/ignored_paths.h"

#include "workspace/credentials.h"
#include "workspace/paths.h"

namespace countersign::workspace {

namespace {

std::string rules_in(FileSource const& files, std::string const& path)
{
    auto const file = files.read(path);
    return file ? *file->text + "\n" : std::string();
}

}

std::shared_ptr<IgnoreScope const> IgnoredPaths::scope_of(std::string const& folder)
{
    if (auto const known = scopes_.find(folder); known != scopes_.end())
        return known->second;
    std::string const prefix = folder.empty() ? "" : folder + "/";
    auto const parent = folder.empty() ? nullptr : scope_of(std::string(parent_of(folder)));
    std::string rules = rules_in(files_, prefix + ".gitignore") + rules_in(files_, prefix + ".ignore");
    if (folder.empty() && rules.empty())
        rules = default_ignore_rules;
    auto scope = rules.empty() ? parent : std::make_shared<IgnoreScope const>(parent, folder, IgnoreRules::parse(rules));
    return scopes_[folder] = std::move(scope);
}

bool IgnoredPaths::contains(std::string const& path)
{
    if (is_git_internal(path) || is_credential(path))
        return true;
    for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
        std::string const folder = path.substr(0, slash);
        auto const scope = scope_of(std::string(parent_of(folder)));
        if (scope && scope->ignores(folder, true))
            return true;
    }
    auto const scope = scope_of(std::string(parent_of(path)));
    return scope && scope->ignores(path, false);
}

}
