#include "refactor/grammar_table.h"
#include "refactor/rules.h"

#include <algorithm>
#include <array>

namespace countersign::refactor {

namespace {

std::vector<std::string_view> ifs_of(std::string_view language)
{
    std::vector<std::string_view> types;
    Grammar const* const grammar = find_grammar(language);
    std::string_view rest = grammar ? grammar->ifs : std::string_view {};
    while (!rest.empty()) {
        std::size_t const end = std::min(rest.find(' '), rest.size());
        types.push_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return types;
}

std::vector<std::string_view> by_selection(std::string_view) { return {}; }

}

std::span<Rule const> rules()
{
    static constexpr std::array table {
        Rule { "invert_if", "invert if", false, false, invert_if, ifs_of },
        Rule { "guard_clause", "return early", true, false, guard_clause, ifs_of },
        Rule { "remove_else_after_return", "remove the else after return", true, false, remove_else_after_return, ifs_of },
        Rule { "merge_nested_ifs", "merge nested ifs", true, false, merge_nested_ifs, ifs_of },
        Rule { "extract_variable", "extract variable", false, false, extract_variable, by_selection },
        Rule { "inline_variable", "inline variable", false, false, inline_variable, by_selection },
        Rule { "rename_local", "rename local", false, true, rename_local, by_selection },
    };
    return table;
}

Rule const* find_rule(std::string_view name)
{
    auto const found = std::find_if(rules().begin(), rules().end(), [&](Rule const& rule) { return rule.name == name; });
    return found == rules().end() ? nullptr : &*found;
}

}
