#include "workspace/paths.h"

#include "support/text.h"
#include "workspace/credentials.h"

#include <climits>
#include <fmt/core.h>
#include <optional>

namespace countersign::workspace {

namespace {

/// What is left of an absolute `path` below one of the roots. Only at a "/": "/ws/project-evil" is not below "/ws/project".
std::optional<std::string_view> below_root(std::string_view path, std::vector<std::string> const& roots)
{
    for (std::string const& root : roots) {
        if (root == "/")
            return path.substr(1);
        if (path == root)
            return std::string_view {};
        if (path.size() > root.size() && path.compare(0, root.size(), root) == 0 && path[root.size()] == '/')
            return path.substr(root.size() + 1);
    }
    return std::nullopt;
}

}

std::string display_path(std::string_view path)
{
    if (path.empty())
        return ".";
    constexpr std::size_t longest = 300;
    std::string const escaped = support::escape_for_display(path.substr(0, longest));
    std::string shown;
    for (char c : escaped) {
        if (c == '\n')
            shown += "\\n";
        else if (c == '\t')
            shown += "\\t";
        else
            shown += c;
    }
    return path.size() > longest ? shown + "..." : shown;
}

std::string_view parent_of(std::string_view path)
{
    std::size_t const slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view {} : path.substr(0, slash);
}

std::string_view name_of(std::string_view path)
{
    std::size_t const slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

Result<std::string> resolve_path(std::string_view path, std::vector<std::string> const& roots)
{
    if (path.empty())
        return fail(ErrorCode::invalid_params, "the path is empty; name a file in the workspace");
    if (path.find('\0') != std::string_view::npos)
        return fail(ErrorCode::invalid_params, fmt::format("{} has a NUL byte in it; no file can have this name", display_path(path)));
    if (path.size() >= PATH_MAX)
        return fail(ErrorCode::invalid_params,
            fmt::format("the path {} is {} bytes long; at most {} are possible", display_path(path), path.size(), PATH_MAX - 1));
    auto const outside = [&] { return fail(ErrorCode::denied, fmt::format("{} leads outside the workspace", display_path(path))); };

    std::string_view rest = path;
    if (path.front() == '/') {
        auto const below = below_root(path, roots);
        if (!below)
            return outside();
        rest = *below;
    }
    std::string resolved;
    std::vector<std::size_t> lengths; ///< of `resolved` before each component, so that ".." takes one away
    while (!rest.empty()) {
        std::size_t const slash = rest.find('/');
        std::string_view const component = rest.substr(0, slash);
        rest = slash == std::string_view::npos ? std::string_view {} : rest.substr(slash + 1);
        if (component.empty() || component == ".")
            continue;
        if (component == "..") {
            if (lengths.empty())
                return outside();
            resolved.resize(lengths.back());
            lengths.pop_back();
            continue;
        }
        lengths.push_back(resolved.size());
        if (!resolved.empty())
            resolved += '/';
        resolved += component;
    }
    TRY(check_not_protected(resolved));
    return resolved;
}

}
