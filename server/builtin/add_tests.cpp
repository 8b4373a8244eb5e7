#include "builtin/add_tests.h"

#include "builtin/edit_script.h"
#include "builtin/framework.h"
#include "builtin/listings.h"
#include "builtin/phrase.h"

#include <algorithm>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace countersign::builtin {

namespace {

std::string could_not(std::string_view reason)
{
    return fmt::format("Add tests: nothing is proposed, because {}.\n\n{}\n", reason, built_in_note);
}

Framework const* best_framework(Project const& project, std::string_view language)
{
    Framework const* best = nullptr;
    int most = 0;
    for (Framework const& framework : frameworks()) {
        if (!contains(framework.languages, std::string(language) + " "))
            continue;
        if (int const evidence = framework.evidence(project); evidence > most) {
            most = evidence;
            best = &framework;
        }
    }
    return best;
}

/// A file that is edited has been read for it; nothing while that is to come.
std::optional<Result<>> send(Conversation& conversation, Scaffold const& scaffold, std::vector<std::string>& done)
{
    Result<> outcome;
    bool is_waiting = false;
    for (FileEdit const& file : scaffold.files) {
        if (file.is_new) {
            auto const* result = conversation.call("create_file", { { "path", file.path }, { "content", file.content } });
            if (!result)
                is_waiting = true;
            else if (result->is_error && outcome)
                outcome = fail(ErrorCode::internal, result->text);
            done.push_back(fmt::format("- {}: new file, {}", code(file.path), file.reason));
            continue;
        }
        auto const text = read_text(conversation, file.path);
        if (!text) {
            is_waiting = true;
            continue;
        }
        if (!*text)
            return tl::unexpected((*text).error());
        EditScript script(file.path, **text);
        if (auto const applied = script.apply(file.edits, file.reason); !applied)
            return tl::unexpected(applied.error());
        auto const sent = script.send(conversation);
        if (!sent)
            is_waiting = true;
        else if (!*sent && outcome)
            outcome = *sent;
        done.push_back(fmt::format("- {}: {}", code(file.path), file.reason));
    }
    if (is_waiting)
        return std::nullopt;
    return outcome;
}

/// How the project's tests end with what was added; nothing while that is to come. Nobody is asked for it: where a person would have to be,
/// the proposal offers to run them.
std::optional<std::string> tested(Conversation& conversation, std::string const& path)
{
    auto const* result = conversation.call("run_tests", { { "path", path }, { "ask", false } });
    if (!result)
        return std::nullopt;
    constexpr std::string_view no_command = "not_found: no command";
    std::string_view const first = std::string_view(result->text).substr(0, result->text.find('\n'));
    if (!result->is_error)
        return fmt::format("\nThe project's tests were run in the sandbox with this in them: {}.\n", first);
    if (first.starts_with(no_command))
        return fmt::format("\nThe project's tests were not run: {}.\n", first.substr(std::string_view("not_found: ").size()));
    // Refused: the evidence says so, and changes when they are run later.
    return std::string();
}

std::string summary(Unit const& unit, Framework const& framework, Scaffold const& scaffold, std::vector<std::string> const& done)
{
    std::string text = fmt::format("Add tests for {}: {} for {}, one for each branch that the syntax tree shows.\n\n{}\n\n",
        code(unit.name), support::count_of(scaffold.case_count, "case"), framework.name, support::join(done, "\n"));
    text +=
        "No expectation was made up: each case runs as skipped until somebody states at its TODO what must come out. The argument values "
        "are placeholders that compile.\n";
    if (scaffold.cases_without_call > 0)
        text += fmt::format("In {} no call could be written; the TODO says why.\n", support::count_of(scaffold.cases_without_call, "case"));
    for (std::string const& note : scaffold.notes)
        text += note + "\n";
    return text + "\n" + std::string(built_in_note) + "\n";
}

std::optional<syntax::Symbol> callable_of(Source const& source, Task const& task)
{
    auto const symbol = symbol_of(source, task);
    if (symbol && symbol->is_callable())
        return symbol;
    return std::nullopt;
}

}

std::optional<std::string> add_tests(Conversation& conversation, Task const& task)
{
    auto const read = read_source(conversation, task.path, task.language);
    if (!read)
        return std::nullopt;
    if (!*read)
        return could_not(fmt::format("{} could not be read: {}", code(task.path), read->error().message));
    Source const& source = **read;
    if (!source.tree)
        return could_not(fmt::format("{} has no syntax tree: {}", code(task.path), source.no_tree_reason));
    auto const symbol = callable_of(source, task);
    if (!symbol)
        return could_not("the selection stands in no function; put the cursor into the one to test");
    ProjectGlobs const* globs = globs_for(source.language->name);
    if (!globs)
        return could_not(fmt::format(
            "the built-in engine writes tests for C++, Python, JavaScript, TypeScript and Go, not for {}", source.language->display_name));

    auto const project = look_at_project(conversation, source, *globs);
    if (!project)
        return std::nullopt;
    Framework const* framework = best_framework(*project, source.language->name);
    if (!framework)
        return could_not(fmt::format("no test framework was found that it knows; looked at {} named {} and {} named {}",
            support::count_of(project->manifests.size(), "file"), code(globs->manifests, 160),
            support::count_of(project->test_paths.size(), "file"), code(globs->tests, 160)));

    std::string const existing = existing_test_path(*project, source.path, framework->patterns(source.path));
    auto const found =
        std::find_if(project->tests.begin(), project->tests.end(), [&](TextFile const& file) { return file.path == existing; });
    Unit const unit = unit_of(source, *symbol, project->header ? &*project->header : nullptr);
    Scaffold const scaffold = framework->write({ source, unit, *project, found == project->tests.end() ? nullptr : &*found });

    std::vector<std::string> done;
    auto const sent = send(conversation, scaffold, done);
    if (!sent)
        return std::nullopt;
    if (!*sent)
        return fmt::format(
            "Add tests for {}: stopped, because an edit was refused ({}). Look at what is proposed with care or reject it.\n\n{}\n",
            code(unit.name), (*sent).error().message, built_in_note);
    auto const how_tests_end = tested(conversation, scaffold.files.front().path);
    if (!how_tests_end)
        return std::nullopt;
    return summary(unit, *framework, scaffold, done) + *how_tests_end;
}

}
