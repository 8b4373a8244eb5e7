// Test frameworks as data: how to see that a project uses one, and how to write a scaffold in it. One file each, one line in
// frameworks().
//
// A scaffold compiles and runs, and claims nothing: each case says which branch it is for, calls the function with values that
// compile, and reports itself as skipped until a person has written down what is expected.
#pragma once

#include "builtin/project.h"
#include "builtin/source.h"
#include "builtin/unit.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::builtin {

/// One case to write.
struct Case {
    std::string name; ///< words joined by "_", unique in its file
    Branch const* branch = nullptr;
    std::vector<std::string> setup; ///< statements without semicolon or indentation
    std::string call;               ///< the expression that calls the unit; empty if it cannot be called
    std::string why_no_call;        ///< for people, if there is none
};

/// What the scaffold is written from.
struct TestContext {
    Source const& source;
    Unit const& unit;
    Project const& project;
    TextFile const* existing; ///< the unit's test file, if it has one

    bool names_exist(std::string_view word) const { return existing && existing->text.find(word) != std::string::npos; }
};

/// A file of the proposal: created, or edited where it exists.
struct FileEdit {
    std::string path;
    bool is_new = false;
    std::string content;         ///< of a new file
    std::vector<ByteEdit> edits; ///< of an existing one, sorted
    std::string reason;
};

struct Scaffold {
    std::vector<FileEdit> files; ///< the test file first
    std::size_t case_count = 0, cases_without_call = 0;
    std::vector<std::string> notes; ///< sentences for the person
};

struct Framework {
    std::string_view name;
    std::string_view languages; ///< names with a space after each
    /// How sure it is that the project uses it; 0 is not at all.
    int (*evidence)(Project const& project);
    std::vector<NamePattern> (*patterns)(std::string_view source_path);
    Scaffold (*write)(TestContext const& context);
};

std::span<Framework const> frameworks();

extern Framework const googletest, pytest, unittest, jest, vitest, go_test;

/// An argument for each parameter that needs one, by its type, its default, or the branch's condition. Empty `why` means all
/// could be made.
struct Arguments {
    std::vector<std::string> values;
    std::vector<Parameter const*> parameters; ///< of the values
    std::vector<std::string> types;           ///< of the values; a type of the project qualified
    std::string why;
};
Arguments arguments_for(TestContext const& context, std::vector<Parameter> const& parameters, Branch const* branch);

/// A value of a type that the source or its header defines: an enumeration, a class without constructors, an alias of literals.
struct LocalValue {
    std::string type; ///< as a test must write it
    std::string value;
};
std::optional<LocalValue> local_value(TestContext const& context, std::string_view type);

/// "TODO: say what is expected when `n < 0` (line 12)", safe inside a string literal with double or single quotes.
std::string todo_text(Unit const& unit, Branch const& branch);

/// A name that does not occur in the existing file yet, by a number behind it.
std::string fresh_name(TestContext const& context, std::string const& name);

std::string pascal_case(std::string_view words);
/// The indentation that most indented lines of the existing tests use; `otherwise` where there are none.
std::string indentation_of(TestContext const& context, std::string_view otherwise);

}
