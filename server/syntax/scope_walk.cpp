#include "syntax/scope_walk.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace countersign::syntax {

namespace {

bool is_word_byte(char c)
{
    auto const byte = static_cast<unsigned char>(c);
    return std::isalnum(byte) || c == '_' || byte >= 0x80;
}

/// Calls `visit(word, offset, before)` for each word of `text`; `before` is the byte in front of it, or 0.
template<typename Visit>
void for_each_word(std::string_view text, Visit&& visit)
{
    for (std::size_t i = 0; i < text.size();) {
        if (!is_word_byte(text[i])) {
            ++i;
            continue;
        }
        std::size_t const begin = i;
        while (i < text.size() && is_word_byte(text[i]))
            ++i;
        if (!std::isdigit(static_cast<unsigned char>(text[begin])))
            visit(text.substr(begin, i - begin), begin, begin ? text[begin - 1] : '\0');
    }
}

class Walk {
public:
    Walk(Tree const& tree, Node within, ScopeMarks const& marks) : tree_(tree), marks_(marks), cursor_(within)
    {
        Scope file;
        file.node = tree.root();
        events_.scopes.push_back(std::move(file));
        levels_.push_back({ 0, nullptr, Node(), 0, false });
    }

    ScopeEvents run()
    {
        for (;;) {
            Level const around = levels_.back();
            Level inside = around;
            inside.is_function = false;
            bool const descend = enter(cursor_.node(), inside);
            if (descend && cursor_.to_first_child()) {
                levels_.push_back(inside);
                continue;
            }
            if (!cursor_.to_next_outside([&] { levels_.pop_back(); }))
                return std::move(events_);
        }
    }

private:
    /// What holds for the children of a node.
    struct Level {
        std::size_t scope = 0;
        Mark const* bind = nullptr; ///< the nearest @bind
        Node bind_node;
        std::size_t bind_scope = 0; ///< the scope that its names belong to
        bool is_function = false;   ///< the node opened a function's scope
        bool in_error = false;
    };

    /// Takes note of `node`; fills what holds beneath it. False: do not look beneath.
    bool enter(Node node, Level& inside)
    {
        if (node.is_error() && !inside.in_error) {
            add_words(node, inside.scope, "the text around it cannot be parsed");
            inside.in_error = true;
        }
        Mark const* const mark = node.is_named() ? marks_.of(node) : nullptr;
        if (!mark)
            return true;
        Level const& around = levels_.back();
        if (mark->has(part::outside) && events_.scopes[inside.scope].parent != no_index)
            inside.scope = events_.scopes[inside.scope].parent;
        if (mark->has(part::bind)) {
            inside.bind = mark;
            inside.bind_node = node;
            inside.bind_scope = inside.scope;
        }
        if (mark->has(part::scope))
            open_scope(node, *mark, around, inside);
        if (mark->has(part::dynamic))
            events_.dynamic_places.push_back({ inside.scope, node.begin(), marks_.property(mark->reason_pattern, "reason") });
        if (mark->has(part::named_argument))
            add_named_argument(node);
        if (mark->has(part::known_type))
            events_.known_types.insert(node.text(tree_.text()));
        if (mark->has(part::tokens)) {
            add_tokens(node, inside.scope);
            return false;
        }
        if (mark->has(part::everywhere)) {
            add_macro_text(node, marks_.property(mark->reason_pattern, "reason"));
            return false;
        }
        if (mark->has(part::uncertain)) {
            std::size_t const first = events_.words.size();
            add_words(node, inside.scope, marks_.property(mark->reason_pattern, "reason"));
            if (marks_.property(mark->reason_pattern, "unless") == "known_type")
                excuse(first, node);
            return false;
        }
        if (mark->has(part::interpolated))
            add_interpolated(node, inside.scope, marks_.property(mark->reason_pattern, "reason"));
        add_name(node, *mark, inside);
        return true;
    }

