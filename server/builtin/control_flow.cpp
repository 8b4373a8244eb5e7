#include "builtin/control_flow.h"

#include "builtin/phrase.h"
#include "builtin/statement_words.h"

#include <algorithm>
#include <fmt/core.h>
#include <optional>
#include <utility>

namespace countersign::builtin {

namespace {

constexpr std::size_t depth_limit = 8;
constexpr std::size_t joined_statements = 3;

/// Languages in which an empty case goes on with the next one.
constexpr std::string_view falling_languages = " c cpp java javascript typescript tsx csharp ";

class Walker {
public:
    Walker(Vocabulary const& vocabulary, std::string_view source) : vocabulary_(vocabulary), source_(source) { }

    std::vector<Step> block(syntax::Node body, std::size_t depth, bool is_function_body = false)
    {
        std::vector<Step> steps;
        std::vector<syntax::Node> statements = statements_of(body);
        for (std::size_t i = 0; i < statements.size(); ++i) {
            bool const is_value = is_function_body && i + 1 == statements.size() && gives_value(statements[i]);
            statement(statements[i], depth, is_value, steps);
        }
        return steps;
    }

private:
    std::string text_of(syntax::Node node) const { return std::string(node.text(source_)); }

    std::vector<syntax::Node> statements_of(syntax::Node body) const
    {
        if (!body)
            return {};
        Kind const kind = vocabulary_.kind(body);
        bool const is_block = kind == Kind::wrapper || kind == Kind::else_clause;
        if (!is_block || body.is("expression_statement"))
            return { body };
        std::vector<syntax::Node> statements = body.named_children();
        // Go puts a list between a block and its statements.
        if (statements.size() == 1 && statements[0].is("statement_list"))
            statements = statements[0].named_children();
        return statements;
    }

    bool gives_value(syntax::Node node) const
    {
        if (vocabulary_.language() == "ruby" || vocabulary_.language() == "rust") {
            Kind const kind = vocabulary_.kind(node);
            bool const is_plain = kind == Kind::other || kind == Kind::call || kind == Kind::logical || kind == Kind::creation;
            return is_plain && !node.type().ends_with("_item") && !node.is("let_declaration") && !node.is("empty_statement");
        }
        return false;
    }

    /// What stands inside an expression statement or label.
    syntax::Node unwrapped(syntax::Node node) const
    {
        for (int i = 0; i < 4 && (node.is("expression_statement") || node.is("labeled_statement")); ++i) {
            syntax::Node const inner = node.named_child(node.named_count() > 0 ? node.named_count() - 1 : 0);
            if (!inner)
                break;
            node = inner;
        }
        if (node.is("redirected_statement") && is_told_inside(node))
            return node.named_child(0);
        return node;
    }

    /// What is said in front of a statement: the label that jumps go to, or where a shell's loop reads from.
    std::string prefix_of(syntax::Node node) const
    {
        if (node.is("labeled_statement") && node.named_count() > 1)
            return fmt::format("At {}: ", code(node.named_child(0).text(source_)));
        if (node.is("redirected_statement") && is_told_inside(node)) {
            syntax::Node const body = node.named_child(0);
            return fmt::format("With {}: ", code(support::trim(source_.substr(body.end(), node.end() - body.end()))));
        }
        return {};
    }

    /// A redirection around a loop or a branch, which is told step by step.
    bool is_told_inside(syntax::Node redirected) const
    {
        Kind const kind = redirected.named_count() ? vocabulary_.kind(redirected.named_child(0)) : Kind::other;
        return kind == Kind::loop || kind == Kind::branch || kind == Kind::switch_block || kind == Kind::wrapper;
    }

    void statement(syntax::Node node, std::size_t depth, bool is_value, std::vector<Step>& steps)
    {
        std::size_t const first = steps.size();
        std::string const prefix = prefix_of(node);
        if (!prefix.empty())
            last_plain_.clear(); // not joined with what is before
        told(unwrapped(node), depth, is_value, steps);
        if (!prefix.empty() && first < steps.size()) {
            std::string& text = steps[first].text;
            text[0] = static_cast<char>(text[0] | 0x20);
            text = prefix + text;
        }
    }

