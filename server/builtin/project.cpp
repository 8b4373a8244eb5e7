#include "builtin/project.h"

#include "builtin/listings.h"
#include "builtin/phrase.h"

#include <algorithm>
#include <map>

namespace countersign::builtin {

namespace {

constexpr std::size_t manifests_limit = 12;
constexpr std::size_t tests_limit = 4;

constexpr ProjectGlobs all_globs[] = {
    { "cpp c ", "**/{CMakeLists.txt,meson.build}", "**/*{test,Test,tests,Tests}*.{cc,cpp,cxx}" },
    { "python ",
        "**/{pyproject.toml,setup.cfg,setup.py,pytest.ini,tox.ini,conftest.py,requirements.txt,requirements-dev.txt,dev-requirements.txt}",
        "**/{test_*,*_test,tests}.py" },
    { "javascript typescript tsx ",
        "**/{package.json,jest.config.js,jest.config.ts,jest.config.mjs,vitest.config.ts,vitest.config.js,vitest.config.mts}",
        "**/*{.test,.spec,-test,_test}.{js,jsx,ts,tsx,mjs,cjs,mts,cts}" },
    { "go ", "**/go.mod", "**/*_test.go" },
};

std::size_t common_folders(std::string_view a, std::string_view b)
{
    std::size_t count = 0;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()) && a[i] == b[i]; ++i)
        count += a[i] == '/' ? 1 : 0;
    return count;
}

/// Higher is nearer: the same folder, then shared folders, then a folder of the same name elsewhere (src/text, tests/text).
long nearness(std::string_view path, std::string_view source_path)
{
    std::string_view const folder = directory_of(path), source_folder = directory_of(source_path);
    if (folder == source_folder)
        return 1000;
    long const same_name = file_name_of(folder) == file_name_of(source_folder) ? 50 : 0;
    return same_name + 100 * static_cast<long>(common_folders(path, source_path))
        - static_cast<long>(std::count(path.begin(), path.end(), '/'));
}

std::vector<std::string> nearest(std::vector<std::string> paths, std::string_view source_path, std::size_t limit)
{
    std::stable_sort(paths.begin(), paths.end(),
        [&](std::string const& a, std::string const& b) { return nearness(a, source_path) > nearness(b, source_path); });
    if (paths.size() > limit)
        paths.resize(limit);
    return paths;
}

/// Files that cannot be read are left out.
std::vector<TextFile> read_all(Conversation& conversation, std::vector<std::string> const& paths)
{
    std::vector<TextFile> files;
    for (std::string const& path : paths) {
        auto text = read_text(conversation, path);
        if (text && *text)
            files.push_back({ path, std::move(**text) });
    }
    return files;
}

/// Tests of this very source first: its stem is in their name.
void own_tests_first(std::vector<std::string>& paths, std::string_view source_path)
{
    std::string const stem = support::to_lower_ascii(stem_of(source_path));
    std::stable_sort(paths.begin(), paths.end(), [&](std::string const& a, std::string const& b) {
        return contains(support::to_lower_ascii(file_name_of(a)), stem) > contains(support::to_lower_ascii(file_name_of(b)), stem);
    });
}

bool is_header(std::string_view path)
{
    return path.ends_with(".h") || path.ends_with(".hpp") || path.ends_with(".hh") || path.ends_with(".hxx");
}

}

bool Project::manifest_contains(std::string_view word) const
{
    return std::any_of(manifests.begin(), manifests.end(), [&](TextFile const& file) { return contains(file.text, word); });
}

bool Project::test_contains(std::string_view word) const
{
    return std::any_of(tests.begin(), tests.end(), [&](TextFile const& file) { return contains(file.text, word); });
}

ProjectGlobs const* globs_for(std::string_view language)
{
    for (ProjectGlobs const& globs : all_globs) {
        if (contains(globs.languages, std::string(language) + " "))
            return &globs;
    }
    return nullptr;
}

std::optional<Project> look_at_project(Conversation& conversation, Source const& source, ProjectGlobs const& globs)
{
    auto const manifests = find_files(conversation, globs.manifests);
    auto const tests = find_files(conversation, globs.tests);
    bool const is_cpp = contains(globs.languages, "cpp ");
    std::optional<std::vector<std::string>> headers = std::vector<std::string>();
    if (is_cpp)
        headers = find_files(conversation, "**/" + std::string(stem_of(source.path)) + ".{h,hpp,hh,hxx}");
    if (conversation.is_waiting())
        return std::nullopt;

    Project project;
    project.test_paths = *tests;
    std::erase(project.test_paths, source.path);
    std::vector<std::string> to_read = nearest(project.test_paths, source.path, 64);
    own_tests_first(to_read, source.path);
    if (to_read.size() > tests_limit)
        to_read.resize(tests_limit);
    project.manifests = read_all(conversation, nearest(*manifests, source.path, manifests_limit));
    project.tests = read_all(conversation, to_read);
    if (is_header(source.path))
        project.header_path = source.path;
    else if (auto const found = nearest(*headers, source.path, 1); !found.empty())
        project.header_path = found.front();
    if (!project.header_path.empty() && project.header_path != source.path) {
        if (auto header = read_source(conversation, project.header_path, source.language->name); header && *header)
            project.header = std::move(**header);
    }
    if (conversation.is_waiting())
        return std::nullopt;
    return project;
}

std::string existing_test_path(Project const& project, std::string_view source_path, std::vector<NamePattern> const& patterns)
{
    std::string_view const stem = stem_of(source_path);
    std::vector<std::string> found;
    for (std::string const& path : project.test_paths) {
        for (NamePattern const& pattern : patterns) {
            if (file_name_of(path) == std::string(pattern.prefix) + std::string(stem) + std::string(pattern.suffix))
                found.push_back(path);
        }
    }
    found = nearest(std::move(found), source_path, 1);
    return found.empty() ? std::string() : found.front();
}

std::string new_test_path(
    Project const& project, std::string_view source_path, std::vector<NamePattern> const& patterns, std::string_view default_folder)
{
    NamePattern best = patterns.front();
    std::size_t most = 0;
    for (NamePattern const& pattern : patterns) {
        auto const count =
            static_cast<std::size_t>(std::count_if(project.test_paths.begin(), project.test_paths.end(), [&](std::string const& path) {
                std::string_view const name = file_name_of(path);
                return name.size() > pattern.prefix.size() + pattern.suffix.size() && name.starts_with(pattern.prefix)
                    && name.ends_with(pattern.suffix);
            }));
        if (count > most) {
            most = count;
            best = pattern;
        }
    }
    std::string const name = std::string(best.prefix) + std::string(stem_of(source_path)) + std::string(best.suffix);
    auto const neighbour = nearest(project.test_paths, source_path, 1);
    return join_path(neighbour.empty() ? default_folder : directory_of(neighbour.front()), name);
}

}
