// `rule NAME [new_name=TEXT]`: the marked file after the refactoring, or `code: reason`. `rule NAME everywhere` applies it at each
// place that find_all finds in that file, all at once, and lists the reasons.
#include "refactor/rule.h"
#include "tests/cases/verbs.h"

namespace countersign::tests {

namespace {

std::string applied_everywhere(refactor::Rule const& rule, syntax::Tree const& tree)
{
    std::vector<ByteEdit> edits;
    std::string reasons;
    for (auto const& application : refactor::find_all(rule, tree, tree.root().range())) {
        edits.insert(edits.end(), application.edits.begin(), application.edits.end());
        reasons += "* " + application.reason + "\n";
    }
    return visible(support::apply_edits(tree.text(), edits)) + reasons;
}

}

std::string rule(Case const& test_case)
{
    auto const words = test_case.words();
    auto const* rule = words.empty() ? nullptr : refactor::find_rule(words[0]);
    if (!rule)
        return "not_found: there is no rule \"" + (words.empty() ? "" : words[0]) + "\"\n";
    bool const everywhere = words.size() > 1 && words[1] == "everywhere";
    if (test_case.files.empty() || (!everywhere && !test_case.mark))
        return "invalid_params: the case needs a file with $0 or [[ ]]\n";
    Mark const mark = test_case.mark.value_or(Mark {});
    WorkspaceFile const& file = test_case.files[mark.file];
    auto const* language = syntax::find_language(file.path, {}, file.text.substr(0, file.text.find('\n')));
    if (!language)
        return "not_found: no language for " + file.path + "\n";
    auto const tree = syntax::Tree::parse(*language, std::make_shared<std::string const>(file.text));
    if (!tree)
        return to_string(tree.error()) + "\n";
    if (everywhere)
        return applied_everywhere(*rule, *tree);
    auto const application = rule->apply({ *tree, mark.range, test_case.argument("new_name") });
    if (!application)
        return to_string(application.error()) + "\n";
    auto const text = refactor::checked(*tree, *application);
    return text ? visible(*text) : to_string(text.error()) + "\n";
}

}
