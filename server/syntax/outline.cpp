#include "syntax/outline.h"

#include "syntax/query.h"
#include "syntax/symbol_match.h"

#include <algorithm>
#include <set>

namespace countersign::syntax {

std::string_view to_string(SymbolKind kind)
{
    switch (kind) {
    case SymbolKind::function:
        return "function";
    case SymbolKind::method:
        return "method";
    case SymbolKind::type_class:
        return "class";
    case SymbolKind::type_struct:
        return "struct";
    case SymbolKind::interface:
        return "interface";
    case SymbolKind::enumeration:
        return "enum";
    case SymbolKind::module:
        return "module";
    case SymbolKind::type_alias:
        return "type";
    case SymbolKind::constant:
        return "constant";
    case SymbolKind::variable:
        return "variable";
    case SymbolKind::macro:
        return "macro";
    }
    return "symbol";
}

namespace {

// Deeper containers are not spelled out: their names would grow with the square of the nesting.
constexpr std::size_t container_depth_limit = 64;

bool is_leading(Language const& language, Node node) { return is_one_of(language.leading, node); }

/// The symbols around the place that is looked at, outermost first.
class Nest {
public:
    explicit Nest(Language const& language) : language_(language) { }

    /// Turns a definition into a symbol with its container; none if it is not one that an outline shows.
    /// Call in source order, outer definitions first.
    std::optional<Symbol> enter(Definition const& definition)
    {
        while (!levels_.empty() && (levels_.back().node.end() <= definition.node.begin() || levels_.back().node == definition.node))
            levels_.pop_back();
        // What stands before a name is not in what the name names: struct S { } s;
        auto const around =
            std::find_if(levels_.rbegin(), levels_.rend(), [&](Level const& l) { return l.name_begin <= definition.node.begin(); });
        Level const outer = around == levels_.rend() ? Level {} : *around;
        Level level = outer;
        level.node = definition.node;
        level.name_begin = definition.kind ? definition.name_range.begin : 0;
        level.is_type = false;
        if (!definition.kind) {
            level.in_function = true;
            levels_.push_back(std::move(level));
            return std::nullopt;
        }
        Symbol symbol;
        symbol.kind = *definition.kind;
        symbol.name = definition.name;
        symbol.name_range = definition.name_range;
        symbol.body = definition.body;
        symbol.parameters = definition.parameters;
        symbol.doc = definition.doc;
        symbol.depth = outer.depth;
        symbol.container = outer.path;
        if (!definition.container.empty())
            symbol.container = joined(symbol.container, definition.container);
        bool const is_member = outer.is_type || !definition.container.empty() || symbol.name.find("::") != std::string::npos;
        if (symbol.kind == SymbolKind::function && is_member)
            symbol.kind = SymbolKind::method;

        level.depth = outer.depth + 1;
        if (outer.depth < container_depth_limit)
            level.path = joined(symbol.container, symbol.name);
        level.is_type = symbol.is_type();
        level.in_function = outer.in_function || symbol.is_callable();
        levels_.push_back(std::move(level));
        bool const is_local_value = symbol.kind == SymbolKind::variable || symbol.kind == SymbolKind::constant;
        bool const is_local_prototype = symbol.kind == SymbolKind::function && symbol.body.end == 0;
        if (outer.in_function && (is_local_value || is_local_prototype))
            return std::nullopt;
        return symbol;
    }

private:
    struct Level {
        Node node;
        std::size_t name_begin = 0;
        std::string path;
        std::size_t depth = 0;
        bool is_type = false;
        bool in_function = false;
    };

    std::string joined(std::string const& container, std::string const& name) const
    {
        return container.empty() ? name : container + language_.separator + name;
    }

