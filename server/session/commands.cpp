// workspace/executeCommand: every command is answered at once; what takes time goes on afterwards.
#include "session/commands.h"

#include "protocol/uri.h"
#include "review/undo.h"
#include "session/session.h"
#include "session/status.h"
#include "session/verify.h"
#include "support/files.h"
#include "support/log.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace countersign::session {

namespace {

constexpr std::string_view prefix = "countersign.";
constexpr std::array<std::string_view, 5> decisions { "countersign.review", "countersign.apply", "countersign.applyFile",
    "countersign.applyHunk", "countersign.discard" };
constexpr std::string_view undo_command = "countersign.undo";
constexpr std::string_view cancel_command = "countersign.cancel";
constexpr std::string_view status_command = "countersign.status";
constexpr std::string_view answer_command = "countersign.answer";
constexpr std::string_view verify_command = "countersign.verify";

bool is_decision(std::string_view command) { return std::find(decisions.begin(), decisions.end(), command) != decisions.end(); }

/// Only a number that we gave: it becomes part of a path.
bool is_proposal_id(std::string const& id)
{
    return !id.empty() && id.size() <= 12 && std::all_of(id.begin(), id.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Result<std::vector<std::string>> strings_at(Json const& argument, char const* key)
{
    std::vector<std::string> strings;
    if (!argument.contains(key) || argument[key].is_null())
        return strings;
    return protocol::decode<std::vector<std::string>>(argument[key], fmt::format("params.arguments[0].{}", key));
}

Result<Pick> decode_pick(std::string_view command, Json const& argument)
{
    Pick pick;
    if (argument.is_object() && argument.contains("proposal")) {
        Json const& id = argument["proposal"];
        pick.proposal = id.is_number_unsigned() ? std::to_string(id.get<std::uint64_t>()) : support::string_or(argument, "proposal");
    } else if (argument.is_string()) {
        pick.proposal = argument.get<std::string>();
    }
    if (!is_proposal_id(pick.proposal))
        return fail(ErrorCode::invalid_params, "params.arguments[0].proposal: expected the number of a proposal");
    if (!argument.is_object())
        return pick;
    pick.selection.files = TRY(strings_at(argument, "files"));
    pick.selection.hunks = TRY(strings_at(argument, "hunks"));
    pick.document = support::string_or(argument, "document");
    pick.reason = support::string_or(argument, "reason");
    if (argument.contains("line") && argument["line"].is_number_unsigned())
        pick.line = argument["line"].get<std::size_t>();
    std::string const extent = support::string_or(argument, "extent", "all");
    pick.extent = extent == "file" ? Pick::Extent::file : extent == "hunk" ? Pick::Extent::hunk : Pick::Extent::all;
    if (pick.extent != Pick::Extent::all && (pick.document.empty() || !pick.line))
        return fail(ErrorCode::invalid_params, "params.arguments[0].line: expected the line of the review document");
    bool const needs_files = command == "countersign.applyFile" && pick.document.empty() && pick.selection.files.empty();
    bool const needs_hunks = command == "countersign.applyHunk" && pick.document.empty() && pick.selection.hunks.empty();
    if (needs_files || needs_hunks)
        return fail(ErrorCode::invalid_params,
            fmt::format("params.arguments[0].{}: expected a list of {}", needs_files ? "files" : "hunks", needs_files ? "paths" : "ids"));
    return pick;
}

}

std::vector<std::string> command_names()
{
    std::vector<std::string> names;
    for (actions::Action const& action : actions::registry())
        names.emplace_back(action.command);
    for (std::string_view const name : { cancel_command, status_command, answer_command, verify_command, undo_command })
        names.emplace_back(name);
    names.insert(names.end(), decisions.begin(), decisions.end());
    return names;
}

Result<Json> Session::execute(protocol::ExecuteCommandParams const& params)
{
    Json const argument = params.arguments && !params.arguments->empty() ? params.arguments->front() : Json();
    for (actions::Action const& action : actions::registry()) {
        if (action.command == params.command)
            return start_run(action, argument);
    }
    if (is_decision(params.command))
        return decide(params.command, argument);
    if (params.command == undo_command)
        return start_undo(argument);
    if (params.command == cancel_command)
        return Json { { "stopped", runs_.stop(support::string_or(argument, "run")) } };
    if (params.command == status_command)
        return show_status(argument);
    if (params.command == answer_command) {
        TRY(questions_.answer(argument));
        return Json::object();
    }
    if (params.command == verify_command)
        return verify(argument);
    // Some clients offer every command to every server; one that is not ours is nothing to complain about.
    if (!std::string_view(params.command).starts_with(prefix))
        return Json();
    return fail(ErrorCode::invalid_params,
        fmt::format("params.command: there is no command {}; there are: {}", params.command, support::join(command_names(), ", ")));
}

Result<Json> Session::start_run(actions::Action const& action, Json const& argument)
{
    constexpr char const* at = "params.arguments[0]";
    RunOrder order;
    order.action = &action;
    if (action.name == "ask" && argument.is_object() && argument.contains("proposal") && !argument["proposal"].is_null())
        order.revises = TRY(decode_pick(action.command, argument)).proposal;
    if (!argument.is_object() || (!argument.contains("uri") && order.revises.empty()))
        return fail(ErrorCode::invalid_params, fmt::format("{}: expected {{uri, range, instruction?}}", at));
    auto const uri = argument.contains("uri") ? TRY(protocol::decode<std::string>(argument["uri"], fmt::format("{}.uri", at)))
                                              : TRY(uri_to_revise(order.revises));
    if (argument.contains("range") && !argument["range"].is_null())
        order.range = TRY(protocol::decode<protocol::Range>(argument["range"], fmt::format("{}.range", at)));
    std::string const path = TRY(protocol::path_from_uri(uri));
    order.folder = TRY(folders_.folder_of(path));
    order.path = *order.folder->relative(path);
    order.choice.rule = support::string_or(argument, "rule");
    order.choice.name = support::string_or(argument, "name");
    order.choice.instruction = support::string_or(argument, "instruction");

    if (OpenFile const* file = open_files_.find(path)) {
        TRY(workspace::check_in_step(*file->document));
        order.choice.language_id = file->document->language_id;
        if (argument.contains("diagnostics") && !argument["diagnostics"].is_null()) {
            auto const given =
                TRY(protocol::decode<std::vector<protocol::Diagnostic>>(argument["diagnostics"], fmt::format("{}.diagnostics", at)));
            for (protocol::Diagnostic const& diagnostic : given)
                order.choice.diagnostics.push_back(to_diagnostic(diagnostic, *file->document, client_.encoding()));
        }
        ByteRange const selection = to_bytes(*file->document, order.range, client_.encoding());
        if (action.name == "ask" && order.choice.instruction.empty()) {
            if (auto const offers = offers_at(menu_sources(), uri, order.range)) {
                for (actions::Offer const& offer : *offers)
                    order.choice.instruction += offer.action == "ask" ? offer.instruction : "";
            }
        }
        if (action.name == "fix" && order.choice.diagnostics.empty()) {
            std::size_t const first = file->document->lines.line_at(selection.begin) + 1;
            std::size_t const last = file->document->lines.line_at(selection.end) + 1;
            std::copy_if(file->diagnostics.begin(), file->diagnostics.end(), std::back_inserter(order.choice.diagnostics),
                [&](tools::Diagnostic const& known) { return known.line <= last && known.end_line >= first; });
        }
        for (tools::Diagnostic& diagnostic : order.choice.diagnostics)
            diagnostic.path = order.path;
    }
    Json answer { { "run", runs_.start(std::move(order), settings_) } };
    pending_view_.changed();
    return answer;
}

/// The first file of an open proposal that is there already.
Result<std::string> Session::uri_to_revise(std::string const& id) const
{
    if (ProposalHandle const proposal = proposals_.open().find(id)) {
        for (review::ProposedFile const& file : proposal->files) {
            std::string const& path = file.change.kind == workspace::ChangeKind::move ? file.change.from : file.change.path;
            if (file.change.kind != workspace::ChangeKind::create)
                return protocol::uri_from_path(beneath(proposal->workspace, path));
        }
    }
    return fail(ErrorCode::invalid_params,
        fmt::format("params.arguments[0].uri: name a file of the workspace that #{} was made for, which is where it will go on", id));
}

Result<Json> Session::verify(Json const& argument)
{
    Pick const pick = TRY(decode_pick(verify_command, argument));
    ProposalHandle const proposal = proposals_.open().find(pick.proposal);
    if (proposal == nullptr)
        return fail(ErrorCode::not_found, fmt::format("there is no open proposal #{}", pick.proposal));
    std::string const command = command_to_verify(*proposal);
    if (command.empty())
        return fail(ErrorCode::denied, fmt::format("#{} has no tests that wait to be run", pick.proposal));
    if (argument.contains("command") && argument["command"] != command)
        return fail(ErrorCode::stale, "the command is another one now; ask for the code actions again");
    auto folder = folders_.find(proposal->workspace);
    if (!folder)
        return fail(
            ErrorCode::denied, fmt::format("#{} belongs to {}, which is not a workspace folder here", pick.proposal, proposal->workspace));
    std::string run = runs_.verify(*proposal, command, std::move(folder), settings_,
        [this, id = pick.proposal](auto evidence) { proposals_.verified(id, std::move(evidence)); });
    return Json { { "run", std::move(run) } };
}

Result<Json> Session::decide(std::string_view command, Json const& argument)
{
    Pick pick = TRY(decode_pick(command, argument));
    Json answer { { "proposal", pick.proposal } };
    if (command == "countersign.review")
        proposals_.review(pick.proposal);
    else if (command == "countersign.discard")
        proposals_.discard(std::move(pick));
    else
        proposals_.apply(std::move(pick));
    return answer;
}

Result<Json> Session::start_undo(Json const& argument)
{
    std::string proposal;
    if (argument.is_object() && argument.contains("proposal") && !argument["proposal"].is_null()) {
        Json const& id = argument["proposal"];
        proposal = id.is_number_unsigned() ? std::to_string(id.get<std::uint64_t>()) : support::string_or(argument, "proposal");
        if (!is_proposal_id(proposal))
            return fail(ErrorCode::invalid_params, "params.arguments[0].proposal: expected the number of a proposal");
    }
    std::string const since = argument.is_object() ? support::string_or(argument, "since") : std::string();
    if (!since.empty())
        TRY(review::parse_since(since, std::chrono::system_clock::now()));
    proposals_.undo(std::move(proposal), since);
    return Json::object();
}

void Session::run_finished(std::string const& run, Result<RunResult> result)
{
    pending_view_.changed();
    if (!result)
        return client_.warn(fmt::format("Countersign: {}", result.error().message));
    agent::Outcome const& outcome = result->outcome;
    cost_.add(outcome.usage);
    if (outcome.ended == agent::Ended::stopped)
        return client_.tell(fmt::format("Countersign: {} was cancelled; nothing is proposed.", result->title));
    if (outcome.ended != agent::Ended::done)
        return client_.warn(fmt::format("Countersign: {} did not finish: {}", result->title, outcome.error));
    if (result->proposal) {
        std::string const id = result->proposal->id;
        proposals_.announce(std::move(*result->proposal), run);
        if (!result->revises.empty())
            proposals_.superseded(result->revises, id);
        return;
    }
    show_explanation(run, *result);
}

void Session::show_explanation(std::string const& run, RunResult const& result)
{
    // What is short is said at once; a page is a document.
    constexpr std::size_t short_enough = 400;
    if (!result.is_document_shown && result.outcome.text.size() <= short_enough && result.outcome.text.find("\n#") == std::string::npos)
        return client_.tell(fmt::format("Countersign: {}", support::escape_for_display(support::trim(result.outcome.text))));
    background_.add(
        [this, run, title = result.title, is_shown = result.is_document_shown, text = shown_markdown(result.outcome.text, result.root)] {
            std::filesystem::path const path = explanation_path(services_.state_directory, run);
            auto written = support::make_private_directory(path.parent_path());
            if (written)
                written = support::write_file_atomically(path, text);
            connection_.post([this, path, title, written, is_shown] {
                if (written && is_shown)
                    return;
                if (written)
                    client_.show_document(path.string(), fmt::format("Countersign: {}", title));
                else
                    client_.warn(fmt::format("Countersign: the explanation could not be kept: {}", written.error().message));
            });
        });
}

Json Session::show_status(Json const& argument)
{
    std::string text = status_text({ menu_sources(), services_, settings_, settings_problem_ }, argument);
    client_.tell(text);
    return { { "status", std::move(text) } };
}

}
