#include "syntax/query.h"

#include <algorithm>
#include <cctype>

namespace countersign::syntax {

namespace {

/// A callable by reference: matching nests them, and std::function would allocate each.
class Continue {
public:
    template<typename F>
    explicit Continue(F const& function) : object_(&function)
                                         , call_([](void const* object) { return (*static_cast<F const*>(object))(); })
    {
    }
    Continue(Continue const&) = default;
    bool operator()() const { return call_(object_); }

private:
    void const* object_;
    bool (*call_)(void const*);
};

struct Child {
    Node node;
    TSFieldId field;
    bool is_named;
    bool is_extra;
};

void read_children(Node parent, std::vector<Child>& children)
{
    children.clear();
    TSTreeCursor cursor = ts_tree_cursor_new(parent.raw());
    if (ts_tree_cursor_goto_first_child(&cursor)) {
        do {
            Node const node(ts_tree_cursor_current_node(&cursor));
            children.push_back({ node, ts_tree_cursor_current_field_id(&cursor), node.is_named(), ts_node_is_extra(node.raw()) });
        } while (ts_tree_cursor_goto_next_sibling(&cursor));
    }
    ts_tree_cursor_delete(&cursor);
}

bool is_any_of(std::vector<std::string> const& values, std::string_view word)
{
    return std::find(values.begin(), values.end(), word) != values.end();
}

bool holds(QueryPredicate const& predicate, std::string_view word)
{
    switch (predicate.test) {
    case QueryTest::equals:
    case QueryTest::any_of:
        return is_any_of(predicate.values, word);
    case QueryTest::differs:
    case QueryTest::not_any_of:
        return !is_any_of(predicate.values, word);
    case QueryTest::starts_with:
        return std::any_of(predicate.values.begin(), predicate.values.end(), [&](auto const& value) { return word.starts_with(value); });
    case QueryTest::lower:
        return !word.empty() && !std::isupper(static_cast<unsigned char>(word.front()));
    }
    return false;
}

/// Matches patterns at one node after another. Recursion is as deep as the pattern, never as the tree.
class Matcher {
public:
    Matcher(std::vector<QueryPattern> const& patterns, std::string_view text, std::function<void(Query::Match const&)> const& visit)
        : patterns_(patterns)
        , text_(text)
        , visit_(visit)
    {
    }

    void at(Node node, std::vector<std::uint16_t> const& candidates)
    {
        root_ = node;
        root_is_read_ = false;
        for (std::uint16_t const index : candidates) {
            match_.pattern = index;
            match_.captures.clear();
            auto const report = [&] {
                if (predicates_hold(patterns_[index]))
                    visit_(match_);
                return true;
            };
            match(patterns_[index].root, node, Continue(report), 0);
        }
    }

private:
    bool predicates_hold(QueryPattern const& pattern) const
    {
        return std::all_of(pattern.predicates.begin(), pattern.predicates.end(), [&](QueryPredicate const& predicate) {
            return std::all_of(match_.captures.begin(), match_.captures.end(), [&](Query::Capture const& capture) {
                return capture.name != predicate.capture || holds(predicate, capture.node.text(text_));
            });
        });
    }

    /// Whether `then` returned true for at least one way in which `node` fits `pattern`.
    bool match(QueryNode const& pattern, Node node, Continue then, std::size_t level)
    {
        if (pattern.kind == QueryNode::Kind::type && ts_node_symbol(node.raw()) != pattern.symbol)
            return false;
        if (pattern.kind == QueryNode::Kind::any_named && !node.is_named())
            return false;
        std::size_t const captured = match_.captures.size();
        for (std::uint16_t const capture : pattern.captures)
            match_.captures.push_back({ capture, node });
        bool found = false;
        if (pattern.kind == QueryNode::Kind::alternation) {
            for (QueryNode const& alternative : pattern.children)
                found = match(alternative, node, then, level) || found;
        } else if (pattern.children.empty() && pattern.absent_fields.empty()) {
            found = then();
        } else {
            std::vector<Child> const& children = children_of(node, level);
            bool const lacks = std::none_of(children.begin(), children.end(), [&](Child const& child) {
                return std::find(pattern.absent_fields.begin(), pattern.absent_fields.end(), child.field) != pattern.absent_fields.end();
            });
            found = lacks && match_children({ pattern, children, level }, 0, 0, then);
        }
        match_.captures.resize(captured, Query::Capture { 0, Node() });
        return found;
    }

    struct Row {
        QueryNode const& pattern;
        std::vector<Child> const& children;
        std::size_t level;
    };