    Language const& language_;
    std::vector<Level> levels_;
};

/// Fills range, head and doc. `chain` are the ancestors of `node`, the root first; `run_before(i)` gives the comments and attributes that
/// stand directly before chain[i + 1] (or before `node`, for the last) in chain[i].
template<typename RunBefore>
void place(Symbol& symbol, Tree const& tree, Node node, std::vector<Node> const& chain, RunBefore&& run_before)
{
    Language const& language = tree.language();
    std::size_t level = chain.size();
    while (level > 0 && wraps(language, chain[level - 1], node))
        node = chain[--level];
    symbol.range = node.range();
    symbol.head = head_of(language, node);
    if (level == 0)
        return;
    std::vector<Node> const run = run_before(level - 1);
    auto const first_leading = std::find_if(run.begin(), run.end(), [&](Node before) { return is_leading(language, before); });
    if (first_leading != run.end())
        symbol.range.begin = first_leading->begin();
    if (symbol.doc.end)
        return; // a docstring
    symbol.doc = doc_above(tree.text(), { run.begin(), first_leading }, symbol.range.begin);
    if (symbol.doc.end || first_leading == run.end())
        return;
    auto const last_leading = std::find_if(run.rbegin(), run.rend(), [&](Node before) { return is_leading(language, before); });
    symbol.doc = doc_above(tree.text(), { last_leading.base(), run.end() }, symbol.head);
}

void sort_and_merge(std::vector<Definition>& definitions)
{
    std::stable_sort(definitions.begin(), definitions.end(), [](Definition const& a, Definition const& b) {
        if (a.node.begin() != b.node.begin())
            return a.node.begin() < b.node.begin();
        if (a.node.end() != b.node.end())
            return a.node.end() > b.node.end();
        return a.name_range.begin < b.name_range.begin;
    });
    std::vector<Definition> merged;
    for (Definition& definition : definitions) {
        if (merged.empty() || !merge(merged.back(), definition))
            merged.push_back(std::move(definition));
    }
    definitions = std::move(merged);
}

/// Walks down to each definition once, remembering on the way what stands around and before it.
class Placement {
public:
    Placement(Tree const& tree, std::vector<Definition> const& definitions)
        : tree_(tree)
        , definitions_(definitions)
        , nest_(tree.language())
        , cursor_(tree.root())
    {
    }

    std::vector<Symbol> run()
    {
        while (next_ < definitions_.size()) {
            if (visit() && cursor_.to_first_child()) {
                chain_.push_back(current_);
                runs_.emplace_back();
                continue;
            }
            bool const more = cursor_.to_next_outside([&] {
                chain_.pop_back();
                runs_.pop_back();
            });
            if (!more)
                break;
        }
        return std::move(symbols_);
    }

private:
    struct Run {
        std::vector<Node> nodes;
        bool is_over = false; ///< something else came since
    };

    /// Whether to look beneath the current node.
    bool visit()
    {
        current_ = cursor_.node();
        if (!current_.is_named())
            return false;
        if (!runs_.empty()) {
            Run& run = runs_.back();
            if (run.is_over)
                run = {};
            run.is_over = !tree_.language().is_comment(current_.type()) && !is_leading(tree_.language(), current_);
            if (!run.is_over) {
                run.nodes.push_back(current_);
                return false;
            }
        }
        // Not reached, because an attribute or comment holds it: none of ours.
        while (next_ < definitions_.size() && definitions_[next_].node.begin() < current_.begin())
            ++next_;
        for (; next_ < definitions_.size() && definitions_[next_].node == current_; ++next_) {
            if (auto symbol = nest_.enter(definitions_[next_])) {
                place(*symbol, tree_, current_, chain_, [&](std::size_t level) { return runs_[level].nodes; });
                symbols_.push_back(std::move(*symbol));
            }
        }
        return next_ < definitions_.size() && definitions_[next_].node.begin() < current_.end();
    }

