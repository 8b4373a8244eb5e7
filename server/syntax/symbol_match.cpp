#include "syntax/symbol_match.h"

#include <algorithm>
#include <array>
#include <utility>

namespace countersign::syntax {

namespace {

constexpr std::pair<std::string_view, SymbolKind> kinds[] = {
    { "function", SymbolKind::function },
    { "method", SymbolKind::method },
    { "class", SymbolKind::type_class },
    { "struct", SymbolKind::type_struct },
    { "interface", SymbolKind::interface },
    { "enum", SymbolKind::enumeration },
    { "module", SymbolKind::module },
    { "type", SymbolKind::type_alias },
    { "constant", SymbolKind::constant },
    { "variable", SymbolKind::variable },
    { "macro", SymbolKind::macro },
};

/// The core of a C declarator: `(*f(int))(double)` has the name f and the parameters (int).
struct Declared {
    ByteRange name;
    Node parameters; ///< null unless the name is a function's
};

std::optional<Declared> core_of(Node declarator)
{
    Node function; // the function_declarator around the current node with nothing but parentheses between
    std::size_t const begin_of_qualified = declarator ? declarator.begin() : 0;
    std::size_t name_begin = begin_of_qualified;
    bool qualified = false;
    for (Node node = declarator; node;) {
        if (node.is("operator_cast")) {
            // A conversion has no name of its own: what stands before its parameters is called so.
            Node const tail = node.field("declarator");
            std::size_t const begin = qualified ? name_begin : node.begin();
            return tail ? std::optional(Declared { { begin, tail.begin() }, tail.field("parameters") }) : std::nullopt;
        }
        if (node.is("qualified_identifier")) {
            if (!qualified)
                name_begin = node.begin();
            qualified = true;
            Node const inner = node.field("name");
            if (inner.is_any({ "qualified_identifier", "operator_cast" })) {
                node = inner;
                continue;
            }
            return Declared { { name_begin, node.end() }, function.field("parameters") };
        }
        if (node.is("function_declarator"))
            function = node;
        else if (!node.is("parenthesized_declarator") && (node.field("declarator") || node.is("reference_declarator")))
            function = Node();
        Node inner = node.field("declarator");
        if (!inner && node.is_any({ "reference_declarator", "parenthesized_declarator", "attributed_declarator" })) {
            for (Node const child : node.named_children()) {
                if (child.type().ends_with("declarator") || child.type().ends_with("identifier"))
                    inner = child;
            }
        }
        if (!inner) {
            bool const is_name = node.type().ends_with("identifier")
                || node.is_any({ "operator_name", "destructor_name", "template_function", "template_method" });
            return is_name ? std::optional(Declared { node.range(), function ? function.field("parameters") : Node() }) : std::nullopt;
        }
        node = inner;
    }
    return std::nullopt;
}

ByteRange range_of(Node node) { return node ? node.range() : ByteRange {}; }

/// What stands in for `field` when the pattern did not capture it.
ByteRange field_or(ByteRange captured, Node node, std::string_view field) { return captured.end ? captured : range_of(node.field(field)); }

}

void find_definitions(Tree const& tree, Node node, Query::Reach reach, std::function<void(Definition&&)> const& visit)
{
    Query const& query = tree.language().outline();
    std::vector<std::string> const& names = query.capture_names();
    query.run(node, tree.text(), reach, [&](Query::Match const& match) {
        Definition definition;
        Node declarator;
        for (auto const& [name_id, captured] : match.captures) {
            std::string_view const name = names[name_id];
            auto const kind = std::find_if(std::begin(kinds), std::end(kinds), [&](auto const& known) { return known.first == name; });
            if (kind != std::end(kinds)) {
                definition.node = captured;
                definition.kind = kind->second;
            } else if (name == "opaque") {
                definition.node = captured;
            } else if (name == "name") {
                definition.name_range = captured.range();
            } else if (name == "declarator") {
                declarator = captured;
            } else if (name == "body") {
                definition.body = captured.range();
            } else if (name == "parameters") {
                definition.parameters = captured.range();
            } else if (name == "doc") {
                definition.doc = captured.range();
            } else if (name == "container") {
                definition.container = captured.text(tree.text());
            }
        }
        if (!definition.node)
            return;
        if (declarator) {
            auto const declared = core_of(declarator);
            if (!declared)
                return;
            definition.name_range = declared->name;
            definition.parameters = range_of(declared->parameters);
            if (declared->parameters && definition.kind == SymbolKind::variable)
                definition.kind = SymbolKind::function;
        }
        definition.body = field_or(definition.body, definition.node, "body");
        definition.parameters = field_or(definition.parameters, definition.node, "parameters");
        definition.name = support::trim(std::string_view(tree.text()).substr(definition.name_range.begin, definition.name_range.size()));
        definition.name_range.end = definition.name_range.begin + definition.name.size();
        if (definition.kind && definition.name.empty())
            return; // a MISSING name
        visit(std::move(definition));
    });
}

bool merge(Definition& into, Definition const& other)
{
    if (!(into.node == other.node) || !(into.name_range == other.name_range))
        return false;
    auto const take = [](ByteRange& mine, ByteRange const& theirs) {
        if (mine.end == 0)
            mine = theirs;
    };
    take(into.body, other.body);
    take(into.parameters, other.parameters);
    take(into.doc, other.doc);
    if (into.container.empty())
        into.container = other.container;
    return true;
}

bool wraps(Language const& language, Node wrapper, Node inner)
{
    if (!is_one_of(language.wrappers, wrapper))
        return false;
    // The wrapper of several definitions ("const a = 1, b = 2") belongs to none of them.
    Cursor cursor(wrapper);
    if (!cursor.to_first_child())
        return false;
    do {
        Node const child = cursor.node();
        bool const counts = child.is_named() && !language.is_comment(child.type()) && !is_one_of(language.leading, child);
        if (counts && !(child == inner))
            return false;
    } while (cursor.to_next_sibling());
    return true;
}

bool is_one_of(std::vector<std::string> const& types, Node node)
{
    return std::find(types.begin(), types.end(), node.type()) != types.end();
}

std::size_t head_of(Language const& language, Node node)
{
    Cursor cursor(node);
    if (!cursor.to_first_child())
        return node.begin();
    do {
        std::string_view const type = cursor.node().type();
        if (type != "decorator" && type != "attribute_list" && !language.is_comment(type))
            return cursor.node().begin();
    } while (cursor.to_next_sibling());
    return node.begin();
}

ByteRange doc_above(std::string_view text, std::vector<Node> const& run, std::size_t begin)
{
    auto const line_feeds = [&](std::size_t from, std::size_t to) {
        return std::count(text.begin() + static_cast<std::ptrdiff_t>(from), text.begin() + static_cast<std::ptrdiff_t>(to), '\n');
    };
    auto const alone_on_its_line = [&](std::size_t offset) {
        std::size_t const before = text.substr(0, offset).find_last_not_of(" \t\r\f");
        return before == std::string_view::npos || text[before] == '\n';
    };
    ByteRange doc;
    std::size_t below = begin;
    for (auto comment = run.rbegin(); comment != run.rend(); ++comment) {
        // Some grammars count the line feed behind a line comment to it.
        std::string_view const content = support::trim_end(comment->text(text));
        ByteRange const range { comment->begin(), comment->begin() + content.size() };
        if (range.end > below || line_feeds(range.end, below) > 1 || !alone_on_its_line(range.begin) || content.starts_with("#!"))
            break;
        doc = { range.begin, doc.end ? doc.end : range.end };
        below = range.begin;
    }
    return doc;
}

}
