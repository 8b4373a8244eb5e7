// Results of the tools that list things, read back into fields.
#pragma once

#include "builtin/conversation.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::builtin {

enum class Role { definition, call, use };

/// One row of the references tool.
struct Reference {
    std::string path;
    std::size_t line = 0; ///< 1-based
    Role role = Role::use;
    std::string enclosing; ///< "top level" if it stands in nothing
    std::string text;      ///< the trimmed line
};

/// Everything spelled `name` in the workspace; nothing while the result is to come. A tool that failed found nothing.
struct References {
    std::vector<Reference> rows;
    bool is_complete = true;
};
std::optional<References> find_references(Conversation& conversation, std::string_view name);

/// Paths that match `glob`, sorted; nothing while they are to come.
std::optional<std::vector<std::string>> find_files(Conversation& conversation, std::string_view glob);

/// The last part of a name: "parse" of "Parser::parse".
std::string_view last_component(std::string_view name);

std::string_view directory_of(std::string_view path); ///< "src" of "src/a.cpp"; empty at the top
std::string_view file_name_of(std::string_view path); ///< "a.cpp"
std::string_view stem_of(std::string_view path);      ///< "a" of "src/a.cpp", "a.test" of "a.test.ts"
std::string join_path(std::string_view directory, std::string_view name);
/// `path` as seen from `directory`, with "../" where needed: "../src/a" from "tests".
std::string relative_path(std::string_view path, std::string_view directory);

}
