#include "model/text_path.h"

#include "support/text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace countersign::model {

namespace {

constexpr std::string_view decoration = "`*#: \t\"'";
constexpr std::string_view blanks = " \t";

/// Bytes of a line before a block that still is read for a path.
constexpr std::size_t longest_line = 200;

constexpr std::array<std::string_view, 36> plain_names { "AUTHORS", "BUILD", "Brewfile", "CHANGELOG", "CODEOWNERS", "CONTRIBUTING",
    "COPYING", "Caddyfile", "Containerfile", "Dockerfile", "Doxyfile", "Earthfile", "Fastfile", "GNUmakefile", "Gemfile", "INSTALL",
    "Jenkinsfile", "Justfile", "Kbuild", "Kconfig", "LICENCE", "LICENSE", "MAINTAINERS", "Makefile", "NOTICE", "PKGBUILD", "Pipfile",
    "Podfile", "Procfile", "README", "Rakefile", "SConstruct", "Tiltfile", "Vagrantfile", "justfile", "makefile" };

bool is_plain_name(std::string_view text) { return std::find(plain_names.begin(), plain_names.end(), text) != plain_names.end(); }

bool has(std::string_view text, std::string_view any) { return text.find_first_of(any) != std::string_view::npos; }

std::string_view without(std::string_view text, std::string_view ends)
{
    std::size_t const begin = text.find_first_not_of(ends);
    return begin == std::string_view::npos ? std::string_view() : text.substr(begin, text.find_last_not_of(ends) + 1 - begin);
}

/// "src/a.cpp:12", "src/a.cpp:12-20" and "src/a.cpp:12:3" name a place in a file.
std::string_view without_place(std::string_view path)
{
    while (true) {
        std::size_t const colon = path.rfind(':');
        if (colon == std::string_view::npos || colon + 1 == path.size()
            || path.find_first_not_of("0123456789-", colon + 1) != std::string_view::npos)
            return path;
        path = path.substr(0, colon);
    }
}

std::string_view last_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// What stands alone on its line may look less like a path.
bool may_be_path(std::string_view text)
{
    bool const is_clean = !has(text, "<>{}|\"`;=") && text.find("://") == std::string_view::npos;
    return is_clean && has(text, "./") && text.back() != '.' && text.back() != '/';
}

/// Among other words only a name with an extension is one, so neither "and/or" nor "2.0".
bool looks_like_path(std::string_view word)
{
    if (word.empty() || !may_be_path(word) || word == "e.g" || word == "i.e")
        return false;
    std::string_view const name = last_name(word);
    if (is_plain_name(name))
        return true;
    std::size_t const dot = name.rfind('.');
    if (dot == std::string_view::npos)
        return false;
    std::string_view const extension = name.substr(dot + 1);
    return std::isalpha(static_cast<unsigned char>(extension.front())) != 0
        && std::all_of(extension.begin(), extension.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; });
}

/// Between blanks; what stands between backticks is one word.
std::vector<std::string_view> words_of(std::string_view line)
{
    std::vector<std::string_view> words;
    while (true) {
        line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
        if (line.empty())
            return words;
        std::size_t const quoted = line.front() == '`' ? line.find('`', 1) : std::string_view::npos;
        std::size_t const size = std::min(line.find_first_of(blanks, quoted == std::string_view::npos ? 0 : quoted), line.size());
        words.push_back(line.substr(0, size));
        line.remove_prefix(size);
    }
}

std::string_view undressed(std::string_view word)
{
    word = without(word, "`*#:\"',;.!?");
    if (word.size() > 2 && word.front() == '(' && word.back() == ')')
        word = without(word.substr(1, word.size() - 2), "`*");
    return without_place(word);
}

/// The one path among several words: one with a folder before one without.
std::string path_among(std::vector<std::string_view> const& words)
{
    std::string_view path;
    bool is_clear = true;
    std::string_view before;
    for (std::string_view const word : words) {
        // A dot at the front belongs to the name.
        std::string_view const dressed = without(word, "`*#:\"'");
        std::string_view const bare =
            dressed.starts_with(".") ? without_place(dressed.substr(0, dressed.find_last_not_of(",;.!?") + 1)) : undressed(word);
        bool const is_folder = has(bare, "/");
        // "docs/my file.md" is one path, not "file.md".
        bool const is_rest = !is_folder && has(before, "/") && has(before, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
        before = bare;
        if (!looks_like_path(bare) || (has(bare, blanks) && !is_folder))
            continue;
        if (path.empty() || (is_folder && !has(path, "/"))) {
            path = bare;
            is_clear = !is_rest;
        } else if (is_folder == has(path, "/") && bare != path)
            is_clear = false;
    }
    return is_clear ? std::string(path) : std::string();
}

}

std::string path_in(std::string_view line)
{
    if (line.size() > longest_line)
        return {};
    std::string_view const quoted = without(line, "*#: \t");
    std::string_view const text = without_place(without(line, decoration));
    bool const is_alone = !has(text, blanks) || (quoted.starts_with('`') && quoted.ends_with('`') && !has(text, "`"));
    if (is_alone && !text.empty() && (may_be_path(text) || is_plain_name(text)))
        return std::string(text);
    return path_among(words_of(line));
}

std::string path_in_fence_words(std::string_view words)
{
    std::string_view const last = words.substr(std::min(words.find_last_of(blanks) + 1, words.size()));
    return last.size() < words.size() || has(words, "./") ? path_in(last) : std::string();
}

}
