#include "builtin/fix.h"

#include "builtin/phrase.h"
#include "builtin/traverse.h"
#include "builtin/vocabulary.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::builtin {

namespace {

/// How tools say that an import is not used. The name is quoted, or the last word.
constexpr std::string_view unused_import_codes[] = { "F401", "W0611", "unused-import", "unused-includes", "unused_imports",
    "reportUnusedImport", "6133", "6192", "no-unused-vars", "@typescript-eslint/no-unused-vars", "UnusedImport", "CS8019", "IDE0005",
    "unusedimport", "UnusedImport" };
constexpr std::string_view unused_import_words[] = { "imported but unused", "imported and not used", "imported but not used",
    "nused import", "is not used directly", "never read", "never used", "not accessed", "All imports in import declaration",
    "Unnecessary using" };

bool says_unused(Diagnostic const& diagnostic)
{
    auto const is_code = [&](std::string_view known) { return diagnostic.code == known; };
    auto const is_said = [&](std::string_view words) { return contains(diagnostic.message, words); };
    return std::any_of(std::begin(unused_import_codes), std::end(unused_import_codes), is_code)
        || std::any_of(std::begin(unused_import_words), std::end(unused_import_words), is_said);
}

/// The import statement around `offset`.
syntax::Node import_around(Source const& source, std::size_t offset, Vocabulary const& vocabulary)
{
    syntax::Node node = node_covering(source.tree->root(), { offset, offset });
    for (int i = 0; i < 12 && node; ++i, node = node.parent()) {
        if (vocabulary.kind(node) == Kind::import)
            return node;
    }
    // A finding may stand at the line's begin while the node begins later.
    std::size_t const line = source.lines.line_at(offset);
    std::string_view const content = source.lines.line(*source.text, line);
    auto const first = content.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    node = node_covering(source.tree->root(), { source.lines.start(line) + first, source.lines.start(line) + first + 1 });
    for (int i = 0; i < 12 && node; ++i, node = node.parent()) {
        if (vocabulary.kind(node) == Kind::import)
            return node;
    }
    return {};
}

/// The nodes that each bring one name in.
std::vector<syntax::Node> imported_names(syntax::Node import)
{
    std::vector<syntax::Node> names;
    traverse(import, [&](syntax::Node node) {
        bool const is_python = import.is_any({ "import_statement", "import_from_statement" }) && node.parent() == import
            && node != import.field("module_name") && node.is_any({ "dotted_name", "aliased_import" });
        if (is_python || node.is_any({ "import_specifier", "import_spec" })) {
            names.push_back(node);
            return false;
        }
        return true;
    });
    return names;
}

/// What the finding calls it: the last quoted part or word.
std::string named_in(Diagnostic const& diagnostic)
{
    auto const parts = quoted_parts(diagnostic.message);
    if (!parts.empty())
        return parts.front();
    std::string_view const words = support::trim(diagnostic.message);
    auto const space = words.rfind(' ');
    return std::string(space == std::string_view::npos ? words : words.substr(space + 1));
}

/// What a name node brings in: "path" of "os.path", "p" of "path as p", "\"os\"" of a Go import.
bool brings_in(syntax::Node name, std::string_view wanted, std::string_view source)
{
    std::string_view const text = name.text(source);
    if (text == wanted || text == fmt::format("\"{}\"", wanted) || (wanted.size() > 1 && text == wanted.substr(0, wanted.size())))
        return true;
    for (std::string_view const field : { "alias", "name" }) {
        if (syntax::Node const part = name.field(field); part && part.text(source) == wanted)
            return true;
    }
    // "os.path.join" for `from os.path import join`.
    return wanted.ends_with(fmt::format(".{}", text)) || wanted.starts_with(fmt::format("{} as ", text));
}

Correction without_lines(Source const& source, ByteRange range, std::string reason)
{
    return { { { whole_lines(source, range), "" } }, std::move(reason) };
}

/// A name of several, with the comma that goes with it.
ByteRange with_comma(std::string_view text, ByteRange name)
{
    std::size_t end = name.end;
    while (end < text.size() && (text[end] == ' ' || text[end] == '\t'))
        ++end;
    if (end < text.size() && text[end] == ',') {
        ++end;
        while (end < text.size() && (text[end] == ' ' || text[end] == '\t'))
            ++end;
        // A name on a line of its own takes the line with it.
        std::size_t begin = name.begin;
        while (begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '\t'))
            --begin;
        if (begin > 0 && text[begin - 1] == '\n' && end < text.size() && text[end] == '\n')
            return { begin, end + 1 };
        return { name.begin, end };
    }
    std::size_t begin = name.begin;
    while (begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '\t' || text[begin - 1] == '\n'))
        --begin;
    return begin > 0 && text[begin - 1] == ',' ? ByteRange { begin - 1, name.end } : name;
}

/// Nothing else may stand on the lines that go.
bool stands_alone(Source const& source, ByteRange range)
{
    ByteRange const lines = whole_lines(source, range);
    std::string_view const text = *source.text;
    std::string_view const before = support::trim(text.substr(lines.begin, range.begin - lines.begin));
    std::string_view const after = support::trim(text.substr(range.end, lines.end - range.end));
    return before.empty() && (after.empty() || after == ";" || after.starts_with("//") || after.starts_with("#"));
}