    /// The rest of the pattern's children, from `index`, among the node's from `from`.
    bool match_children(Row const& row, std::size_t index, std::size_t from, Continue then)
    {
        if (index == row.pattern.children.size())
            return (!row.pattern.is_anchored_last || next_of(row.children, from, true) == row.children.size()) && then();
        QueryNode const& wanted = row.pattern.children[index];
        auto const nothing_more = [] { return true; };
        if (wanted.quantifier == '*' || wanted.quantifier == '+') {
            std::size_t count = 0;
            for (;; ++count) {
                std::size_t const next = next_of(row.children, from, true);
                if (next == row.children.size() || !fits(wanted, row, next, Continue(nothing_more)))
                    break;
                from = next + 1;
            }
            return (count > 0 || wanted.quantifier == '*') && match_children(row, index + 1, from, then);
        }
        bool const next_is_anchored =
            index + 1 < row.pattern.children.size() ? row.pattern.children[index + 1].is_anchored : row.pattern.is_anchored_last;
        bool found = false, present = false;
        for (std::size_t i = from; i < row.children.size() && steps_ <= step_limit; ++i) {
            if (wanted.is_anchored)
                i = next_of(row.children, from, wanted.is_named);
            if (i >= row.children.size())
                break;
            auto const rest = [&] {
                present = true;
                return match_children(row, index + 1, i + 1, then);
            };
            found = fits(wanted, row, i, Continue(rest)) || found;
            // Where nothing is captured, the first place leaves the most room for the rest.
            bool const one_is_enough = !wanted.has_captures && !next_is_anchored && present;
            if (wanted.is_anchored || one_is_enough)
                break;
        }
        if (wanted.quantifier == '?' && !present)
            return match_children(row, index + 1, from, then);
        return found;
    }

    bool fits(QueryNode const& wanted, Row const& row, std::size_t index, Continue then)
    {
        Child const& child = row.children[index];
        if (++steps_ > step_limit)
            return false;
        return (wanted.field == 0 || child.field == wanted.field) && match(wanted, child.node, then, row.level + 1);
    }

    /// The first child at or behind `from` that an anchor may mean: comments do not count, nor punctuation before a named node.
    static std::size_t next_of(std::vector<Child> const& children, std::size_t from, bool named)
    {
        while (from < children.size() && (children[from].is_extra || (named && !children[from].is_named)))
            ++from;
        return from;
    }

    /// The children of the root are read once for all patterns; deeper ones each time, into the level's own buffer.
    std::vector<Child> const& children_of(Node node, std::size_t level)
    {
        if (level >= buffers_.size())
            buffers_.resize(level + 8);
        if (level == 0 && root_is_read_)
            return buffers_[0];
        read_children(node, buffers_[level]);
        root_is_read_ = root_is_read_ || level == 0;
        return buffers_[level];
    }

    // Some patterns look at every pair of children. Far more than any text needs; only what is made to hang us reaches it.
    static constexpr std::size_t step_limit = 50'000'000;

    std::size_t steps_ = 0;
    std::vector<QueryPattern> const& patterns_;
    std::string_view text_;
    std::function<void(Query::Match const&)> const& visit_;
    Query::Match match_;
    Node root_;
    bool root_is_read_ = false;
    std::vector<std::vector<Child>> buffers_;
};

/// Adds the types that a pattern's root can have. False: any type.
bool collect_symbols(QueryNode const& root, std::vector<TSSymbol>& symbols)
{
    if (root.kind == QueryNode::Kind::type)
        symbols.push_back(root.symbol);
    else if (root.kind != QueryNode::Kind::alternation)
        return false;
    else
        return std::all_of(
            root.children.begin(), root.children.end(), [&](QueryNode const& child) { return collect_symbols(child, symbols); });
    return true;
}

}

Result<Query> Query::compile(TSLanguage const* grammar, std::string_view source, std::string const& what)
{
    QueryReader reader(grammar, source, what);
    TRY(reader.read());
    Query query;
    query.patterns_ = std::move(reader.patterns);
    query.capture_names_ = std::move(reader.capture_names);
    query.by_symbol_.resize(ts_language_symbol_count(grammar));
    for (std::size_t i = 0; i < query.patterns_.size(); ++i) {
        std::vector<TSSymbol> symbols;
        if (!collect_symbols(query.patterns_[i].root, symbols)) {
            symbols.clear();
            for (std::size_t symbol = 0; symbol < query.by_symbol_.size(); ++symbol)
                symbols.push_back(static_cast<TSSymbol>(symbol));
        }
        std::sort(symbols.begin(), symbols.end());
        symbols.erase(std::unique(symbols.begin(), symbols.end()), symbols.end());
        for (TSSymbol const symbol : symbols)
            query.by_symbol_[symbol].push_back(static_cast<std::uint16_t>(i));
    }
    return query;
}

std::string_view Query::property(std::size_t pattern, std::string_view key) const
{
    if (pattern >= patterns_.size())
        return {};
    for (auto const& [name, value] : patterns_[pattern].properties) {
        if (name == key)
            return value;
    }
    return {};
}

void Query::run(Node node, std::string_view text, Reach reach, std::function<void(Match const&)> const& visit) const
{
    if (!node || patterns_.empty())
        return;
    Matcher matcher(patterns_, text, visit);
    auto const match_at = [&](Node at) {
        TSSymbol const symbol = ts_node_symbol(at.raw());
        // An ERROR node's type is outside of the grammar's.
        if (symbol < by_symbol_.size() && !by_symbol_[symbol].empty())
            matcher.at(at, by_symbol_[symbol]);
    };
    if (reach == Reach::node_only) {
        match_at(node);
        return;
    }
    Cursor cursor(node);
    for (;;) {
        match_at(cursor.node());
        if (!cursor.to_first_child() && !cursor.to_next_outside())
            return;
    }
}

}
