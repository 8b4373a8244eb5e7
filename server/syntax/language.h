// The languages we know: a folder of data each under grammars/, compiled into the binary.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

struct TSLanguage;
struct TSQuery;

namespace countersign::syntax {

/// One grammars/<name>/language.json with its queries.
struct Language {
    std::string name;         ///< the folder's name: "cpp"
    std::string display_name; ///< "C++"
    std::vector<std::string> extensions;   ///< with the dot: ".cpp"
    std::vector<std::string> file_names;   ///< "CMakeLists.txt"
    std::vector<std::string> interpreters; ///< of a #! line: "bash"
    std::vector<std::string> language_ids; ///< LSP languageId values
    std::string line_comment;              ///< "//" or "#"
    std::string block_comment_begin, block_comment_end; ///< empty if there are none
    TSLanguage const* grammar = nullptr;
    TSQuery const* outline = nullptr; ///< compiled on first use
    TSQuery const* scopes = nullptr;
    TSQuery const* tests = nullptr;
};

/// In display order.
std::span<Language const> languages();

/// By LSP language id if we know it, else by file name, extension, then the interpreter of the first line. Null if none fits.
Language const* find_language(std::string_view path, std::string_view language_id = {}, std::string_view first_line = {});
Language const* find_language_by_name(std::string_view name);

}