    /// with, lock, synchronized, using: what holds while the block runs.
    void guarded(syntax::Node node, std::size_t depth, std::vector<Step>& steps)
    {
        syntax::Node body = body_of(node);
        if (!body && node.named_count() > 0)
            body = node.named_child(node.named_count() - 1);
        std::string_view const head = head_of(node, body, source_);
        bool const is_lock = node.is_any({ "lock_statement", "synchronized_statement" });
        std::string_view const words = is_lock ? "While it holds the lock on" : "With";
        Step step { fmt::format("{} {}:", words, code(head)), {} };
        for (syntax::Node const inner : statements_of(body))
            statement(inner, depth + 1, false, step.inner);
        steps.push_back(std::move(step));
    }

    void told(syntax::Node node, std::size_t depth, bool is_value, std::vector<Step>& steps)
    {
        if (depth > depth_limit) {
            if (steps.empty())
                steps.push_back({ "… (nested deeper than is told here).", {} });
            return;
        }
        if (node.is_any({ "with_statement", "lock_statement", "synchronized_statement", "using_statement" })) {
            guarded(node, depth, steps);
            return;
        }
        Kind const kind = statement_kind(node, vocabulary_, source_);
        switch (kind) {
        case Kind::comment:
        case Kind::import:
            return;
        case Kind::branch:
            branch(node, depth, "If", steps);
            return;
        case Kind::loop:
        case Kind::do_loop:
            steps.push_back(with_body(capitalised(loop_head(node, vocabulary_, source_)), body_or_modified(node), depth));
            return;
        case Kind::switch_block:
            switch_block(node, depth, steps);
            return;
        case Kind::try_block:
            try_block(node, depth, steps);
            return;
        case Kind::catch_clause:
        case Kind::finally_clause:
            handler(node, depth, steps);
            return;
        case Kind::wrapper:
            for (Step& step : block(node, depth + 1))
                steps.push_back(std::move(step));
            return;
        default:
            break;
        }
        if (is_jump(kind)) {
            steps.push_back({ capitalised(jump_words(node, kind, vocabulary_, source_)) + ".", {} });
            return;
        }
        if (is_value) {
            steps.push_back({ fmt::format("Returns {}.", code(node.text(source_))), {} });
            return;
        }
        plain(node, kind, steps);
    }

    /// Ruby's `x if y`: the body is a field of the modifier.
    syntax::Node body_or_modified(syntax::Node node) const { return body_of(node); }

    /// A jump that is all of a branch's body: it is then said in one line.
    std::optional<std::string> only_jump(std::vector<syntax::Node> statements) const
    {
        std::erase_if(statements, [this](syntax::Node node) { return vocabulary_.kind(node) == Kind::comment; });
        if (statements.size() != 1)
            return std::nullopt;
        syntax::Node const node = unwrapped(statements[0]);
        Kind const kind = statement_kind(node, vocabulary_, source_);
        if (!is_jump(kind))
            return std::nullopt;
        return jump_words(node, kind, vocabulary_, source_);
    }

    Step with_body(std::string head, syntax::Node body, std::size_t depth)
    {
        return with_statements(std::move(head), statements_of(body), depth);
    }

    Step with_statements(std::string head, std::vector<syntax::Node> const& statements, std::size_t depth)
    {
        if (auto const told = only_jump(statements))
            return { fmt::format("{}, {}.", head, *told), {} };
        Step step { head + ":", {} };
        for (syntax::Node const node : statements)
            statement(node, depth + 1, false, step.inner);
        if (step.inner.empty())
            step.text = head + ", does nothing.";
        else if (step.inner.size() == 1 && step.inner[0].inner.empty() && head.size() + step.inner[0].text.size() < 100) {
            std::string told = step.inner[0].text;
            told[0] = static_cast<char>(told[0] | 0x20);
            return { fmt::format("{}, {}", head, told), {} };
        }
        return step;
    }

