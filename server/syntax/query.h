// Tree-sitter's query language, matched by ourselves.
//
// The core's own compiler analyses each query against the grammar: 90 ms for C++'s outline, 400 ms for its scopes, on the
// first keystroke that needs them. Ours looks names up and is done in well under a millisecond; it tries a pattern only at nodes of
// its root's type, so asking about a single node costs microseconds. A test compiles every query with the core as well, and compares
// what both find. What is understood: (type ...), (_), _, "literal", field: !field, [ ], @capture, ?, anchors, (type)* and
// (type)+ between anchors and without captures, and one predicate-laden group a pattern. One root a pattern.
//
// Predicates: (#eq? @a "text"), (#not-eq? ...), (#any-of? @a "x" "y"), (#not-any-of? ...), (#starts-with? @a "x" "y"),
// (#lower? @a) (the first letter is not upper case), and (#set! key value). Anything else is an error at compilation.
// A Query is immutable and may be used by several threads at once.
#pragma once

#include "support/result.h"
#include "syntax/node.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace countersign::syntax {

/// A node of a pattern.
struct QueryNode {
    enum class Kind { type, any_named, any, alternation };
    Kind kind = Kind::any_named;
    TSSymbol symbol = 0; ///< Kind::type: a named type or a literal
    bool is_named = true;
    TSFieldId field = 0;                 ///< that it must have in its parent; 0: any
    bool is_anchored = false;            ///< directly behind what matched before it, or first
    bool is_anchored_last = false;       ///< nothing may follow its last child
    char quantifier = 0;                 ///< 0, '?', '*' or '+'
    bool has_captures = false;           ///< here or beneath
    std::vector<std::uint16_t> captures; ///< indices into capture_names()
    std::vector<TSFieldId> absent_fields;
    std::vector<QueryNode> children; ///< or the alternatives
};

enum class QueryTest { equals, differs, any_of, not_any_of, starts_with, lower };

struct QueryPredicate {
    QueryTest test;
    std::uint16_t capture;
    std::vector<std::string> values;
};

struct QueryPattern {
    QueryNode root;
    std::vector<QueryPredicate> predicates;
    std::vector<std::pair<std::string, std::string>> properties;
};

class Query {
public:
    /// `what` names the source in errors: "cpp/outline.scm". Errors: internal, with the line.
    static Result<Query> compile(TSLanguage const* grammar, std::string_view source, std::string const& what);

    std::vector<QueryPattern> const& patterns() const { return patterns_; }
    std::vector<std::string> const& capture_names() const { return capture_names_; }
    /// The value of `(#set! key value)` in a pattern; empty if it has none.
    std::string_view property(std::size_t pattern, std::string_view key) const;

    struct Capture {
        std::size_t name; ///< index into capture_names()
        Node node;
    };
    struct Match {
        std::size_t pattern = 0;
        std::vector<Capture> captures;
    };
    enum class Reach {
        subtree,  ///< matches whose root is the node or anywhere beneath it
        node_only ///< matches whose root is the node itself: cheap, whatever is beneath
    };
    /// Calls `visit` for every match whose predicates hold, by the position of its root.
    void run(Node node, std::string_view text, Reach reach, std::function<void(Match const&)> const& visit) const;

private:
    std::vector<std::string> capture_names_;
    std::vector<QueryPattern> patterns_;
    std::vector<std::vector<std::uint16_t>> by_symbol_; ///< patterns by the type of their root
};

/// Reads the patterns of a query. Errors: internal, with `what` and the line.
class QueryReader {
public:
    QueryReader(TSLanguage const* grammar, std::string_view source, std::string const& what)
        : grammar_(grammar)
        , source_(source)
        , what_(what)
    {
    }
    Result<> read();

    std::vector<QueryPattern> patterns;
    std::vector<std::string> capture_names;

private:
    Result<QueryNode> read_node(QueryPattern& pattern);
    Result<QueryNode> read_parenthesised(QueryPattern& pattern);
    Result<> read_children(QueryNode& parent, char close, QueryPattern& pattern);
    Result<> read_predicate(QueryPattern& pattern);
    Result<> read_suffixes(QueryNode& node);
    Result<std::string> read_string();
    Result<TSSymbol> symbol_of(std::string_view name, bool named) const;
    Result<TSFieldId> field_of(std::string_view name) const;
    std::uint16_t capture_of(std::string_view name);
    void skip_blanks();
    bool at(std::string_view token) const { return source_.substr(position_).starts_with(token); }
    bool take(std::string_view token);
    std::string_view take_word();
    tl::unexpected<Error> failure(std::string const& message) const;

    TSLanguage const* grammar_;
    std::string_view source_;
    std::string const& what_;
    std::size_t position_ = 0;
    std::size_t depth_ = 0;
};

}
