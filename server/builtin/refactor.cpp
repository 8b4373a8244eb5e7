#include "builtin/refactor.h"

#include "builtin/ask.h"
#include "builtin/edit_script.h"
#include "builtin/phrase.h"
#include "refactor/rule.h"

#include <fmt/core.h>
#include <functional>
#include <unordered_set>

namespace countersign::builtin {

namespace {

/// Rules could in theory undo each other for ever.
constexpr std::size_t rounds = 12;
constexpr std::size_t applications_limit = 120;

/// How a proposal ends: what was done and why, or what a tool had against it.
std::optional<std::string> finish(Conversation& conversation, EditScript const& script, std::string_view title)
{
    auto const sent = script.send(conversation);
    if (!sent)
        return std::nullopt;
    if (!*sent)
        return fmt::format(
            "{} was stopped: an edit was refused ({}). Edits before it stand in the proposal; look at it with care or reject it.\n\n{}\n",
            title, (*sent).error().message, built_in_note);
    return fmt::format("{}: {}.\n\n{}\n{}\n", title, support::count_of(script.size(), "change"), script.reasons(), built_in_note);
}

std::string could_not(std::string_view title, std::string_view reason)
{
    return fmt::format("{}: nothing is proposed, because {}.\n\n{}\n", title, reason, built_in_note);
}

std::string without_full_stop(std::string text)
{
    while (!text.empty() && (text.back() == '.' || text.back() == '\n'))
        text.pop_back();
    return text;
}

std::optional<std::string> apply_one(Conversation& conversation, Source const& source, Task const& task)
{
    refactor::Rule const* rule = refactor::find_rule(task.rule);
    if (!rule)
        return could_not("Refactor", fmt::format("the built-in engine has no rule called {}", code(task.rule)));
    std::string const title = capitalised(std::string(rule->title));
    auto const application = rule->apply({ *source.tree, selection_in(source, task), task.name });
    if (!application)
        return could_not(title, without_full_stop(application.error().message));
    if (auto const checked = refactor::checked(*source.tree, *application); !checked)
        return could_not(title, without_full_stop(checked.error().message));
    EditScript script(source.path, *source.text);
    if (auto const applied = script.apply(application->edits, application->reason); !applied)
        return could_not(title, applied.error().message);
    if (script.is_empty())
        return could_not(title, "it would change nothing");
    return finish(conversation, script, title);
}

/// Applies what a rule finds inside `range`, in the text as it is now, and keeps `range` on the same code.
std::size_t apply_rule(refactor::Rule const& rule, syntax::Tree const& tree, ByteRange& range, EditScript& script)
{
    std::size_t count = 0;
    std::ptrdiff_t shift = 0;
    for (refactor::Application const& application : refactor::find_all(rule, tree, range)) {
        if (!application.worthwhile)
            continue;
        std::vector<ByteEdit> edits = application.edits;
        std::ptrdiff_t change = 0;
        for (ByteEdit& edit : edits) {
            change += static_cast<std::ptrdiff_t>(edit.text.size()) - static_cast<std::ptrdiff_t>(edit.range.size());
            edit.range.begin += static_cast<std::size_t>(shift);
            edit.range.end += static_cast<std::size_t>(shift);
        }
        if (!script.apply(edits, application.reason))
            break;
        shift += change;
        ++count;
        if (script.size() >= applications_limit)
            break;
    }
    range.end += static_cast<std::size_t>(shift);
    return count;
}

/// Every improving rule over `range` until none applies or a text comes back that was there before.
void improve(Source const& source, ByteRange range, EditScript& script)
{
    std::unordered_set<std::size_t> seen { std::hash<std::string>()(script.text()) };
    auto tree = source.tree;
    for (std::size_t round = 0; round < rounds; ++round) {
        bool has_changed = false;
        for (refactor::Rule const& rule : refactor::rules()) {
            if (!rule.improves || rule.needs_name)
                continue;
            if (apply_rule(rule, *tree, range, script) == 0)
                continue;
            has_changed = true;
            auto next = reparsed(*tree, std::make_shared<std::string const>(script.text()));
            if (!next || script.size() >= applications_limit || !seen.insert(std::hash<std::string>()(script.text())).second)
                return;
            tree = std::move(*next);
        }
        if (!has_changed)
            return;
    }
}

std::string looked_for()
{
    std::vector<std::string> titles;
    for (refactor::Rule const& rule : refactor::rules()) {
        if (rule.improves && !rule.needs_name)
            titles.emplace_back(rule.title);
    }
    return enumerate(titles);
}

std::optional<std::string> apply_improving(Conversation& conversation, Source const& source, Task const& task)
{
    ByteRange range = selection_in(source, task);
    std::string what = fmt::format("the selection in {}", code(source.path));
    if (auto const symbol = symbol_of(source, task)) {
        range = symbol->range;
        what = code(symbol->name);
    } else if (range.size() == 0) {
        range = { 0, source.text->size() };
        what = code(source.path);
    }
    EditScript script(source.path, *source.text);
    improve(source, range, script);
    if (script.is_empty() || script.text() == *source.text)
        return fmt::format("There is nothing in {} that the built-in rules would improve (looked at lines {} to {} for: {}).\n\n{} A "
                           "language model may see more.\n",
            what, source.line_of(range.begin), source.line_of(range.end > range.begin ? range.end - 1 : range.end), looked_for(),
            built_in_note);
    return finish(conversation, script, fmt::format("Refactor {}", what));
}

}

std::optional<std::string> refactor(Conversation& conversation, Task const& task)
{
    auto const source = read_source(conversation, task.path, task.language);
    if (!source)
        return std::nullopt;
    if (!*source)
        return could_not("Refactor", fmt::format("{} could not be read: {}", code(task.path), without_full_stop(source->error().message)));
    if (!(*source)->tree)
        return could_not(
            "Refactor", fmt::format("{} has no syntax tree: {}", code(task.path), without_full_stop((*source)->no_tree_reason)));
    if (task.rule.empty() && !support::trim(task.instruction).empty())
        return ask(conversation, task);
    return task.rule.empty() ? apply_improving(conversation, **source, task) : apply_one(conversation, **source, task);
}

}