    std::string condition_text(syntax::Node node) const
    {
        syntax::Node const before = node.field("initializer"); // Go's if v, ok := f(); ok
        if (syntax::Node const condition = condition_of(node); condition && before && before.end() <= condition.begin())
            return code(source_.substr(before.begin(), condition.end() - before.begin()), 100);
        if (syntax::Node const condition = condition_of(node))
            return code(without_parentheses(condition.text(source_)), 100);
        // A grammar without a field for it: what stands between the keyword and the body.
        syntax::Node const body = body_of(node);
        std::size_t const end = body ? body.begin() : node.end();
        std::string_view head = source_.substr(node.begin(), end - node.begin());
        head = head.substr(std::min(head.find(' ') == std::string_view::npos ? 0 : head.find(' '), head.size()));
        return code(without_parentheses(head), 100);
    }

    void branch(syntax::Node node, std::size_t depth, std::string_view word, std::vector<Step>& steps)
    {
        bool const is_unless = node.type().starts_with("unless");
        steps.push_back(with_statements(
            fmt::format("{} {}{}", word, condition_text(node), is_unless ? " does not hold" : ""), consequence(node), depth));
        for (syntax::Node const alternative : alternatives_of(node, vocabulary_))
            otherwise(alternative, depth, steps);
    }

    /// Bash has no field for what follows then.
    std::vector<syntax::Node> consequence(syntax::Node node) const
    {
        if (syntax::Node const body = body_of(node))
            return statements_of(body);
        std::vector<syntax::Node> statements;
        syntax::Node const condition = condition_of(node);
        for (syntax::Node const child : node.named_children()) {
            Kind const kind = vocabulary_.kind(child);
            if (kind == Kind::else_if || kind == Kind::else_clause)
                break;
            if (child != condition && child.begin() >= (condition ? condition.end() : 0))
                statements.push_back(child);
        }
        return statements;
    }

    void otherwise(syntax::Node node, std::size_t depth, std::vector<Step>& steps)
    {
        if (depth > depth_limit)
            return;
        Kind const kind = vocabulary_.kind(node);
        syntax::Node const inner = kind == Kind::else_clause && node.named_count() == 1 ? node.named_child(0) : node;
        if (kind == Kind::else_if || vocabulary_.kind(inner) == Kind::branch)
            branch(inner, depth, "Otherwise, if", steps);
        else
            steps.push_back(with_body("Otherwise", body_of(node) ? body_of(node) : node, depth));
    }

    void switch_block(syntax::Node node, std::size_t depth, std::vector<Step>& steps)
    {
        syntax::Node subject = node.field("value");
        if (!subject)
            subject = node.field("subject");
        if (!subject)
            subject = node.field("condition");
        Step step { subject ? fmt::format("Depending on {}:", code(without_parentheses(subject.text(source_))))
                            : std::string("Depending on what holds:"),
            {} };
        cases(node, depth, step.inner, 0);
        steps.push_back(std::move(step));
    }

    void cases(syntax::Node node, std::size_t depth, std::vector<Step>& steps, int layers)
    {
        for (syntax::Node const child : node.named_children()) {
            Kind const kind = vocabulary_.kind(child);
            if (kind == Kind::switch_case || kind == Kind::switch_default || kind == Kind::else_clause)
                steps.push_back(one_case(child, depth));
            else if (layers < 2 && child.type().find("bod") != std::string_view::npos)
                cases(child, depth, steps, layers + 1);
            else if (layers < 2 && child.is_any({ "block", "compound_statement", "switch_block", "match_block" }))
                cases(child, depth, steps, layers + 1);
        }
    }

