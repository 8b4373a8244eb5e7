#include "builtin/cmake.h"

#include "builtin/listings.h"
#include "builtin/phrase.h"

#include <fmt/core.h>

namespace countersign::builtin {

namespace {

/// A word of a CMake file that is the path of a test.
struct Word {
    ByteRange range;
};

bool is_word_byte(char c) { return c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '(' && c != ')' && c != '"' && c != ';'; }

/// The last word in `text` that, seen from `folder`, means `path`. Lines of comment do not count.
std::optional<Word> word_for(std::string_view text, std::string_view folder, std::string_view path)
{
    std::string_view const name = file_name_of(path);
    std::optional<Word> found;
    for (auto place = text.find(name); place != std::string_view::npos; place = text.find(name, place + 1)) {
        std::size_t begin = place;
        while (begin > 0 && is_word_byte(text[begin - 1]))
            --begin;
        std::size_t const end = place + name.size();
        if (end < text.size() && is_word_byte(text[end]))
            continue;
        auto const line = text.rfind('\n', begin);
        std::string_view const before =
            text.substr(line == std::string_view::npos ? 0 : line + 1, begin - (line == std::string_view::npos ? 0 : line + 1));
        if (contains(before, "#"))
            continue;
        std::string_view word = text.substr(begin, end - begin);
        for (std::string_view const variable : { "${CMAKE_CURRENT_SOURCE_DIR}/", "${CMAKE_SOURCE_DIR}/", "${PROJECT_SOURCE_DIR}/" }) {
            if (word.starts_with(variable))
                word.remove_prefix(variable.size());
        }
        if (join_path(folder, word) == path || word == path)
            found = Word { { begin, end } };
    }
    return found;
}

/// Whether a glob of the CMake file takes up new files by itself.
bool is_globbed(std::string_view text)
{
    for (std::string_view const command : { "file(GLOB", "file( GLOB", "aux_source_directory(" }) {
        if (contains(text, command))
            return true;
    }
    return false;
}

}

void register_in_cmake(Project const& project, std::string const& test_path, Scaffold& scaffold)
{
    bool has_cmake = false, has_glob = false;
    for (TextFile const& manifest : project.manifests) {
        if (file_name_of(manifest.path) != "CMakeLists.txt")
            continue;
        has_cmake = true;
        std::string_view const folder = directory_of(manifest.path);
        has_glob = has_glob || (is_globbed(manifest.text) && (folder.empty() || test_path.starts_with(folder)));
        for (std::string const& neighbour : project.test_paths) {
            auto const word = word_for(manifest.text, folder, neighbour);
            if (!word)
                continue;
            std::string const written = manifest.text.substr(word->range.begin, word->range.size());
            // The new path, written the way its neighbour's is.
            std::string const from_folder = relative_path(test_path, folder);
            std::string const neighbour_from_folder = relative_path(neighbour, folder);
            std::string path = from_folder;
            if (written.ends_with(neighbour_from_folder))
                path = written.substr(0, written.size() - neighbour_from_folder.size()) + from_folder;
            auto const line_begin = manifest.text.rfind('\n', word->range.begin);
            std::size_t const begin = line_begin == std::string::npos ? 0 : line_begin + 1;
            std::string const before = manifest.text.substr(begin, word->range.begin - begin);
            bool const stands_alone = before.find_first_not_of(" \t") == std::string::npos;
            FileEdit edit;
            edit.path = manifest.path;
            edit.edits.push_back({ { word->range.end, word->range.end }, stands_alone ? "\n" + before + path : " " + path });
            edit.reason = "the new test file is built with its neighbours";
            scaffold.files.push_back(std::move(edit));
            return;
        }
    }
    if (has_glob)
        scaffold.notes.push_back("The build finds test files by a pattern, so nothing had to be registered; run CMake again.");
    else if (has_cmake)
        scaffold.notes.push_back(
            fmt::format("No CMake target lists the neighbouring tests, so {} has to be added to one by hand.", code(test_path)));
    else
        scaffold.notes.push_back("No CMakeLists.txt was found, so the new file has to be added to the build by hand.");
}

}
