#include "builtin/vocabulary.h"

#include "builtin/phrase.h"

#include <algorithm>
#include <span>

namespace countersign::builtin {

namespace {

struct Entry {
    std::string_view type;
    Kind kind;
};

constexpr Entry common[] = {
    { "if_statement", Kind::branch },
    { "if_expression", Kind::branch },
    { "if", Kind::branch },
    { "unless", Kind::branch },
    { "if_modifier", Kind::branch },
    { "unless_modifier", Kind::branch },
    { "elif_clause", Kind::else_if },
    { "elsif", Kind::else_if },
    { "else_clause", Kind::else_clause },
    { "else", Kind::else_clause },
    { "conditional_expression", Kind::ternary },
    { "ternary_expression", Kind::ternary },
    { "conditional", Kind::ternary },
    { "while_statement", Kind::loop },
    { "while_expression", Kind::loop },
    { "for_statement", Kind::loop },
    { "for_expression", Kind::loop },
    { "for_in_statement", Kind::loop },
    { "for_range_loop", Kind::loop },
    { "enhanced_for_statement", Kind::loop },
    { "foreach_statement", Kind::loop },
    { "loop_expression", Kind::loop },
    { "c_style_for_statement", Kind::loop },
    { "while", Kind::loop },
    { "until", Kind::loop },
    { "for", Kind::loop },
    { "while_modifier", Kind::loop },
    { "until_modifier", Kind::loop },
    { "for_in_clause", Kind::loop },
    { "do_statement", Kind::do_loop },
    { "switch_statement", Kind::switch_block },
    { "switch_expression", Kind::switch_block },
    { "expression_switch_statement", Kind::switch_block },
    { "type_switch_statement", Kind::switch_block },
    { "select_statement", Kind::switch_block },
    { "match_statement", Kind::switch_block },
    { "match_expression", Kind::switch_block },
    { "case", Kind::switch_block },
    { "case_match", Kind::switch_block },
    { "case_statement", Kind::switch_case },
    { "switch_case", Kind::switch_case },
    { "case_clause", Kind::switch_case },
    { "expression_case", Kind::switch_case },
    { "type_case", Kind::switch_case },
    { "communication_case", Kind::switch_case },
    { "switch_section", Kind::switch_case },
    { "switch_expression_arm", Kind::switch_case },
    { "switch_block_statement_group", Kind::switch_case },
    { "switch_rule", Kind::switch_case },
    { "match_arm", Kind::switch_case },
    { "case_item", Kind::switch_case },
    { "when", Kind::switch_case },
    { "in_clause", Kind::switch_case },
    { "switch_default", Kind::switch_default },
    { "default_case", Kind::switch_default },
    { "try_statement", Kind::try_block },
    { "try_with_resources_statement", Kind::try_block },
    { "begin", Kind::try_block },
    { "catch_clause", Kind::catch_clause },
    { "except_clause", Kind::catch_clause },
    { "except_group_clause", Kind::catch_clause },
    { "rescue", Kind::catch_clause },
    { "rescue_modifier", Kind::catch_clause },
    { "finally_clause", Kind::finally_clause },
    { "ensure", Kind::finally_clause },
    { "return_statement", Kind::jump_return },
    { "co_return_statement", Kind::jump_return },
    { "return_expression", Kind::jump_return },
    { "return", Kind::jump_return },
    { "throw_statement", Kind::jump_throw },
    { "throw_expression", Kind::jump_throw },
    { "raise_statement", Kind::jump_throw },
    { "break_statement", Kind::jump_break },
    { "break_expression", Kind::jump_break },
    { "break", Kind::jump_break },
    { "continue_statement", Kind::jump_continue },
    { "continue_expression", Kind::jump_continue },
    { "next", Kind::jump_continue },
    { "goto_statement", Kind::jump_goto },
    { "redo", Kind::jump_goto },
    { "retry", Kind::jump_goto },
    { "yield", Kind::jump_yield },
    { "yield_statement", Kind::jump_yield },
    { "yield_expression", Kind::jump_yield },
    { "co_yield_statement", Kind::jump_yield },
    { "defer_statement", Kind::deferred },
    { "binary_expression", Kind::logical },
    { "boolean_operator", Kind::logical },
    { "binary", Kind::logical },
    { "list", Kind::other },
    { "lambda_expression", Kind::function },
    { "lambda", Kind::function },
    { "closure_expression", Kind::function },
    { "arrow_function", Kind::function },
    { "function_expression", Kind::function },
    { "generator_function", Kind::function },
    { "function_declaration", Kind::function },
    { "generator_function_declaration", Kind::function },
    { "function_definition", Kind::function },
    { "function_item", Kind::function },
    { "func_literal", Kind::function },
    { "method_definition", Kind::function },
    { "method_declaration", Kind::function },
    { "constructor_declaration", Kind::function },
    { "local_function_statement", Kind::function },
    { "anonymous_method_expression", Kind::function },
    { "method", Kind::function },
    { "singleton_method", Kind::function },
    { "do_block", Kind::function },
    { "call_expression", Kind::call },
    { "call", Kind::call },
    { "method_invocation", Kind::call },
    { "invocation_expression", Kind::call },
    { "macro_invocation", Kind::call },
    { "command", Kind::call },
    { "explicit_constructor_invocation", Kind::call },
    { "new_expression", Kind::creation },
    { "object_creation_expression", Kind::creation },
    { "array_creation_expression", Kind::creation },
    { "implicit_object_creation_expression", Kind::creation },
    { "delete_expression", Kind::deletion },
    { "delete_statement", Kind::deletion },
    { "assignment_expression", Kind::assignment },
    { "assignment_statement", Kind::assignment },
    { "assignment", Kind::assignment },
    { "variable_assignment", Kind::assignment },
    { "augmented_assignment_expression", Kind::update },
    { "augmented_assignment", Kind::update },
    { "compound_assignment_expr", Kind::update },
    { "operator_assignment", Kind::update },
    { "update_expression", Kind::update },
    { "inc_statement", Kind::update },
    { "dec_statement", Kind::update },
    { "postfix_unary_expression", Kind::update },
    { "declaration", Kind::declaration },
    { "lexical_declaration", Kind::declaration },
    { "variable_declaration", Kind::declaration },
    { "local_declaration_statement", Kind::declaration },
    { "local_variable_declaration", Kind::declaration },
    { "short_var_declaration", Kind::declaration },
    { "var_declaration", Kind::declaration },
    { "const_declaration", Kind::declaration },
    { "let_declaration", Kind::declaration },
    { "declaration_command", Kind::declaration },
    { "comment", Kind::comment },
    { "line_comment", Kind::comment },
    { "block_comment", Kind::comment },
    { "html_comment", Kind::comment },
    { "preproc_include", Kind::import },
    { "import_statement", Kind::import },
    { "import_from_statement", Kind::import },
    { "future_import_statement", Kind::import },
    { "import_declaration", Kind::import },
    { "use_declaration", Kind::import },
    { "extern_crate_declaration", Kind::import },
    { "using_directive", Kind::import },
    { "package_declaration", Kind::import },
    { "expression_statement", Kind::wrapper },
    { "labeled_statement", Kind::wrapper },
    { "compound_statement", Kind::wrapper },
    { "statement_block", Kind::wrapper },
    { "block", Kind::wrapper },
    { "statement_list", Kind::wrapper },
    { "then", Kind::wrapper },
    { "do", Kind::wrapper },
    { "do_group", Kind::wrapper },
    { "body_statement", Kind::wrapper },
    { "constructor_body", Kind::wrapper },
    { "unsafe_block", Kind::wrapper },
    { "unsafe_statement", Kind::wrapper },
    { "synchronized_statement", Kind::wrapper },
    { "using_statement", Kind::wrapper },
    { "lock_statement", Kind::wrapper },
    { "with_statement", Kind::wrapper },
    { "global_statement", Kind::wrapper },
    { "preproc_if", Kind::wrapper },
    { "preproc_ifdef", Kind::wrapper },
    { "preproc_else", Kind::wrapper },
    { "preproc_elif", Kind::wrapper },
};

struct Exception {
    std::string_view language;
    Entry entry;
};

/// What one grammar uses a common name for, differently.
constexpr Exception exceptions[] = {
    { "bash", { "case_statement", Kind::switch_block } },
    { "bash", { "list", Kind::logical } },
    { "bash", { "unary_expression", Kind::other } },
    { "rust", { "block", Kind::wrapper } },
    { "rust", { "call", Kind::other } },
    { "ruby", { "block", Kind::function } },
    { "python", { "comment", Kind::comment } },
};

/// Grammars write patterns for everything differently.
bool is_catch_all(std::string_view pattern) { return pattern == "_" || pattern == "*" || pattern.starts_with("default"); }

syntax::Node first_field(syntax::Node node, std::initializer_list<std::string_view> names)
{
    for (std::string_view const name : names) {
        if (syntax::Node const child = node.field(name))
            return child;
    }
    return {};
}

}

Vocabulary::Vocabulary(syntax::Language const& language) : language_(language.name)
{
    std::vector<Entry> entries(std::begin(common), std::end(common));
    for (Exception const& exception : exceptions) {
        if (exception.language == language_)
            entries.push_back(exception.entry);
    }
    // Of two entries for a type the later one holds.
    std::stable_sort(entries.begin(), entries.end(), [](Entry const& a, Entry const& b) { return a.type < b.type; });
    std::uint32_t const count = ts_language_symbol_count(language.grammar);
    kinds_.assign(count, Kind::other);
    for (std::uint32_t symbol = 0; symbol < count; ++symbol) {
        if (ts_language_symbol_type(language.grammar, static_cast<TSSymbol>(symbol)) != TSSymbolTypeRegular)
            continue;
        std::string_view const name = ts_language_symbol_name(language.grammar, static_cast<TSSymbol>(symbol));
        auto const past = std::upper_bound(
            entries.begin(), entries.end(), name, [](std::string_view key, Entry const& entry) { return key < entry.type; });
        if (past != entries.begin() && std::prev(past)->type == name)
            kinds_[symbol] = std::prev(past)->kind;
    }
}

Kind Vocabulary::kind(syntax::Node node) const
{
    if (!node)
        return Kind::other;
    TSSymbol const symbol = ts_node_symbol(node.raw());
    return symbol < kinds_.size() ? kinds_[symbol] : Kind::other;
}

std::string_view logical_operator(syntax::Node node, std::string_view source)
{
    for (syntax::Node const child : node.children()) {
        if (child.is_named())
            continue;
        std::string_view const text = child.text(source);
        if (text == "&&" || text == "and")
            return "&&";
        if (text == "||" || text == "or")
            return "||";
        if (text == "??")
            return "??";
    }
    return {};
}

syntax::Node condition_of(syntax::Node node)
{
    if (syntax::Node const condition = node.field("condition"))
        return condition;
    for (syntax::Node const child : node.named_children()) {
        if (child.is_any({ "for_clause" }))
            return child.field("condition");
        // Go's `for cond {}` and Python's `a if cond else b` have no field for it.
        if (node.is("for_statement") && !child.is_any({ "block", "range_clause" }) && !node.field("left") && !node.field("initializer"))
            return child;
    }
    // Bash's elif holds its condition first.
    if (node.is("elif_clause"))
        return node.named_child(0);
    if (node.is("conditional_expression") && node.named_count() == 3)
        return node.named_child(1);
    return {};
}

syntax::Node body_of(syntax::Node node) { return first_field(node, { "consequence", "body" }); }

std::vector<syntax::Node> alternatives_of(syntax::Node node, Vocabulary const& vocabulary)
{
    std::vector<syntax::Node> found;
    TSTreeCursor cursor = ts_tree_cursor_new(node.raw());
    if (ts_tree_cursor_goto_first_child(&cursor)) {
        do {
            syntax::Node const child(ts_tree_cursor_current_node(&cursor));
            char const* field = ts_tree_cursor_current_field_name(&cursor);
            Kind const kind = vocabulary.kind(child);
            bool const is_alternative = field && std::string_view(field) == "alternative";
            if (child.is_named() && (is_alternative || kind == Kind::else_if || kind == Kind::else_clause))
                found.push_back(child);
        } while (ts_tree_cursor_goto_next_sibling(&cursor));
    }
    ts_tree_cursor_delete(&cursor);
    return found;
}

bool is_default_case(syntax::Node node, Vocabulary const& vocabulary, std::string_view source)
{
    if (vocabulary.kind(node) == Kind::switch_default || vocabulary.kind(node) == Kind::else_clause)
        return true;
    return is_catch_all(case_label(node, source));
}

std::string case_label(syntax::Node node, std::string_view source)
{
    // A match arm's value is what it gives.
    if (syntax::Node const pattern = node.field("pattern"); pattern && node.is("match_arm"))
        return one_line(pattern.text(source), 48);
    // Ruby's when may have several.
    if (syntax::Node const body = node.field("body"); body && node.is("when") && node.named_count() > 1) {
        std::size_t const begin = node.named_child(0).begin();
        return one_line(support::trim(source.substr(begin, body.begin() - begin)), 48);
    }
    if (syntax::Node const value = first_field(node, { "value", "pattern", "type", "communication" }))
        return one_line(value.text(source), 48);
    std::string_view const text = node.text(source);
    if (text.starts_with("default") || text.starts_with("else"))
        return "default";
    syntax::Node const first = node.named_child(0);
    if (!first)
        return {};
    std::string_view label = first.text(source);
    if (label.starts_with("default"))
        return "default";
    if (label.starts_with("case "))
        label.remove_prefix(5);
    return one_line(label, 48);
}

std::string callee_of(syntax::Node node, std::string_view source)
{
    syntax::Node callee = first_field(node, { "function", "macro", "method", "constructor", "type", "constructor" });
    if (node.is("method_invocation") || node.is("command"))
        callee = node.field("name");
    if (!callee)
        return {};
    std::string name(callee.text(source));
    syntax::Node const receiver = first_field(node, { "object", "receiver" });
    if (receiver && receiver.end() <= callee.begin())
        name = std::string(receiver.text(source)) + "." + name;
    bool const is_plain = std::all_of(
        name.begin(), name.end(), [](char c) { return is_identifier_byte(c) || contains(".:<>!?@$->", std::string_view(&c, 1)); });
    return is_plain && name.size() <= 80 ? name : std::string();
}

syntax::Node node_covering(syntax::Node root, ByteRange range)
{
    return syntax::Node(ts_node_named_descendant_for_byte_range(
        root.raw(), static_cast<std::uint32_t>(range.begin), static_cast<std::uint32_t>(range.end)));
}

std::string_view without_parentheses(std::string_view text)
{
    text = support::trim(text);
    // Nobody writes more than a few pairs; a hostile text may.
    for (int layer = 0; layer < 4 && text.size() >= 2 && text.front() == '(' && text.back() == ')'; ++layer) {
        int depth = 0;
        for (std::size_t i = 0; i + 1 < text.size(); ++i) {
            depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
            if (depth == 0)
                return text;
        }
        text = support::trim(text.substr(1, text.size() - 2));
    }
    return text;
}

}
