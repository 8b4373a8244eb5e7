#include "syntax/outline.h"
#include "syntax/scopes.h"

#include <algorithm>
#include <cctype>
#include <set>

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

/// Whether the identifier on top of `path` is what a call calls: path[i] is the parent of path[i + 1].
bool is_callee(Language const& language, std::vector<Node> const& path)
{
    Node called = path.back();
    // a.b.name( ), ns::name( ), name<int>( ): up while the name is the last thing in its parent, or only type arguments follow.
    for (std::size_t i = path.size() - 1; i-- > 0;) {
        Node const parent = path[i];
        if (std::find(language.calls.begin(), language.calls.end(), parent.type()) != language.calls.end()) {
            for (std::string_view const field : { "arguments", "argument", "block", "body" }) {
                if (Node const rest = parent.field(field); rest && called.begin() >= rest.begin())
                    return false;
            }
            // The receiver of a method is not what is called.
            Node const method = parent.field("method") ? parent.field("method") : parent.field("name");
            return !method || method.begin() <= called.begin();
        }
        Node const type_arguments = parent.field("type_arguments") ? parent.field("type_arguments") : parent.field("arguments");
        bool const is_last = called.end() == parent.end() || (type_arguments && called.end() <= type_arguments.begin());
        if (!is_last)
            return false;
        called = parent;
    }
    return false;
}

}

std::vector<Occurrence> occurrences(Tree const& tree, std::string_view name)
{
    std::vector<Occurrence> result;
    std::string_view const text = tree.text();
    if (name.empty() || std::all_of(name.begin(), name.end(), [](char c) { return std::isspace(static_cast<unsigned char>(c)); }))
        return result;
    std::vector<Symbol> symbols;
    std::set<std::size_t> definitions;
    for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + name.size())) {
        std::size_t const end = at + name.size();
        bool const inside_word = (at > 0 && is_name_byte(text[at - 1]) && is_name_byte(name.front()))
            || (end < text.size() && is_name_byte(text[end]) && is_name_byte(name.back()));
        if (inside_word)
            continue;
        std::vector<Node> const path = tree.path_to({ at, end });
        Node const node = path.back();
        bool const whole = node.begin() == at && node.end() == end && node.named_count() == 0;
        if (!whole || is_prose(tree.language(), node.type()))
            continue;
        if (definitions.empty()) {
            symbols = outline(tree);
            for (Symbol const& symbol : symbols)
                definitions.insert(symbol.name_range.end);
            for (Binding const& binding : Scopes(tree).bindings())
                definitions.insert(binding.definition.end());
            definitions.insert(0); // not empty any more
        }
        Occurrence occurrence;
        occurrence.range = { at, end };
        // By their ends: the name of A::b ends where b does.
        occurrence.is_definition = definitions.contains(end);
        occurrence.is_call = !occurrence.is_definition && is_callee(tree.language(), path);
        if (auto const enclosing = enclosing_symbol(tree, occurrence.range)) {
            bool const itself = enclosing->name_range.contains(occurrence.range);
            occurrence.enclosing = itself ? enclosing->container : qualified_name(tree, *enclosing);
        }
        result.push_back(std::move(occurrence));
    }
    return result;
}

}