    void open_scope(Node node, Mark const& mark, Level const& around, Level& inside)
    {
        bool const is_body = mark.scope == ScopeKind::block && around.is_function && cursor_.field_name() == "body"
            && marks_.property(mark.scope_pattern, "body") != "own";
        std::string_view const unless = marks_.property(mark.scope_pattern, "unless_bound_by");
        if (is_body || (!unless.empty() && inside.bind_node.is(unless)))
            return;
        bool const is_function = mark.scope == ScopeKind::function || mark.scope == ScopeKind::closed;
        Scope scope;
        scope.kind = mark.scope;
        scope.node = node;
        scope.parent = inside.scope;
        scope.in_function = is_function || events_.scopes[inside.scope].in_function;
        scope.is_blind_class = marks_.property(mark.scope_pattern, "class") == "blind";
        inside.scope = events_.scopes.size();
        inside.is_function = is_function;
        events_.scopes.push_back(std::move(scope));
    }

    void add_name(Node node, Mark const& mark, Level const& inside)
    {
        if (!mark.has(part::definition | part::name | part::reference | part::write | part::global | part::nonlocal)
            || mark.has(part::ignore))
            return;
        NameEvent event;
        event.node = node;
        event.name = name_of(node);
        event.scope = inside.scope;
        event.is_shorthand = mark.has(part::shorthand);
        event.only_type = mark.has(part::reference) && marks_.property(mark.reference_pattern, "only") == "type";
        if (event.name.empty())
            return;
        if (mark.has(part::global))
            events_.scopes[inside.scope].globals.insert(event.name);
        if (mark.has(part::nonlocal))
            events_.scopes[inside.scope].nonlocals.insert(event.name);
        if (mark.has(part::only_reference)) {
            event.kind = NameEvent::Kind::reference;
        } else if (mark.has(part::definition)) {
            define(event, mark.definition_kind, { mark.definition_pattern, mark.definition_pattern }, node);
        } else if (mark.has(part::name) && inside.bind && inside.bind->bind_kind == "write") {
            event.kind = NameEvent::Kind::write;
        } else if (mark.has(part::name) && inside.bind) {
            event.scope = inside.bind_scope;
            std::string_view const kind = marks_.property(mark.name_pattern, "kind");
            define(event, kind.empty() ? inside.bind->bind_kind : kind, { mark.name_pattern, inside.bind->bind_pattern }, inside.bind_node);
        } else if (mark.has(part::write)) {
            event.kind = NameEvent::Kind::write;
        }
        events_.names.push_back(event);
    }

    void define(NameEvent& event, std::string_view kind, std::array<std::uint32_t, 2> patterns, Node declaration)
    {
        // What the pattern of the name says goes before what the pattern of the declaration says.
        auto const property = [&](std::string_view key) {
            std::string_view const own = marks_.property(patterns[0], key);
            return own.empty() ? marks_.property(patterns[1], key) : own;
        };
        event.kind = NameEvent::Kind::definition;
        event.defined_as = kind;
        event.shadows = property("shadows") == "yes";
        event.reuses = property("reuse") == "yes";
        event.named_by_callers = property("callers") == "name";
        event.may_be_overload = property("overloads") == "yes";
        event.reason = property("reason");
        event.declaration = declaration.begin();
        event.seen_from = event.scope;
        bool const to_function = property("hoist") == "function";
        if (property("hoist") == "file")
            event.scope = 0;
        bool const stays = property("stay") == "yes";
        for (;;) {
            Scope const& scope = events_.scopes[event.scope];
            bool const passes = (to_function && (scope.kind == ScopeKind::block || scope.kind == ScopeKind::comprehension))
                || (scope.kind == ScopeKind::parameters && !stays);
            if (!passes || scope.parent == no_index)
                break;
            event.scope = scope.parent;
        }
        // Outside of functions the order of declarations does not count, or not in a way that a name could be mistaken by.
        std::string_view const visible = property("visible");
        if (events_.scopes[event.scope].in_function) {
            if (visible == "after")
                event.visible_from = declaration.end();
            else if (visible == "here")
                event.visible_from = event.node.end();
        }
    }

    /// Ruby's hash keys are "x:", its symbols ":x".
    std::string_view name_of(Node node) const
    {
        std::string_view name = node.text(tree_.text());
        while (!name.empty() && name.front() == ':')
            name.remove_prefix(1);
        while (!name.empty() && name.back() == ':')
            name.remove_suffix(1);
        return name;
    }

