#include "refactor/condition.h"

#include "refactor/integers.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace countersign::refactor {

using syntax::Node;

namespace {

struct Opposite {
    std::string_view one, other;
};

constexpr std::array opposites {
    Opposite { "==", "!=" },
    Opposite { "===", "!==" },
    Opposite { "is", "is not" },
    Opposite { "in", "not in" },
    Opposite { "=~", "!~" },
};
constexpr std::array orderings { Opposite { "<", ">=" }, Opposite { ">", "<=" } };

template<typename Table>
std::string_view opposite_of(Table const& table, std::string_view name)
{
    for (Opposite const& pair : table) {
        if (name == pair.one)
            return pair.other;
        if (name == pair.other)
            return pair.one;
    }
    return {};
}

bool is_binary(Node node)
{
    return node.is_any({ "binary_expression", "comparison_operator", "boolean_operator", "binary_operator", "binary" });
}

/// Only Python has `not in` and `is not`.
bool may_flip(Grammar const& grammar, std::string_view sign)
{
    return grammar.language == "python" || sign.find_first_of("in") == std::string_view::npos;
}

bool has_bare_arguments(Node node)
{
    Node const arguments = node.field("arguments");
    return arguments && !arguments.children().empty() && !arguments.children().front().is("(");
}

/// Whether parentheses around a whole condition may be taken off: they may hold it together over a line break, and in Go and Rust keep
/// the braces of a literal from being read as the block. Where the syntax puts its own around a condition, they never do.
bool may_lose_parentheses(Grammar const& grammar, std::string_view inside)
{
    if (grammar.shape == Shape::braces && !listed("go rust", grammar.language))
        return true;
    return inside.find_first_of("\r\n{") == std::string_view::npos;
}

/// A pattern with named groups to the left of =~ sets variables of those names; !~ does not.
bool sets_names(Grammar const& grammar, Node left) { return grammar.language == "ruby" && left.is("regex"); }

/// Whether Ruby's && may stand beside the operand as it is: a call without parentheses would take it for its argument's.
bool is_tight_in_ruby(Grammar const& grammar, std::string_view text, Node operand)
{
    if (operand.is_any({ "unary", "binary" })) {
        constexpr std::string_view tight = "== != === =~ !~ < > <= >= <=> + - * / % ** & | ^ << >> && ! -";
        Node const sign = operand.field("operator");
        if (!sign || !listed(tight, sign.text(text)))
            return false;
        for (Node inner : operand.named_children()) {
            if (!is_tight_in_ruby(grammar, text, inner))
                return false;
        }
        return true;
    }
    bool const is_plain = is_a(operand, grammar.primaries) || is_a(operand, grammar.literals)
        || operand.is_any({ "array", "hash", "scope_resolution", "subarray", "regex" });
    return is_plain && !has_bare_arguments(operand);
}

std::string negated_by_prefix(Grammar const& grammar, std::string_view text, Node condition)
{
    std::string_view const written = condition.text(text);
    bool const bare = grammar.language == "bash" || (is_a(condition, grammar.primaries) && !has_bare_arguments(condition));
    return bare ? fmt::format("{}{}", grammar.not_prefix, written) : fmt::format("{}({})", grammar.not_prefix, written);
}

}

std::string_view operator_of(std::string_view text, Node node)
{
    if (!is_binary(node))
        return {};
    if (Node const sign = node.field("operator"))
        return sign.text(text);
    if (Node const signs = node.field("operators"))
        return signs.text(text);
    return {};
}

std::pair<Node, Node> operands_of(Node node)
{
    if (!is_binary(node))
        return {};
    std::vector<Node> operands;
    for (Node child : node.named_children()) {
        if (is_comment(child))
            return {};
        operands.push_back(child);
    }
    return operands.size() == 2 ? std::pair { operands[0], operands[1] } : std::pair<Node, Node> {};
}

Node operand_of_not(Grammar const& grammar, Node node)
{
    if (!node.is_any({ "unary_expression", "not_operator", "prefix_unary_expression", "unary", "negated_command" }))
        return {};
    Node operand;
    bool is_not = false;
    for (Node child : node.children()) {
        if (!child.is_named() && listed(grammar.not_operators, child.type()))
            is_not = true;
        else if (is_comment(child) || operand)
            return {};
        else if (child.is_named())
            operand = child;
    }
    return is_not ? operand : Node {};
}

Result<std::string> negated(Grammar const& grammar, std::string_view text, Node condition, std::vector<Node> const& path)
{
    if (grammar.language == "ruby" && condition.is_any({ "range", "regex" }))
        return fail(ErrorCode::denied, "a range or a bare pattern as a condition has a meaning of its own in Ruby");
    if (grammar.language == "bash" && !condition.is_any({ "command", "test_command", "negated_command", "compound_statement", "pipeline" }))
        return fail(ErrorCode::denied, "the condition is a list of commands");
    if (Node const operand = operand_of_not(grammar, condition)) {
        Node inner = operand;
        if (operand.is_any({ "parenthesized_expression", "parenthesized_statements" }) && operand.named_count() == 1
            && may_lose_parentheses(grammar, operand.text(text)))
            inner = operand.named_child(0);
        return std::string(inner.text(text));
    }
    auto const [left, right] = operands_of(condition);
    std::string_view const sign = operator_of(text, condition);
    if (left && right && !sets_names(grammar, left)) {
        std::string_view flipped = may_flip(grammar, sign) ? opposite_of(opposites, sign) : std::string_view {};
        if (flipped.empty() && !opposite_of(orderings, sign).empty() && is_integer(grammar, text, left, path)
            && is_integer(grammar, text, right, path))
            flipped = opposite_of(orderings, sign);
        if (!flipped.empty()) {
            // Only the operator changes; blanks and comments around it stay.
            std::size_t const at = static_cast<std::size_t>(sign.data() - text.data());
            return fmt::format("{}{}{}", text.substr(condition.begin(), at - condition.begin()), flipped,
                text.substr(at + sign.size(), condition.end() - at - sign.size()));
        }
    }
    return negated_by_prefix(grammar, text, condition);
}

std::string as_and_operand(Grammar const& grammar, std::string_view text, Node operand)
{
    constexpr std::string_view tight = "== != === !== < > <= >= + - * / % & | ^ << >> && and is in instanceof";
    constexpr std::string_view tight_types = "not_operator comparison_operator binary_operator instanceof_expression unary_expression "
                                             "prefix_unary_expression attribute call";
    std::string_view const written = operand.text(text);
    bool is_tight = is_a(operand, grammar.primaries) && !has_bare_arguments(operand);
    if (is_binary(operand))
        is_tight = listed(tight, operator_of(text, operand)) || operand.is("comparison_operator");
    else if (is_a(operand, tight_types) || operand.is("unary"))
        is_tight = true;
    if (grammar.language == "ruby")
        is_tight = is_tight_in_ruby(grammar, text, operand);
    return is_tight ? std::string(written) : fmt::format("({})", written);
}

}
