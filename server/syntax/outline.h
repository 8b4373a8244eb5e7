// Symbols of a file, by its language's outline.scm.
//
// In outline.scm a pattern captures the whole definition as @function, @method, @class, @struct, @interface, @enum, @module,
// @type, @constant, @variable or @macro and its name as @name. Where the name is the core of a C declarator it captures the
// outermost declarator as @declarator instead, and a declarator that turns out to be a function's makes a function. @body,
// @parameters and @doc are captured where the definition has no field of that name; @container is the text of a container
// that the definition does not stand in (Go's receiver). @opaque marks functions without a name: no symbol, but what
// they hold is local.
#pragma once

#include "syntax/tree.h"

#include <optional>
#include <string>
#include <vector>

namespace countersign::syntax {

enum class SymbolKind { function, method, type_class, type_struct, interface, enumeration, module, type_alias, constant, variable, macro };
std::string_view to_string(SymbolKind kind); ///< "function", "class", ...

struct Symbol {
    SymbolKind kind = SymbolKind::function;
    std::string name;      ///< as written: "parse", "Parser::parse"
    std::string container; ///< names of the enclosing symbols, joined by the language's separator; may be empty
    ByteRange range;       ///< the whole definition, decorators and template head included, the comment above not
    std::size_t head = 0;  ///< where it begins behind decorators and attributes
    ByteRange name_range;
    ByteRange body;        ///< empty if there is none
    ByteRange parameters;  ///< empty if there are none; with their parentheses
    ByteRange doc;         ///< the comment directly above, or the docstring; empty if there is none
    std::size_t depth = 0; ///< 0 at the top level

    bool is_callable() const { return kind == SymbolKind::function || kind == SymbolKind::method; }
    bool is_type() const { return kind >= SymbolKind::type_class && kind <= SymbolKind::enumeration; }
    bool operator==(Symbol const&) const = default;
};

/// In source order, an outer symbol before what it holds. Variables and constants inside functions are left out. Linear in the file.
std::vector<Symbol> outline(Tree const& tree);

/// The innermost symbol that holds `range`, looking only at its ancestors: microseconds, whatever the file's size.
/// `callable_only` skips classes and variables.
std::optional<Symbol> enclosing_symbol(Tree const& tree, ByteRange range, bool callable_only = false);

/// "Parser::parse": container and name, joined by the language's separator.
std::string qualified_name(Tree const& tree, Symbol const& symbol);

/// The text before the body, on one line, without comments and decorators: "int parse(std::string_view text)".
std::string signature(Tree const& tree, Symbol const& symbol);

struct TestCase {
    std::string name; ///< "Parser.rejects_garbage"
    ByteRange range;
};
/// Test cases in a file, in source order, by tests.scm: @test with @name and, where the name has two parts, @suite; @group with @name
/// around tests (describe, a class), whose name is put before theirs. A test in a test (t.Run) is a case of its own.
std::vector<TestCase> test_cases(Tree const& tree);

}
