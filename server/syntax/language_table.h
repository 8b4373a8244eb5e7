// What the build compiles from the folders of grammars/ into the binary: grammars/embed.cmake writes the definition of
// embedded_languages(), one entry a folder. Only language.cpp reads it.
#pragma once

#include <span>
#include <string_view>

struct TSLanguage;

namespace countersign::syntax {

struct EmbeddedLanguage {
    std::string_view folder;                 ///< "cpp"
    TSLanguage const* (*grammar)();          ///< tree_sitter_cpp
    std::string_view json;                   ///< language.json
    std::string_view outline, scopes, tests; ///< the queries' sources
};

/// Sorted by folder.
std::span<EmbeddedLanguage const> embedded_languages();

}
