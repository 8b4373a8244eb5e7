// A compiled tree-sitter query, with the predicates that the core leaves to its caller.
//
// Predicates we know: (#eq? @a "text"), (#not-eq? ...), (#any-of? @a "x" "y"), (#not-any-of? ...), (#starts-with? @a "x"),
// (#lower? @a) (the first letter is not upper case), and (#set! key value). Anything else is an error at compilation.
// A Query is immutable and may be used by several threads at once; a QueryRun belongs to one.
#pragma once

#include "support/result.h"
#include "syntax/node.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace countersign::syntax {

/// The working memory of a run, for a caller that makes many. One thread.
class QueryCursor {
public:
    QueryCursor() : cursor_(ts_query_cursor_new(), ts_query_cursor_delete) { }
    TSQueryCursor* raw() const { return cursor_.get(); }

private:
    std::unique_ptr<TSQueryCursor, void (*)(TSQueryCursor*)> cursor_;
};

class Query {
public:
    /// `what` names the source in errors: "cpp/outline.scm". Errors: internal, with the line.
    static Result<Query> compile(TSLanguage const* grammar, std::string_view source, std::string const& what);

    std::size_t pattern_count() const { return patterns_.size(); }
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
        subtree,  ///< matches that start anywhere beneath the node
        node_only ///< matches that start at the node itself: cheap, whatever is beneath
    };
    /// Calls `visit` for every match whose predicates hold, in the order in which tree-sitter finds them.
    void run(QueryCursor& cursor, Node node, std::string_view text, Reach reach, std::function<void(Match const&)> const& visit) const;
    void run(Node node, std::string_view text, Reach reach, std::function<void(Match const&)> const& visit) const;

private:
    enum class Test { equals, differs, any_of, not_any_of, starts_with, lower };
    struct Predicate {
        Test test;
        std::size_t capture;
        std::vector<std::string> values;
    };
    struct Pattern {
        std::vector<Predicate> predicates;
        std::vector<std::pair<std::string, std::string>> properties;
    };

    Result<> read_predicates(std::size_t pattern, std::string const& what);
    bool holds(Match const& match, std::string_view text) const;

    std::shared_ptr<TSQuery> query_;
    std::vector<std::string> capture_names_;
    std::vector<Pattern> patterns_;
};

}
