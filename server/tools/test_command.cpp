#include "tools/test_command.h"

#include "support/text.h"
#include "tools/text_output.h"
#include "tools/view.h"
#include "workspace/paths.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <optional>

namespace countersign::tools {

namespace {

/// One folder of the run's view, as the rows ask about it.
class Folder {
public:
    Folder(Context const& context, std::string path) : context_(context), path_(std::move(path)) { }

    std::string const& path() const { return path_; }
    /// The text of a file in it; empty if there is none.
    std::string text(std::string_view name) const
    {
        std::string const file = path_.empty() ? std::string(name) : fmt::format("{}/{}", path_, name);
        auto const found = read(context_, file);
        return found ? **found : std::string();
    }
    bool has(std::string_view name) const
    {
        std::string const file = path_.empty() ? std::string(name) : fmt::format("{}/{}", path_, name);
        note_use(context_, file);
        return context_.overlay.exists(file);
    }
    bool mentions(std::string_view name, std::initializer_list<std::string_view> words) const
    {
        std::string const content = text(name);
        return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return content.find(word) != std::string::npos; });
    }
    /// Whether some file beneath it that `glob` names mentions the word.
    bool any_mentions(std::string const& glob, std::string_view word) const
    {
        constexpr std::size_t looked_at = 50;
        auto const found = files_matching(context_, path_.empty() ? glob : fmt::format("{}/{}", path_, glob));
        if (!found)
            return false;
        std::size_t const count = std::min(found->paths.size(), looked_at);
        return std::any_of(found->paths.begin(), found->paths.begin() + static_cast<std::ptrdiff_t>(count), [&](std::string const& file) {
            auto const content = read(context_, file);
            return content && (*content)->find(word) != std::string::npos;
        });
    }

private:
    Context const& context_;
    std::string path_;
};

using Argv = std::vector<std::string>;

/// Configures, builds and tests in one command: what is built lives in the view of that command only.
std::optional<Argv> cmake(Folder const& folder)
{
    if (!folder.mentions("CMakeLists.txt", { "enable_testing", "include(CTest)", "add_test", "gtest_discover_tests" }))
        return std::nullopt;
    return Argv { "ctest", "--build-and-test", ".", "/tmp/countersign-build", "--build-generator", "Unix Makefiles", "--build-noclean",
        "--test-command", "ctest", "--output-on-failure" };
}

std::optional<Argv> cargo(Folder const& folder)
{
    return folder.has("Cargo.toml") ? std::optional<Argv>({ "cargo", "test", "--offline" }) : std::nullopt;
}

std::optional<Argv> go(Folder const& folder)
{
    return folder.has("go.mod") ? std::optional<Argv>({ "go", "test", "./..." }) : std::nullopt;
}

std::optional<Argv> maven(Folder const& folder)
{
    return folder.has("pom.xml") ? std::optional<Argv>({ "mvn", "--offline", "--batch-mode", "test" }) : std::nullopt;
}

std::optional<Argv> gradle(Folder const& folder)
{
    bool const has = folder.has("build.gradle") || folder.has("build.gradle.kts");
    return has ? std::optional<Argv>({ "gradle", "--offline", "--console=plain", "test" }) : std::nullopt;
}

std::optional<Argv> npm(Folder const& folder)
{
    auto const package = support::parse_json(folder.text("package.json"));
    if (!package || !package->is_object() || !package->contains("scripts"))
        return std::nullopt;
    std::string const script = support::string_or((*package)["scripts"], "test");
    // What `npm init` writes.
    if (script.empty() || script.find("no test specified") != std::string::npos)
        return std::nullopt;
    return Argv { "npm", "test" };
}

/// A folder of tests is none of the places that Python's tools are started in, whatever lies in it: imports go by the folder above.
bool is_inside_python_project(Folder const& folder)
{
    std::string_view const name = workspace::name_of(folder.path());
    return !folder.path().empty() && (name == "tests" || name == "test" || folder.has("__init__.py"));
}

