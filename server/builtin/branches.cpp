#include "builtin/branches.h"

#include "builtin/phrase.h"
#include "builtin/statement_words.h"
#include "builtin/traverse.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/core.h>
#include <set>
#include <utility>

namespace countersign::builtin {

namespace {

class Collector {
public:
    Collector(Vocabulary const& vocabulary, std::string_view source) : vocabulary_(vocabulary), source_(source) { }

    std::vector<Branch> run(syntax::Node body)
    {
        // A body that is one expression counts as well; a function is not looked into from itself.
        traverse(
            body, [this, body](syntax::Node node) { return (node == body && vocabulary_.kind(node) == Kind::function) || look(node); });
        for (Branch& branch : past_cases_)
            add(std::move(branch));
        if (has_open_if_)
            add({ last_line_, "none of the conditions", "none_of_the_conditions", {}, false });
        if (branches_.empty())
            add({ body ? body.first_row() + 1 : 1, "the usual case", "usual_case", {}, false });
        if (branches_.size() > branches_limit)
            branches_.resize(branches_limit);
        return std::move(branches_);
    }

private:
    void add(Branch branch)
    {
        if (branches_.size() > branches_limit)
            return;
        if (branch.name.empty())
            branch.name = fmt::format("line_{}", branch.line);
        // Frameworks that name a case by a sentence want each one once, too.
        std::string const title = branch.title;
        for (int number = 1; !titles_.insert(branch.title).second; ++number)
            branch.title = number == 1 ? fmt::format("{} in line {}", title, branch.line)
                                       : fmt::format("{} in line {} again ({})", title, branch.line, number);
        std::string const base = branch.name;
        for (int number = 2; !names_.insert(branch.name).second; ++number)
            branch.name = fmt::format("{}_{}", base, number);
        branches_.push_back(std::move(branch));
    }

    bool throws_first(syntax::Node body) const
    {
        for (int i = 0; i < 4 && body; ++i) {
            if (vocabulary_.kind(body) == Kind::jump_throw)
                return true;
            body = body.named_child(0);
        }
        return false;
    }

    void add_condition(syntax::Node node, bool is_unless)
    {
        syntax::Node const condition = condition_of(node);
        if (!condition)
            return;
        std::string const text = one_line(without_parentheses(condition.text(source_)), 120);
        std::string const name = slug(text);
        add({ node.first_row() + 1, fmt::format("{}{}", code(text, 120), is_unless ? " does not hold" : ""),
            is_unless ? "not_" + name : name, is_unless ? std::string() : text, throws_first(body_of(node)) });
        last_line_ = std::max(last_line_, node.last_row() + 1);
    }

    bool has_plain_else(syntax::Node node) const
    {
        for (syntax::Node const alternative : alternatives_of(node, vocabulary_)) {
            if (vocabulary_.kind(alternative) != Kind::else_if)
                return true;
        }
        return false;
    }

    void add_else(syntax::Node node)
    {
        for (syntax::Node const alternative : alternatives_of(node, vocabulary_)) {
            Kind const kind = vocabulary_.kind(alternative);
            syntax::Node const inner = kind == Kind::else_clause ? alternative.named_child(0) : alternative;
            if (kind == Kind::else_if || vocabulary_.kind(inner) == Kind::branch)
                continue;
            std::string const condition = one_line(without_parentheses(condition_of(node).text(source_)), 120);
            add({ alternative.first_row() + 1, fmt::format("{} does not hold", code(condition, 120)), "not_" + slug(condition), {},
                throws_first(body_of(alternative) ? body_of(alternative) : inner) });
        }
    }

    void add_loop(syntax::Node node)
    {
        std::string head = loop_head(node, vocabulary_, source_);
        // A head that is not told in words is quoted code already.
        constexpr std::string_view quoted_head = "in the loop ";
        bool const is_quoted = head.starts_with(quoted_head);
        head = is_quoted ? head.substr(quoted_head.size()) : "the loop " + head;
        syntax::Node const condition = condition_of(node);
        std::string const name =
            is_quoted && condition ? "while_" + slug(condition.text(source_), '_', 30) : slug(head.substr(is_quoted ? 0 : 9), '_', 36);
        add({ node.first_row() + 1, "no round of " + head, "no_round_" + name, {}, false });
        add({ node.first_row() + 1, "several rounds of " + head, "several_rounds_" + name, {}, false });
    }

