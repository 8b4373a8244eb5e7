// What a project shows of how it tests: its manifests and some of its existing tests, read through the tools.
#pragma once

#include "builtin/conversation.h"
#include "builtin/source.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::builtin {

struct TextFile {
    std::string path;
    std::string text;
};

struct Project {
    std::vector<TextFile> manifests;     ///< nearest to the source first
    std::vector<std::string> test_paths; ///< every file that looks like a test by its name
    std::vector<TextFile> tests;         ///< the nearest of them, read; the unit's own first
    std::string header_path;             ///< C and C++: the header of the source's own name; empty if there is none
    std::optional<Source> header;

    bool manifest_contains(std::string_view word) const;
    bool test_contains(std::string_view word) const;
};

/// Where a language keeps what is looked for.
struct ProjectGlobs {
    std::string_view languages; ///< names with a space after each
    std::string_view manifests;
    std::string_view tests;
};

/// Null for a language whose tests we cannot write.
ProjectGlobs const* globs_for(std::string_view language);

/// Nothing while results are to come.
std::optional<Project> look_at_project(Conversation& conversation, Source const& source, ProjectGlobs const& globs);

/// How a test file is named after its source: "test_" + stem + ".py".
struct NamePattern {
    std::string_view prefix;
    std::string_view suffix; ///< with the extension
};

/// The test file of a source with this path, if the project has one.
std::string existing_test_path(Project const& project, std::string_view source_path, std::vector<NamePattern> const& patterns);

/// Where a new test file goes: named as most tests are, in the folder where its neighbours' tests are, else in `default_folder`.
std::string new_test_path(
    Project const& project, std::string_view source_path, std::vector<NamePattern> const& patterns, std::string_view default_folder);

}
