#include "syntax/outline.h"
#include "syntax/scopes.h"

#include <algorithm>
#include <cctype>
#include <unordered_set>

namespace countersign::syntax {

namespace {

bool is_name_byte(char c)
{
    auto const byte = static_cast<unsigned char>(c);
    return std::isalnum(byte) || c == '_' || c == '$' || byte >= 0x80;
}

/// Whether `node` is written text rather than a name that stands for something.
bool is_prose(Language const& language, std::string_view type)
{
    for (std::string_view const part : { "comment", "string", "heredoc", "char", "content", "regex", "jsx_text" }) {
        if (type.find(part) != std::string_view::npos)
            return true;
    }
    return language.is_comment(type);
}

/// Whether `node`, beneath the ancestors of `chain` (root first), is what a call calls.
bool is_callee(Language const& language, std::vector<Node> const& chain, Node node)
{
    // a.b.name( ), ns::name( ), name<int>( ): up while the name is the last thing in its parent, or only type arguments follow.
    Node called = node;
    for (auto parent = chain.rbegin(); parent != chain.rend(); ++parent) {
        if (std::find(language.calls.begin(), language.calls.end(), parent->type()) != language.calls.end()) {
            for (std::string_view const field : { "arguments", "argument", "block", "body" }) {
                if (Node const rest = parent->field(field); rest && called.begin() >= rest.begin())
                    return false;
            }
            // The receiver of a method is not what is called.
            Node const method = parent->field("method") ? parent->field("method") : parent->field("name");
            return !method || method.begin() <= called.begin();
        }
        Node const type_arguments = parent->field("type_arguments") ? parent->field("type_arguments") : parent->field("arguments");
        if (called.end() != parent->end() && !(type_arguments && called.end() <= type_arguments.begin()))
            return false;
        called = *parent;
    }
    return false;
}

/// Adds to the symbols around a place, dropping those that ended before it.
void push_within(std::vector<Symbol const*>& around, Symbol const& symbol)
{
    while (!around.empty() && around.back()->range.end <= symbol.range.begin)
        around.pop_back();
    around.push_back(&symbol);
}

std::vector<std::size_t> whole_words(std::string_view text, std::string_view name)
{
    std::vector<std::size_t> result;
    for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + name.size())) {
        std::size_t const end = at + name.size();
        bool const continues = (at > 0 && is_name_byte(text[at - 1]) && is_name_byte(name.front()))
            || (end < text.size() && is_name_byte(text[end]) && is_name_byte(name.back()));
        if (!continues)
            result.push_back(at);
    }
    return result;
}

/// Where names are defined, by the end of the identifier: the name of A::b ends where b does.
std::unordered_set<std::size_t> definition_ends(Tree const& tree, std::vector<Symbol> const& symbols)
{
    std::unordered_set<std::size_t> ends;
    for (Symbol const& symbol : symbols)
        ends.insert(symbol.name_range.end);
    Scopes const scopes(tree);
    for (Binding const& binding : scopes.bindings())
        ends.insert(binding.definition.end());
    return ends;
}

/// Calls `visit(node, chain)` for the nodes that begin and end where a word does and have no named children.
template<typename Visit>
void for_each_leaf(Tree const& tree, std::vector<std::size_t> const& words, std::size_t length, Visit&& visit)
{
    std::size_t next = 0;
    std::vector<Node> chain;
    Cursor cursor(tree.root());
    while (next < words.size()) {
        Node const node = cursor.node();
        while (next < words.size() && words[next] < node.begin())
            ++next;
        bool const holds = next < words.size() && words[next] < node.end();
        if (holds && node.is_named() && node.begin() == words[next] && node.end() == words[next] + length && node.named_count() == 0) {
            visit(node, chain);
            ++next;
        } else if (holds && cursor.to_first_child()) {
            chain.push_back(node);
            continue;
        }
        if (!cursor.to_next_outside([&] { chain.pop_back(); }))
            return;
    }
}

}

std::vector<Occurrence> occurrences(Tree const& tree, std::string_view name)
{
    std::vector<Occurrence> result;
    std::vector<std::size_t> const words = support::trim(name).empty() ? std::vector<std::size_t>() : whole_words(tree.text(), name);
    if (words.empty())
        return result;
    std::vector<Symbol> const symbols = outline(tree);
    std::unordered_set<std::size_t> const definitions = definition_ends(tree, symbols);
    std::vector<Symbol const*> around; ///< innermost last
    std::size_t next_symbol = 0;
    for_each_leaf(tree, words, name.size(), [&](Node node, std::vector<Node> const& chain) {
        if (is_prose(tree.language(), node.type()))
            return;
        for (; next_symbol < symbols.size() && symbols[next_symbol].range.begin <= node.begin(); ++next_symbol)
            push_within(around, symbols[next_symbol]);
        // Symbols nest, and come in source order: what has ended is last.
        while (!around.empty() && around.back()->range.end < node.end())
            around.pop_back();
        Occurrence occurrence;
        occurrence.range = node.range();
        occurrence.is_definition = definitions.contains(node.end());
        occurrence.is_call = !occurrence.is_definition && is_callee(tree.language(), chain, node);
        if (!around.empty()) {
            bool const itself = around.back()->name_range.contains(node.range());
            occurrence.enclosing = itself ? around.back()->container : qualified_name(tree, *around.back());
        }
        result.push_back(std::move(occurrence));
    });
    return result;
}

}
