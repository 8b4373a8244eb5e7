#include "builtin/ask.h"

#include "builtin/actions.h"
#include "builtin/phrase.h"
#include "refactor/rule.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::builtin {

namespace {

/// An instruction: all of `words` occur as words, in this order. What stands after `name_after` is the name that is wanted.
struct Pattern {
    std::string_view words; ///< split at spaces
    std::string_view action;
    std::string_view rule;       ///< empty: none
    std::string_view name_after; ///< empty: takes no name
};

/// The first that fits counts, so the longer ones stand first.
constexpr Pattern patterns[] = {
    { "extract variable", "refactor", "extract_variable", "as called named into to" },
    { "introduce variable", "refactor", "extract_variable", "as called named" },
    { "extract constant", "refactor", "extract_variable", "as called named into to" },
    { "inline variable", "refactor", "inline_variable", "" },
    { "inline", "refactor", "inline_variable", "" },
    { "rename to", "refactor", "rename_local", "to" },
    { "rename into", "refactor", "rename_local", "into" },
    { "rename as", "refactor", "rename_local", "as" },
    { "call it", "refactor", "rename_local", "it" },
    { "invert if", "refactor", "invert_if", "" },
    { "invert condition", "refactor", "invert_if", "" },
    { "swap branches", "refactor", "invert_if", "" },
    { "guard clause", "refactor", "guard_clause", "" },
    { "return early", "refactor", "guard_clause", "" },
    { "early return", "refactor", "guard_clause", "" },
    { "merge if", "refactor", "merge_nested_ifs", "" },
    { "merge ifs", "refactor", "merge_nested_ifs", "" },
    { "merge nested", "refactor", "merge_nested_ifs", "" },
    { "combine ifs", "refactor", "merge_nested_ifs", "" },
    { "remove else", "refactor", "remove_else_after_return", "" },
    { "drop else", "refactor", "remove_else_after_return", "" },
    { "unnecessary else", "refactor", "remove_else_after_return", "" },
    { "add tests", "add_tests", "", "" },
    { "add test", "add_tests", "", "" },
    { "write tests", "add_tests", "", "" },
    { "write test", "add_tests", "", "" },
    { "explain", "explain", "", "" },
    { "what does", "explain", "", "" },
    { "describe", "explain", "", "" },
    { "refactor", "refactor", "", "" },
    { "clean up", "refactor", "", "" },
    { "simplify", "refactor", "", "" },
    { "fix", "fix", "", "" },
};

/// Words that may stand in an instruction without changing what it asks for.
constexpr std::string_view fillers =
    " a an the this that it please me to of for my code function method variable block here is what does "
    "do if ifs name into as in nested expression condition class file local symbol "
    "after return use with statement selection selected problem problems error errors warning warnings unit some can you ";

std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words;
    std::string word;
    for (char const c : text) {
        if (is_identifier_byte(c)) {
            word += c;
        } else if (!word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
    }
    if (!word.empty())
        words.push_back(std::move(word));
    return words;
}

struct Match {
    Pattern const* pattern = nullptr;
    std::string name;
};

/// Index past the matched words; the words need not stand side by side.
std::optional<std::size_t> find_words(std::vector<std::string> const& words, std::string_view wanted, std::vector<bool>& used)
{
    std::size_t i = 0;
    for (std::string const& part : words_of(wanted)) {
        while (i < words.size() && support::to_lower_ascii(words[i]) != part)
            ++i;
        if (i == words.size())
            return std::nullopt;
        used[i++] = true;
    }
    return i;
}

/// An instruction counts only if all of it is understood: half of a sentence may mean something else.
std::optional<Match> match(Pattern const& pattern, std::vector<std::string> const& words, std::string_view symbol)
{
    std::vector<bool> used(words.size());
    if (!find_words(words, pattern.words, used))
        return std::nullopt;
    Match found { &pattern, {} };
    if (!pattern.name_after.empty() && words.size() >= 2) {
        std::string const before_last = support::to_lower_ascii(words[words.size() - 2]);
        auto const introducers = words_of(pattern.name_after);
        if (std::find(introducers.begin(), introducers.end(), before_last) != introducers.end()) {
            found.name = words.back();
            used[words.size() - 1] = used[words.size() - 2] = true;
        }
    }
    // "rename count to total": the word before is what stands at the cursor.
    std::size_t unknown = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
        bool const is_filler = contains(fillers, fmt::format(" {} ", support::to_lower_ascii(words[i]))) || words[i] == symbol;
        bool const is_old_name = pattern.rule == "rename_local" && i > 0 && support::to_lower_ascii(words[i - 1]) == "rename";
        unknown += !used[i] && !is_filler && !is_old_name ? 1 : 0;
    }
    if (unknown > 0)
        return std::nullopt;
    return found;
}

std::string abilities()
{
    std::string text =
        "I am the built-in engine of Countersign: no AI, no language model. I carry out what the syntax tree can prove, and understand "
        "short instructions only:\n\n- `explain` this function or file\n- `add tests` for this function\n- `fix` the problems here\n- "
        "`refactor` "
        "(every rule that improves code)\n";
    for (refactor::Rule const& rule : refactor::rules())
        text += fmt::format("- `{}`{}\n", rule.title, rule.needs_name ? " … `to` NAME" : "");
    return text + "\nFor anything else set up a language model as the provider.\n";
}

}

std::optional<std::string> ask(Conversation& conversation, Task const& task)
{
    std::vector<std::string> const words = words_of(task.instruction);
    // A long text is a description, not one of the short instructions.
    for (Pattern const& pattern : patterns) {
        auto const found = words.size() <= 24 ? match(pattern, words, task.symbol) : std::nullopt;
        if (!found)
            continue;
        if (!pattern.rule.empty() && !refactor::find_rule(pattern.rule))
            continue;
        Task meant = task;
        meant.action = pattern.action;
        meant.rule = pattern.rule;
        meant.instruction.clear(); // understood
        if (!found->name.empty())
            meant.name = found->name;
        return find_action(meant.action)(conversation, meant);
    }
    return fmt::format("I did not understand {}.\n\n{}", code(task.instruction, 120), abilities());
}

}