std::optional<Correction> unused_import(Source const& source, Diagnostic const& diagnostic)
{
    if (!says_unused(diagnostic) || !source.tree)
        return std::nullopt;
    Vocabulary const vocabulary(*source.language);
    ByteRange const range = range_of(source, diagnostic);
    syntax::Node const import = import_around(source, range.begin, vocabulary);
    if (!import)
        return std::nullopt;
    std::string const wanted = named_in(diagnostic);
    std::string const reason = fmt::format("nothing uses {}", code(one_line(import.text(*source.text)), 60));
    // The whole of it, or the one name of several.
    auto const names = imported_names(import);
    bool const is_go_list = import.is("import_declaration") && import.named_child(0).is("import_spec_list");
    bool const is_all = contains(diagnostic.message, "All imports");
    // A default or a namespace import beside a list: which one is meant is not plain.
    bool const is_mixed = import.is("import_statement") && contains(import.text(*source.text), "{")
        && contains(import.text(*source.text).substr(0, import.text(*source.text).find('{')), ",");
    if (is_mixed && !is_all)
        return std::nullopt;
    if (is_all || (names.size() <= 1 && !is_go_list)) {
        if (!stands_alone(source, import.range()))
            return std::nullopt;
        return without_lines(
            source, import.is("preproc_include") ? source.lines.range(source.lines.line_at(import.begin())) : import.range(), reason);
    }
    std::vector<syntax::Node> meant;
    for (syntax::Node const name : names) {
        if (brings_in(name, wanted, *source.text))
            meant.push_back(name);
    }
    if (meant.size() > 1)
        std::erase_if(meant, [&](syntax::Node name) { return !name.range().contains(range.begin); });
    if (meant.size() != 1)
        return std::nullopt;
    std::string const name_reason = fmt::format("nothing uses {}", code(meant[0].text(*source.text), 60));
    if (is_go_list)
        return stands_alone(source, meant[0].range()) ? std::optional(without_lines(source, meant[0].range(), name_reason)) : std::nullopt;
    return Correction { { { with_comma(*source.text, meant[0].range()), "" } }, name_reason };
}

/// Whether dropping the expression drops nothing that happens.
bool is_harmless(syntax::Node value, Vocabulary const& vocabulary)
{
    bool harmless = true;
    traverse(value, [&](syntax::Node node) {
        Kind const kind = vocabulary.kind(node);
        bool const acts = kind == Kind::call || kind == Kind::creation || kind == Kind::assignment || kind == Kind::update
            || kind == Kind::jump_yield
            || node.is_any({ "await", "await_expression", "co_await_expression", "subscript", "subscript_expression", "attribute",
                "member_expression", "field_expression", "unary_expression", "pointer_expression", "binary_operator", "binary_expression",
                "list_comprehension" });
        harmless = harmless && !acts;
        return harmless;
    });
    return harmless;
}

/// An unused local whose value is a literal or a name. In C++ a constructor may do something, so only built-in types.
std::optional<Correction> unused_variable(Source const& source, Diagnostic const& diagnostic)
{
    bool const is_said = diagnostic.code == "F841" || diagnostic.code == "-Wunused-variable" || diagnostic.code == "unused-variable"
        || contains(diagnostic.message, "nused variable") || contains(diagnostic.message, "assigned to but never used");
    if (!is_said || !source.tree)
        return std::nullopt;
    Vocabulary const vocabulary(*source.language);
    ByteRange const name = identifier_at(*source.text, range_of(source, diagnostic).begin);
    syntax::Node node = node_covering(source.tree->root(), name);
    for (int i = 0; i < 6 && node && vocabulary.kind(node) != Kind::declaration && !node.is("expression_statement"); ++i)
        node = node.parent();
    if (!node || !node.is_any({ "declaration", "lexical_declaration", "variable_declaration", "expression_statement" })
        || !stands_alone(source, node.range()))
        return std::nullopt;
    // Python wants a statement in every block.
    if (node.parent().is("block") && node.parent().named_count() == 1)
        return std::nullopt;
    std::string_view const text = node.text(*source.text);
    bool const is_cpp = source.language->name == "cpp" || source.language->name == "c";
    if (is_cpp && !node.field("type").is_any({ "primitive_type", "sized_type_specifier" }))
        return std::nullopt;
    if (is_cpp && contains(text, ","))
        return std::nullopt;
    syntax::Node const statement = node.is("expression_statement") ? node.named_child(0) : node;
    if (node.is("expression_statement") && (!statement.is("assignment") || !statement.field("left").is("identifier")))
        return std::nullopt;
    syntax::Node value = statement.field("right");
    if (!value) {
        std::size_t declarators = 0;
        for (syntax::Node const child : statement.named_children()) {
            if (!child.type().ends_with("declarator"))
                continue;
            ++declarators;
            value = child.field("value");
        }
        if (declarators > 1)
            return std::nullopt;
    }
    if (value && !is_harmless(value, vocabulary))
        return std::nullopt;
    return without_lines(
        source, node.range(), fmt::format("nothing uses {}", code(std::string_view(*source.text).substr(name.begin, name.size()))));
}

constexpr FixRule rules[] = {
    { "unused_import", &unused_import },
    { "unused_variable", &unused_variable },
};

}

std::span<FixRule const> unused_rules() { return rules; }

}