    Tree const& tree_;
    std::vector<Definition> const& definitions_;
    Nest nest_;
    Cursor cursor_;
    Node current_;
    std::size_t next_ = 0;
    std::vector<Node> chain_; ///< ancestors of the cursor's node
    std::vector<Run> runs_;   ///< beside them
    std::vector<Symbol> symbols_;
};

}

std::vector<Symbol> outline(Tree const& tree)
{
    std::vector<Definition> definitions;
    find_definitions(tree, tree.root(), Query::Reach::subtree, [&](Definition&& d) { definitions.push_back(std::move(d)); });
    sort_and_merge(definitions);
    std::vector<Symbol> symbols = Placement(tree, definitions).run();
    // A variable is where it is set first.
    std::set<std::string> variables;
    std::erase_if(symbols, [&](Symbol const& symbol) {
        return symbol.kind == SymbolKind::variable && !variables.insert(qualified_name(tree, symbol)).second;
    });
    return symbols;
}

namespace {

std::vector<Node> run_before(Tree const& tree, Node node)
{
    std::vector<Node> run;
    for (Node before = node.previous(); before; before = before.previous()) {
        if (!tree.language().is_comment(before.type()) && !is_leading(tree.language(), before))
            break;
        run.push_back(before);
    }
    std::reverse(run.begin(), run.end());
    return run;
}

/// Down from a wrapper at the end of `path` to what it wraps.
void unwrap(Language const& language, std::vector<Node>& path)
{
    // Wrappers nest at most a few times.
    for (int step = 0; step < 4 && is_one_of(language.wrappers, path.back()); ++step) {
        Node inner;
        for (Node const child : path.back().named_children()) {
            if (!language.is_comment(child.type()) && !is_leading(language, child))
                inner = child;
        }
        if (!inner)
            return;
        path.push_back(inner);
    }
}

/// A selection in a decorator, a template head or an attribute: leads on to the definition that it belongs to.
void extend_to_wrapped(Language const& language, std::vector<Node>& path)
{
    auto const leading = std::find_if(path.begin(), path.end(), [&](Node node) { return is_leading(language, node); });
    if (leading != path.end()) {
        Node next = leading->next();
        while (next && (is_leading(language, next) || language.is_comment(next.type())))
            next = next.next();
        path.erase(leading, path.end());
        if (next)
            path.push_back(next);
        unwrap(language, path);
        return;
    }
    auto const wrapper = std::find_if(path.rbegin(), path.rend(), [&](Node node) { return is_one_of(language.wrappers, node); });
    if (wrapper == path.rend())
        return;
    path.erase(wrapper.base(), path.end());
    unwrap(language, path);
}

std::optional<Symbol> innermost_on(Tree const& tree, std::vector<Node> const& path, ByteRange range, bool callable_only)
{
    Nest nest(tree.language());
    std::optional<Symbol> best;
    std::size_t best_index = 0;
    for (std::size_t i = 0; i < path.size(); ++i) {
        std::vector<Definition> definitions;
        find_definitions(tree, path[i], Query::Reach::node_only, [&](Definition&& d) { definitions.push_back(std::move(d)); });
        sort_and_merge(definitions);
        for (Definition const& definition : definitions) {
            auto symbol = nest.enter(definition);
            if (!symbol || (callable_only && !symbol->is_callable()))
                continue;
            best = std::move(symbol);
            best_index = i;
            // Of several names in one declaration the one that the range is at.
            if (definition.name_range.contains(range))
                break;
        }
    }
    if (!best)
        return std::nullopt;
    std::vector<Node> const chain(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(best_index));
    place(*best, tree, path[best_index], chain, [&](std::size_t level) { return run_before(tree, path[level + 1]); });
    return best;
}

}

std::optional<Symbol> enclosing_symbol(Tree const& tree, ByteRange range, bool callable_only)
{
    std::vector<Node> path = tree.path_to(range);
    auto found = innermost_on(tree, path, range, callable_only);
    std::size_t const length = path.size();
    Node const last = path.back();
    extend_to_wrapped(tree.language(), path);
    if (path.size() != length || !(path.back() == last)) {
        auto wrapped = innermost_on(tree, path, range, callable_only);
        if (wrapped && wrapped->range.contains(range) && (!found || found->range.contains(wrapped->range)))
            return wrapped;
    }
    return found;
}

std::string qualified_name(Tree const& tree, Symbol const& symbol)
{
    return symbol.container.empty() ? symbol.name : symbol.container + tree.language().separator + symbol.name;
}

std::string signature(Tree const& tree, Symbol const& symbol)
{
    constexpr std::size_t length_limit = 1000;
    std::size_t const end = symbol.body.end > symbol.body.begin && symbol.body.begin > symbol.head ? symbol.body.begin : symbol.range.end;
    std::string_view const source = tree.text();
    ByteRange const shown { symbol.head, std::max(symbol.head, std::min(end, source.size())) };
    std::string result;
    std::size_t position = shown.begin;
    auto const append = [&](std::size_t to) {
        for (; position < to && result.size() < length_limit; ++position) {
            char const c = source[position];
            bool const blank = c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
            if (!blank)
                result += c;
            else if (!result.empty() && result.back() != ' ')
                result += ' ';
        }
        position = std::max(position, to);
    };
    walk(tree.node_at(shown), [&](Node node) {
        if (node.end() <= shown.begin || node.begin() >= shown.end)
            return false;
        if (!tree.language().is_comment(node.type()))
            return true;
        append(node.begin());
        position = std::max(position, std::min(node.end(), shown.end));
        if (!result.empty() && result.back() != ' ')
            result += ' ';
        return false;
    });
    append(shown.end);
    std::string_view trimmed = result;
    for (std::string_view const tail : { "{", "=>", ":", ";", "=" }) {
        trimmed = support::trim_end(trimmed);
        if (trimmed.ends_with(tail))
            trimmed.remove_suffix(tail.size());
    }
    return std::string(support::trim(trimmed));
}

}