    void add_words(Node node, std::size_t scope, std::string_view reason)
    {
        for_each_word(node.text(tree_.text()), [&](std::string_view word, std::size_t offset, char) {
            events_.words.push_back({ word, node.begin() + offset, scope, reason, {} });
        });
    }

    /// A macro's own parameters are not names of the file.
    void add_macro_text(Node node, std::string_view reason)
    {
        Node const parameters = node.parent().field("parameters");
        std::set<std::string_view> own;
        if (parameters)
            for_each_word(parameters.text(tree_.text()), [&](std::string_view word, std::size_t, char) { own.insert(word); });
        std::size_t const first = events_.words.size();
        add_words(node, no_index, reason);
        auto const begin = events_.words.begin() + static_cast<std::ptrdiff_t>(first);
        events_.words.erase(
            std::remove_if(begin, events_.words.end(), [&](UncertainWord const& w) { return own.contains(w.word); }), events_.words.end());
    }

    /// The words from `first` on stand in a literal of some type: its last name decides.
    void excuse(std::size_t first, Node node)
    {
        Node literal = node;
        for (Node const ancestor : node.ancestors()) {
            literal = ancestor;
            if (ancestor.field("type"))
                break;
        }
        std::string_view type;
        walk(literal.field("type"), [&](Node part) {
            if (part.named_count() == 0)
                type = part.text(tree_.text());
            return !part.is("type_arguments");
        });
        for (std::size_t i = first; i < events_.words.size(); ++i)
            events_.words[i].unless_type = type;
    }

    void add_interpolated(Node node, std::size_t scope, std::string_view reason)
    {
        for_each_word(node.text(tree_.text()), [&](std::string_view word, std::size_t offset, char before) {
            if (before == '$' || before == '{')
                events_.words.push_back({ word, node.begin() + offset, scope, reason, {} });
        });
    }

    void add_named_argument(Node node)
    {
        std::string_view callee;
        for (Node const ancestor : node.ancestors()) {
            if (Node const function = ancestor.field("function")) {
                if (function.named_count() == 0)
                    callee = function.text(tree_.text());
                break;
            }
        }
        events_.named_arguments.push_back({ name_of(node), callee, node.begin() });
    }

    /// The arguments of a macro that is known to evaluate them as expressions. What could bind names of its own is not looked into.
    void add_tokens(Node node, std::size_t scope)
    {
        constexpr std::string_view reason = "a macro's arguments use it in a way that is not known";
        std::vector<Node> leaves;
        bool plain = true;
        Cursor cursor(node);
        do {
            Node const leaf = cursor.node();
            if (leaf.is("string_literal") || leaf.is("raw_string_literal")) {
                add_interpolated(leaf, scope, "a format string names it");
                leaves.push_back(leaf);
                if (!cursor.to_next_outside())
                    break;
                continue;
            }
            if (!cursor.to_first_child()) {
                std::string_view const text = leaf.text(tree_.text());
                bool const nested_macro = text == "!" && !leaves.empty() && leaves.back().is("identifier");
                plain = plain && !nested_macro && text != "|" && text != "let" && text != "fn" && text != "=>" && text != "for";
                leaves.push_back(leaf);
                if (!cursor.to_next_outside())
                    break;
            }
        } while (true);
        for (std::size_t i = 0; i < leaves.size(); ++i) {
            if (!leaves[i].is("identifier"))
                continue;
            auto const text_at = [&](std::size_t index) {
                return index < leaves.size() ? leaves[index].text(tree_.text()) : std::string_view();
            };
            std::string_view const before = i ? text_at(i - 1) : std::string_view();
            std::string_view const after = text_at(i + 1);
            if (before == "." || before == "::" || after == "::")
                continue;
            std::string_view const word = text_at(i);
            if (!plain || after == "=" || after == ":") {
                events_.words.push_back({ word, leaves[i].begin(), scope, reason, {} });
                continue;
            }
            NameEvent event;
            event.node = leaves[i];
            event.name = word;
            event.scope = scope;
            events_.names.push_back(event);
        }
    }

    Tree const& tree_;
    ScopeMarks const& marks_;
    Cursor cursor_;
    ScopeEvents events_;
    std::vector<Level> levels_;
};

}

ScopeEvents collect_scope_events(Tree const& tree, Node within, ScopeMarks const& marks) { return Walk(tree, within, marks).run(); }

}
