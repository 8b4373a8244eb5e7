#include "builtin/metrics.h"

#include "builtin/phrase.h"
#include "builtin/traverse.h"

#include <algorithm>
#include <fmt/core.h>
#include <vector>

namespace countersign::builtin {

namespace {

class Meter {
public:
    Meter(syntax::Node function, std::string_view name, Vocabulary const& vocabulary, std::string_view source)
        : function_(function)
        , name_(name)
        , vocabulary_(vocabulary)
        , source_(source)
    {
    }

    Metrics run()
    {
        metrics_.lines = function_.last_row() - function_.first_row() + 1;
        traverse(
            function_, [this](syntax::Node node) { return enter(node); }, [this](syntax::Node node) { leave(node); });
        metrics_.cognitive += is_recursive_ ? 1 : 0;
        return metrics_;
    }

private:
    /// An if that is the else of another one reads as one chain, not as deeper nesting.
    bool continues_chain(syntax::Node node) const
    {
        syntax::Node const parent = node.parent();
        if (vocabulary_.kind(node) == Kind::else_if)
            return true;
        if (vocabulary_.kind(parent) == Kind::else_clause && parent.named_child(0) == node)
            return true;
        return vocabulary_.kind(parent) == Kind::branch && parent.field("alternative") == node;
    }

    /// Whether an else is there that is not the head of an else-if.
    bool has_plain_else(syntax::Node node) const
    {
        for (syntax::Node const alternative : alternatives_of(node, vocabulary_)) {
            Kind const kind = vocabulary_.kind(alternative);
            if (kind == Kind::else_if || kind == Kind::branch)
                continue;
            if (kind == Kind::else_clause && vocabulary_.kind(alternative.named_child(0)) == Kind::branch)
                continue;
            return true;
        }
        return false;
    }

    void structure(syntax::Node node)
    {
        ++metrics_.cyclomatic;
        metrics_.cognitive += 1 + levels_.size();
        push(node);
    }

    void push(syntax::Node node)
    {
        levels_.push_back(node);
        metrics_.deepest = std::max(metrics_.deepest, levels_.size());
    }

    void logical(syntax::Node node)
    {
        std::string_view const sign = logical_operator(node, source_);
        if (sign.empty())
            return;
        ++metrics_.cyclomatic;
        syntax::Node parent = node.parent();
        while (parent && parent.is("parenthesized_expression"))
            parent = parent.parent();
        bool const continues = parent && vocabulary_.kind(parent) == Kind::logical && logical_operator(parent, source_) == sign;
        metrics_.cognitive += continues ? 0 : 1;
    }

    bool enter(syntax::Node node)
    {
        if (node == function_)
            return true;
        switch (vocabulary_.kind(node)) {
        case Kind::branch:
        case Kind::else_if:
            if (continues_chain(node)) {
                ++metrics_.cyclomatic;
                ++metrics_.cognitive;
            } else {
                structure(node);
            }
            if (vocabulary_.kind(node) == Kind::branch && has_plain_else(node))
                ++metrics_.cognitive;
            break;
        case Kind::ternary:
        case Kind::loop:
        case Kind::do_loop:
        case Kind::catch_clause:
            structure(node);
            break;
        case Kind::switch_block:
            metrics_.cognitive += 1 + levels_.size();
            push(node);
            break;
        case Kind::switch_case:
            metrics_.cyclomatic += is_default_case(node, vocabulary_, source_) ? 0 : 1;
            break;
        case Kind::logical:
            logical(node);
            break;
        case Kind::function:
            push(node);
            break;
        case Kind::jump_goto:
            ++metrics_.cognitive;
            break;
        case Kind::jump_break:
        case Kind::jump_continue:
            metrics_.cognitive +=
                node.field("label") || (node.named_count() > 0 && node.named_child(0).is_any({ "label", "label_name", "identifier" })) ? 1
                                                                                                                                       : 0;
            break;
        case Kind::call:
            is_recursive_ = is_recursive_ || (!name_.empty() && callee_of(node, source_) == name_);
            break;
        default:
            break;
        }
        return true;
    }

    void leave(syntax::Node node)
    {
        if (!levels_.empty() && levels_.back() == node)
            levels_.pop_back();
    }

    syntax::Node function_;
    std::string_view name_;
    Vocabulary const& vocabulary_;
    std::string_view source_;
    Metrics metrics_;
    std::vector<syntax::Node> levels_;
    bool is_recursive_ = false;
};

}

Metrics measure(syntax::Node function, std::string_view name, Vocabulary const& vocabulary, std::string_view source)
{
    return Meter(function, name, vocabulary, source).run();
}

std::string to_string(Metrics const& metrics)
{
    return fmt::format("cyclomatic {}, cognitive {}, nesting {}, {}", metrics.cyclomatic, metrics.cognitive, metrics.deepest,
        support::count_of(metrics.lines, "line"));
}

}