    Step one_case(syntax::Node node, std::size_t depth)
    {
        bool const is_default = is_default_case(node, vocabulary_, source_);
        std::string const head = is_default ? std::string("in every other case") : fmt::format("for {}", code(case_label(node, source_)));
        Step step { capitalised(head) + ":", {} };
        if (depth >= depth_limit)
            return step;
        bool past_label = is_default && !contains(node.type(), "arm") && !contains(node.type(), "clause");
        for (syntax::Node const child : node.named_children()) {
            bool const is_arm = node.is("match_arm") || node.is("switch_expression_arm");
            bool const is_label = is_arm ? child != node.named_child(node.named_count() - 1)
                                         : child.type().find("pattern") != std::string_view::npos || child.is("switch_label")
                    || child == node.field("value") || child == node.field("type");
            if (is_arm && is_label)
                continue;
            if (is_label && !past_label) {
                past_label = child != node.named_child(node.named_count() - 1);
                continue;
            }
            if (child == node.field("communication") || is_label)
                continue;
            bool const is_value = is_arm && gives_value(child) && vocabulary_.kind(child) != Kind::call;
            if (is_value)
                step.inner.push_back({ fmt::format("Gives {}.", code(child.text(source_))), {} });
            else
                statement(child, depth + 1, false, step.inner);
        }
        // A break only ends the case.
        if (!step.inner.empty() && step.inner.back().text == "Leaves the loop.")
            step.inner.pop_back();
        bool const falls_through =
            !is_default && contains(falling_languages, fmt::format(" {} ", vocabulary_.language())) && node.named_count() == 1;
        if (step.inner.empty())
            step.text = capitalised(head) + (falls_through ? ", the same as for the next one." : ", does nothing.");
        else if (step.inner.size() == 1 && step.inner[0].inner.empty()) {
            std::string told = step.inner[0].text;
            told[0] = static_cast<char>(told[0] | 0x20);
            return { fmt::format("{}, {}", capitalised(head), told), {} };
        }
        return step;
    }

    void try_block(syntax::Node node, std::size_t depth, std::vector<Step>& steps)
    {
        syntax::Node const body = body_of(node);
        std::vector<Step> inner;
        if (body) {
            inner = block(body, depth + 1);
        } else {
            for (syntax::Node const child : node.named_children()) {
                Kind const kind = vocabulary_.kind(child);
                if (kind != Kind::catch_clause && kind != Kind::finally_clause && kind != Kind::else_clause)
                    statement(child, depth + 1, false, inner);
            }
        }
        syntax::Node const resources = node.field("resources");
        steps.push_back({ resources ? fmt::format("Tries this, with {}:", code(without_parentheses(resources.text(source_))))
                                    : std::string("Tries this:"),
            std::move(inner) });
        for (syntax::Node const child : node.named_children()) {
            Kind const kind = vocabulary_.kind(child);
            if (kind == Kind::catch_clause || kind == Kind::finally_clause)
                handler(child, depth, steps);
            else if (kind == Kind::else_clause)
                steps.push_back(with_body("If nothing was thrown", body_of(child) ? body_of(child) : child, depth));
        }
    }

    void handler(syntax::Node node, std::size_t depth, std::vector<Step>& steps)
    {
        syntax::Node body = body_of(node);
        if (!body && node.named_count() > 0)
            body = node.named_child(node.named_count() - 1);
        if (vocabulary_.kind(node) == Kind::finally_clause) {
            steps.push_back(with_body("At the end, in any case", body, depth));
            return;
        }
        std::string_view const head = head_of(node, body, source_);
        std::string const what = head.empty() || head == "..." ? std::string("anything") : code(head);
        steps.push_back(with_body(fmt::format("If that throws {}", what), body, depth));
    }

    void plain(syntax::Node node, Kind kind, std::vector<Step>& steps)
    {
        if (std::string text = plain_words(node, kind, vocabulary_, source_); !text.empty())
            join(std::move(text), steps);
    }

    /// A few plain statements in a row are one item.
    void join(std::string text, std::vector<Step>& steps)
    {
        if (!steps.empty() && steps.back().inner.empty() && plain_count_ > 0 && plain_count_ < joined_statements
            && last_plain_ == steps.back().text) {
            std::string& last = steps.back().text;
            last.pop_back();
            last += fmt::format(", then {}.", text);
            ++plain_count_;
        } else {
            steps.push_back({ capitalised(std::move(text)) + ".", {} });
            plain_count_ = 1;
        }
        last_plain_ = steps.back().text;
    }

    Vocabulary const& vocabulary_;
    std::string_view source_;
    std::size_t plain_count_ = 0;
    std::string last_plain_;
};

}

std::vector<Step> steps_of(syntax::Node body, Vocabulary const& vocabulary, std::string_view source)
{
    if (!body)
        return {};
    Walker walker(vocabulary, source);
    Kind const kind = vocabulary.kind(body);
    // An arrow function's or lambda's body may be the value itself.
    if (kind != Kind::wrapper && !body.is_any({ "constructor_body", "function_body", "body_statement" }))
        return { { fmt::format("Returns {}.", code(body.text(source))), {} } };
    return walker.block(body, 0, true);
}

}