    bool catches(syntax::Node node) const
    {
        std::vector<syntax::Node> const children = node.named_children();
        return std::any_of(
            children.begin(), children.end(), [this](syntax::Node child) { return vocabulary_.kind(child) == Kind::catch_clause; });
    }

    /// A switch that may fall through all its cases; where the compiler sees to it that one fits there is none.
    void add_no_case(syntax::Node node)
    {
        bool const is_exhaustive = vocabulary_.language() == "rust" || node.is_any({ "switch_expression", "select_statement" });
        bool has_default = false;
        traverse(node, [&](syntax::Node inner) {
            Kind const kind = vocabulary_.kind(inner);
            bool const is_case = kind == Kind::switch_case || kind == Kind::switch_default || kind == Kind::else_clause;
            has_default = has_default || (is_case && is_default_case(inner, vocabulary_, source_));
            return !has_default && (inner == node || kind != Kind::switch_block) && !(is_case && inner != node);
        });
        if (!is_exhaustive && !has_default)
            past_cases_.push_back({ node.last_row() + 1, "none of the cases", "none_of_the_cases", {}, false });
    }

    bool look(syntax::Node node)
    {
        Kind const kind = vocabulary_.kind(node);
        switch (kind) {
        case Kind::function:
            return false; // it has cases of its own
        case Kind::branch:
        case Kind::else_if:
            if (!condition_of(node))
                return true;
            add_condition(node, node.type().starts_with("unless"));
            if (kind == Kind::branch) {
                add_else(node);
                has_open_if_ = has_open_if_ || !has_plain_else(node);
            }
            return true;
        case Kind::ternary: {
            add_condition(node, false);
            if (syntax::Node const condition = condition_of(node)) {
                std::string const text = one_line(without_parentheses(condition.text(source_)), 120);
                add({ node.first_row() + 1, fmt::format("{} does not hold", code(text, 120)), "not_" + slug(text), {}, false });
            }
            return true;
        }
        case Kind::loop:
            add_loop(node);
            return true;
        case Kind::do_loop:
            add({ node.first_row() + 1, "more than one round of the loop", "several_rounds", {}, false });
            return true;
        case Kind::switch_case:
        case Kind::switch_default: {
            bool const is_default = is_default_case(node, vocabulary_, source_);
            std::string const label = is_default ? "every other case" : case_label(node, source_);
            add({ node.first_row() + 1, is_default ? label : fmt::format("the case {}", code(label)),
                is_default ? "other_case" : "case_" + slug(label), {}, false });
            return true;
        }
        case Kind::switch_block:
            add_no_case(node);
            return true;
        case Kind::try_block:
            if (catches(node))
                add({ node.first_row() + 1, "what is tried throws nothing", "what_is_tried_throws_nothing", {}, false });
            return true;
        case Kind::catch_clause:
            add({ node.first_row() + 1, "what is tried throws", "what_is_tried_throws", {}, false });
            return true;
        default:
            return true;
        }
    }

    Vocabulary const& vocabulary_;
    std::string_view source_;
    std::vector<Branch> branches_;
    std::vector<Branch> past_cases_; ///< told behind the cases
    std::set<std::string> names_, titles_;
    bool has_open_if_ = false;
    std::size_t last_line_ = 1;
};

/// The sign of a comparison and how far from the number its other side is true.
constexpr std::array<std::pair<std::string_view, long long>, 8> comparisons { { { "===", 0 }, { "!==", 1 }, { "==", 0 }, { "!=", 1 },
    { "<=", 0 }, { ">=", 0 }, { "<", -1 }, { ">", 1 } } };

}

std::vector<Branch> branches_of(syntax::Node body, Vocabulary const& vocabulary, std::string_view source)
{
    return Collector(vocabulary, source).run(body);
}

std::optional<Witness> witness_of(std::string_view condition)
{
    std::size_t end = 0;
    while (end < condition.size() && is_identifier_byte(condition[end]))
        ++end;
    if (end == 0)
        return std::nullopt;
    std::string_view rest = support::trim(condition.substr(end));
    for (auto const& [sign, distance] : comparisons) {
        if (!rest.starts_with(sign))
            continue;
        rest = support::trim(rest.substr(sign.size()));
        long long number = 0;
        auto const [last, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
        if (error != std::errc() || last != rest.data() + rest.size() || number < -1'000'000'000 || number > 1'000'000'000)
            return std::nullopt;
        return Witness { std::string(condition.substr(0, end)), number + distance };
    }
    return std::nullopt;
}

}