std::optional<Argv> pytest(Folder const& folder)
{
    if (is_inside_python_project(folder))
        return std::nullopt;
    bool const configured = folder.has("pytest.ini") || folder.has("conftest.py") || folder.mentions("pyproject.toml", { "pytest" })
        || folder.mentions("setup.cfg", { "pytest" }) || folder.mentions("tox.ini", { "pytest" })
        || folder.mentions("requirements.txt", { "pytest" });
    if (!configured && !folder.any_mentions("**/{test_*,*_test}.py", "import pytest"))
        return std::nullopt;
    return Argv { "python3", "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider" };
}

std::optional<Argv> unittest(Folder const& folder)
{
    if (is_inside_python_project(folder) || !folder.any_mentions("**/test*.py", "unittest"))
        return std::nullopt;
    return Argv { "python3", "-m", "unittest", "discover", "-v" };
}

/// A makefile's target, at the beginning of a line.
std::optional<Argv> make(Folder const& folder)
{
    for (char const* name : { "GNUmakefile", "makefile", "Makefile" }) {
        std::string const text = "\n" + folder.text(name);
        for (char const* target : { "test", "check" }) {
            if (text.find(fmt::format("\n{}:", target)) != std::string::npos)
                return Argv { "make", target };
        }
    }
    return std::nullopt;
}

/// Tools of Python may be installed for another interpreter than the first in PATH: they are then programs of their own.
bool is_module(Argv const& argv) { return argv.size() > 2 && argv[0] == "python3" && argv[1] == "-m" && argv[2] != "unittest"; }

struct Row {
    std::string_view name;
    /// Files of these kinds make this row the first to be tried.
    std::string_view endings;
    std::optional<Argv> (*find)(Folder const& folder);
};

constexpr std::array<Row, 9> rows { {
    { "CMake with tests", " .c .cc .cpp .cxx .h .hh .hpp .hxx ", cmake },
    { "Cargo", " .rs ", cargo },
    { "Go", " .go ", go },
    { "Maven", " .java .kt ", maven },
    { "Gradle", " .java .kt .groovy ", gradle },
    { "npm with a test script", " .js .jsx .ts .tsx .mjs .cjs ", npm },
    { "pytest", " .py ", pytest },
    { "unittest", " .py ", unittest },
    { "make with a test or check target", "", make },
} };

std::optional<Argv> command_in(Folder const& folder, std::string_view ending)
{
    for (bool const by_language : { true, false }) {
        for (Row const& row : rows) {
            bool const is_language = !ending.empty() && row.endings.find(fmt::format(" {} ", ending)) != std::string_view::npos;
            if (is_language != by_language)
                continue;
            if (auto found = row.find(folder))
                return found;
        }
    }
    return std::nullopt;
}

std::string_view ending_of(std::string_view path)
{
    std::string_view const name = workspace::name_of(path);
    std::size_t const dot = name.rfind('.');
    return dot == std::string_view::npos ? std::string_view() : name.substr(dot);
}

}

bool is_otherwise(std::string_view command, std::string_view first)
{
    constexpr std::string_view module = "python3 -m ";
    return first.starts_with(module) && first.substr(module.size()) == command;
}

Result<TestCommand> find_test_command(Context const& context, std::string const& path)
{
    std::string folder = path.empty() || !read(context, path) ? path : std::string(workspace::parent_of(path));
    while (true) {
        if (auto argv = command_in(Folder(context, folder), ending_of(path))) {
            // Compilers are slow one by one; what a build tool does with the number is its own affair.
            std::vector<std::pair<std::string, std::string>> environment { { "CMAKE_BUILD_PARALLEL_LEVEL", "4" },
                { "CTEST_OUTPUT_ON_FAILURE", "1" } };
            std::vector<std::string> otherwise = is_module(*argv) ? Argv(argv->begin() + 2, argv->end()) : Argv();
            return TestCommand { std::move(*argv), std::move(folder), std::move(environment), std::move(otherwise) };
        }
        if (folder.empty())
            break;
        folder = workspace::parent_of(folder);
    }
    std::vector<std::string> names;
    names.reserve(std::size(rows));
    for (Row const& row : rows)
        names.emplace_back(row.name);
    return fail(ErrorCode::not_found,
        fmt::format("no command that tests {} was found; looked for {}", path.empty() ? "the workspace" : one_line(path),
            support::join(names, ", ")));
}

}
