#include "builtin/statement_words.h"

#include "builtin/phrase.h"

#include <array>
#include <fmt/core.h>
#include <optional>
#include <utility>

namespace countersign::builtin {

namespace {

/// A jump's own words, and how it is said of the function.
constexpr std::array<std::pair<Kind, std::string_view>, 8> jump_verbs { {
    { Kind::jump_return, "returns" },
    { Kind::jump_throw, "throws" },
    { Kind::jump_break, "leaves the loop" },
    { Kind::jump_continue, "goes on with the next round" },
    { Kind::jump_goto, "jumps to" },
    { Kind::jump_yield, "yields" },
    { Kind::deferred, "when the function ends, runs" },
    { Kind::deletion, "frees" },
} };

/// Keyword that a statement of this kind begins with and that the verb already says.
constexpr std::string_view keywords[] = { "return", "co_return", "throw", "raise", "break", "continue", "next", "goto", "fail", "exit",
    "yield", "co_yield", "defer", "delete", "del", "yield return" };

struct NamedJump {
    std::string_view language, name;
    Kind kind;
};
constexpr NamedJump named_jumps[] = {
    { "bash", "return", Kind::jump_return },
    { "bash", "exit", Kind::jump_throw },
    { "bash", "break", Kind::jump_break },
    { "bash", "continue", Kind::jump_continue },
    { "ruby", "raise", Kind::jump_throw },
    { "ruby", "fail", Kind::jump_throw },
};

std::optional<std::string_view> jump_verb(Kind kind)
{
    for (auto const& [known, verb] : jump_verbs) {
        if (known == kind)
            return verb;
    }
    return std::nullopt;
}

std::string_view without_keyword(std::string_view text)
{
    for (std::string_view const keyword : keywords) {
        if (text.starts_with(keyword) && (text.size() == keyword.size() || !is_identifier_byte(text[keyword.size()]))) {
            text = support::trim(text.substr(keyword.size()));
            break;
        }
    }
    while (!text.empty() && text.back() == ';')
        text = support::trim(text.substr(0, text.size() - 1));
    return text;
}

/// Where grammars keep what a for-each loop binds and what it goes over.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> each_fields { {
    { "left", "right" },
    { "pattern", "value" },
    { "name", "value" },
    { "declarator", "right" },
    { "variable", "value" },
} };

std::optional<std::string> each_head(syntax::Node node, std::string_view source)
{
    for (auto const& [item, range] : each_fields) {
        syntax::Node const left = node.field(item);
        syntax::Node const right = node.field(range);
        if (left && right)
            return fmt::format("for each {} in {}", code(left.text(source)), code(support::trim(right.text(source))));
    }
    return std::nullopt;
}

}

Kind statement_kind(syntax::Node node, Vocabulary const& vocabulary, std::string_view source)
{
    Kind const kind = vocabulary.kind(node);
    if (kind != Kind::call)
        return kind;
    std::string const name = callee_of(node, source);
    for (NamedJump const& jump : named_jumps) {
        if (jump.language == vocabulary.language() && jump.name == name)
            return jump.kind;
    }
    return kind;
}

bool is_jump(Kind kind) { return jump_verb(kind).has_value(); }

std::string jump_words(syntax::Node node, Kind kind, Vocabulary const& vocabulary, std::string_view source)
{
    std::string_view const rest = without_keyword(node.text(source));
    if (rest == "retry" || rest == "redo")
        return rest == "retry" ? "tries again from the beginning" : "does this round again";
    std::string verb(jump_verb(kind).value_or("jumps"));
    if (kind == Kind::jump_throw && (vocabulary.language() == "python" || vocabulary.language() == "ruby"))
        verb = "raises";
    if (kind == Kind::jump_throw && vocabulary.language() == "bash")
        verb = "ends the program with";
    if (kind == Kind::jump_throw && rest.empty())
        return verb + " what was caught again";
    if (rest.empty())
        return verb;
    return fmt::format("{} {}", verb, code(rest));
}

std::string plain_words(syntax::Node node, Kind kind, Vocabulary const& vocabulary, std::string_view source)
{
    syntax::Node const left = node.field("left");
    syntax::Node const right = node.field("right");
    syntax::Node const sign = node.field("operator");
    bool const is_compound = sign && sign.text(source) != "=" && sign.text(source) != ":=";
    if (kind == Kind::assignment && left && right && !is_compound)
        return fmt::format("sets {} to {}", code(left.text(source)), code(right.text(source)));
    if (kind == Kind::update || kind == Kind::assignment)
        return fmt::format("updates {}", code(without_keyword(node.text(source))));
    if (kind == Kind::call || node.is("await") || node.is("await_expression"))
        return fmt::format("calls {}", code(without_keyword(node.text(source))));
    if (kind == Kind::declaration)
        return fmt::format("sets up {}", code(without_keyword(node.text(source))));
    if (kind == Kind::function)
        return fmt::format("defines {}", code(node.text(source).substr(0, node.text(source).find_first_of("{\n")), 60));
    if (node.is("pass_statement") || node.is("empty_statement") || node.is(";"))
        return {};
    if (node.is("string") && vocabulary.language() == "python")
        return {}; // a docstring
    return fmt::format("runs {}", code(without_keyword(node.text(source))));
}

std::string_view head_of(syntax::Node node, syntax::Node body, std::string_view source)
{
    std::size_t const end = body && body.begin() > node.begin() ? body.begin() : node.end();
    std::string_view head = support::trim(source.substr(node.begin(), end - node.begin()));
    for (std::string_view const word : { "catch", "except", "rescue", "async", "await", "with", "lock", "synchronized", "using" }) {
        if (head.starts_with(word) && (head.size() == word.size() || !is_identifier_byte(head[word.size()])))
            head = support::trim(head.substr(word.size()));
    }
    while (!head.empty() && (head.back() == ':' || head.back() == '{'))
        head = support::trim(head.substr(0, head.size() - 1));
    return without_parentheses(head);
}

std::string loop_head(syntax::Node loop, Vocabulary const& vocabulary, std::string_view source)
{
    if (auto head = each_head(loop, source))
        return *head;
    for (syntax::Node const child : loop.named_children()) {
        if (!child.is("range_clause"))
            continue;
        if (auto head = each_head(child, source))
            return *head;
        if (syntax::Node const right = child.field("right"))
            return fmt::format("for each round over {}", code(right.text(source)));
    }
    syntax::Node const body = body_of(loop);
    syntax::Node const condition = condition_of(loop);
    bool const is_until = loop.type().starts_with("until");
    if (vocabulary.kind(loop) == Kind::do_loop && condition)
        return fmt::format("once, and again while {}", code(without_parentheses(condition.text(source))));
    if (loop.type().starts_with("while") || is_until
        || (condition && !loop.field("initializer") && !loop.field("init") && loop.is("for_statement") && condition.parent() == loop))
        return fmt::format(
            "{} {}", is_until ? "until" : "while", condition ? code(without_parentheses(condition.text(source))) : std::string("`true`"));
    std::size_t const end = body && body.begin() > loop.begin() ? body.begin() : loop.end();
    std::string_view const head = support::trim(source.substr(loop.begin(), end - loop.begin()));
    if (head == "loop" || head == "for" || head == "for (;;)")
        return "again and again";
    return fmt::format("in the loop {}", code(head));
}

}
