// Symbols of a file, by its language's outline.scm.
//
// In outline.scm a pattern captures the whole definition as @function, @method, @class, @struct, @interface, @enum, @module,
// @type, @constant, @variable or @macro, its name as @name, and where there are such its @parameters, @body and @doc.
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
    ByteRange range;       ///< the whole definition, decorators and template head included
    ByteRange name_range;
    ByteRange body;        ///< empty if there is none
    ByteRange parameters;  ///< empty if there are none
    std::size_t depth = 0; ///< 0 at the top level

    bool is_callable() const { return kind == SymbolKind::function || kind == SymbolKind::method; }
};

/// In source order. Linear in the file.
std::vector<Symbol> outline(Tree const& tree);

/// The innermost symbol that holds `range`, looking only at its ancestors: microseconds, whatever the file's size.
/// `callable_only` skips classes and variables.
std::optional<Symbol> enclosing_symbol(Tree const& tree, ByteRange range, bool callable_only = false);

/// The text before the body, on one line: "int parse(std::string_view text)".
std::string signature(Tree const& tree, Symbol const& symbol);

struct TestCase {
    std::string name; ///< "Parser.rejects_garbage"
    ByteRange range;
};
/// Test cases in a file, by tests.scm (@test with @name, or @suite and @name).
std::vector<TestCase> test_cases(Tree const& tree);

}
