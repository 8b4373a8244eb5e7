// Runs the cases: every .txt under tests/cases, or those whose path holds one of the filters.
//
//     cases [--update] [--list] [--verbs] [FILTER...]
//
// Exit: 0 all as wanted (or updated), 1 some are not, 2 usage.
#include "tests/cases/verbs.h"

#include "tests/support/checkout.h"
#include <algorithm>
#include <filesystem>
#include <fmt/core.h>
#include <fstream>
#include <sstream>

namespace fs = std::filesystem;
using namespace countersign;

namespace {

struct Options {
    bool update = false;
    bool list = false;
    std::vector<std::string> filters;
};

enum class Outcome { as_wanted, different, updated };

std::vector<fs::path> find_cases(fs::path const& root, std::vector<std::string> const& filters)
{
    std::vector<fs::path> found;
    for (auto const& entry : fs::recursive_directory_iterator(root)) {
        std::string const name = entry.path().lexically_relative(root).string();
        bool const fits = filters.empty() || std::any_of(filters.begin(), filters.end(), [&](std::string const& filter) {
            return name.find(filter) != std::string::npos;
        });
        if (entry.is_regular_file() && entry.path().extension() == ".txt" && entry.path().filename() != "CMakeLists.txt" && fits)
            found.push_back(entry.path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::string content_of(fs::path const& path)
{
    std::ifstream stream(path, std::ios::binary);
    return { std::istreambuf_iterator<char>(stream), {} };
}

Outcome failed(std::string const& name, std::string const& why)
{
    fmt::print("FAILED {}\n{}\n", name, why);
    return Outcome::different;
}

Outcome run_case(fs::path const& root, fs::path const& path, bool update)
{
    std::string const text = content_of(path);
    std::string const name = path.lexically_relative(root).replace_extension().string();
    auto test_case = tests::parse_case(text);
    if (!test_case)
        return failed(name, test_case.error().message);
    test_case->name = name;
    auto const* verb = tests::find_verb(test_case->verb);
    if (!verb)
        return failed(name, fmt::format("there is no verb \"{}\"; --verbs lists them", test_case->verb));
    std::string got = verb->run(*test_case);
    if (!got.empty() && !got.ends_with('\n'))
        got += '\n';
    if (got == test_case->want)
        return Outcome::as_wanted;
    if (!update)
        return failed(name, fmt::format("{}\n{}", test_case->sentence, tests::line_difference(test_case->want, got)));
    std::ofstream(path, std::ios::binary | std::ios::trunc) << tests::with_want(text, got);
    fmt::print("updated {}\n", name);
    return Outcome::updated;
}

int run(Options const& options)
{
    fs::path const root = tests::checkout() / "tests/cases";
    auto const paths = find_cases(root, options.filters);
    std::size_t counts[3] = {};
    for (fs::path const& path : paths) {
        if (options.list)
            fmt::print("{}\n", path.lexically_relative(root).replace_extension().string());
        else
            ++counts[static_cast<std::size_t>(run_case(root, path, options.update))];
        std::fflush(stdout);
    }
    if (options.list)
        return 0;
    fmt::print("{} cases: {} as wanted, {} different, {} updated\n", paths.size(), counts[0], counts[1], counts[2]);
    if (paths.empty())
        fmt::print(stderr, "no case fits\n");
    return counts[1] || paths.empty() ? 1 : 0;
}

}

int main(int count, char** arguments)
{
    Options options;
    for (int i = 1; i < count; ++i) {
        std::string const word = arguments[i];
        if (word == "--update") {
            options.update = true;
        } else if (word == "--list") {
            options.list = true;
        } else if (word == "--verbs") {
            for (auto const& verb : tests::verbs())
                fmt::print("{}\n", verb.usage);
            return 0;
        } else if (word.starts_with("--")) {
            fmt::print(stderr, "cases [--update] [--list] [--verbs] [FILTER...]\n");
            return 2;
        } else {
            options.filters.push_back(word);
        }
    }
    return run(options);
}
