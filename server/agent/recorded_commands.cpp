#include "agent/recorded_commands.h"

#include "agent/record_json.h"
#include "sandbox/policy.h"
#include "support/text.h"

#include <array>
#include <fmt/core.h>

namespace countersign::agent {

namespace {

constexpr std::array<char const*, 5> endings { "exited", "signalled", "timed_out", "output_limit", "memory_limit" };
constexpr std::array<char const*, 4> kinds { "created", "modified", "deleted", "linked" };

template<typename Names>
Result<std::size_t> index_of(Names const& names, Json const& object, char const* key)
{
    std::string const name = support::string_or(object, key);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (name == names[i])
            return i;
    }
    return fail(ErrorCode::invalid_params, fmt::format("{}: \"{}\" is not known", key, support::escape_for_display(name)));
}

Json to_json(sandbox::Outcome const& outcome)
{
    Json changes = Json::array(), left = Json::array();
    for (sandbox::Changed const& change : outcome.changes) {
        Json entry { { "path", change.path }, { "kind", kinds.at(static_cast<std::size_t>(change.kind)) } };
        // What is no text is not proposed either, so that a replay can do without it.
        if (change.bytes && support::find_invalid_utf8(*change.bytes) == std::string::npos)
            entry["text"] = *change.bytes;
        changes.push_back(std::move(entry));
    }
    for (sandbox::NotOffered const& each : outcome.not_offered)
        left.push_back({ { "path", each.path }, { "reason", each.reason } });
    return { { "ending", endings.at(static_cast<std::size_t>(outcome.ending)) }, { "status", outcome.status }, { "output", outcome.output },
        { "changes", std::move(changes) }, { "not_offered", std::move(left) }, { "stale", outcome.stale },
        { "ms", outcome.duration.count() } };
}

Result<sandbox::Outcome> outcome_from_json(Json const& value)
{
    auto const number = [&](char const* key) {
        return value.contains(key) && value[key].is_number_integer() ? value[key].get<std::int64_t>() : std::int64_t { 0 };
    };
    sandbox::Outcome outcome;
    outcome.ending = static_cast<sandbox::Ending>(TRY(index_of(endings, value, "ending")));
    outcome.status = static_cast<int>(number("status"));
    outcome.output = support::string_or(value, "output");
    outcome.stale = value.contains("stale") && value["stale"] == true;
    outcome.duration = std::chrono::milliseconds(number("ms"));
    for (Json const& entry : value.contains("changes") && value["changes"].is_array() ? value["changes"] : Json::array()) {
        sandbox::Changed change { support::string_or(entry, "path"), {}, std::nullopt, 0 };
        change.kind = static_cast<sandbox::ChangeKind>(TRY(index_of(kinds, entry, "kind")));
        if (entry.contains("text"))
            change.bytes = support::string_or(entry, "text");
        outcome.changes.push_back(std::move(change));
    }
    for (Json const& entry : value.contains("not_offered") && value["not_offered"].is_array() ? value["not_offered"] : Json::array())
        outcome.not_offered.push_back({ support::string_or(entry, "path"), support::string_or(entry, "reason") });
    return outcome;
}

}

Result<sandbox::Outcome> CommandRecorder::run(tools::CommandCall const& call, std::stop_token stop)
{
    auto outcome = commands_.run(call, std::move(stop));
    Json entry { { "argv", call.request.command.argv } };
    if (outcome)
        entry["outcome"] = to_json(*outcome);
    else
        entry["error"] = to_json(outcome.error());
    transcript_.append("command", std::move(entry));
    return outcome;
}

Result<sandbox::Outcome> RecordedCommands::run(tools::CommandCall const& call, std::stop_token)
{
    if (entries_.empty() || !entries_.front().contains("argv") || entries_.front()["argv"] != Json(call.request.command.argv)) {
        return fail(ErrorCode::invalid_params,
            fmt::format("the recording has no {} here: the run does not go the way it went", sandbox::shown(call.request.command.argv)));
    }
    Json const entry = std::move(entries_.front());
    entries_.pop_front();
    if (entry.contains("error"))
        return tl::unexpected(TRY(error_from_json(entry["error"])));
    return outcome_from_json(entry.contains("outcome") ? entry["outcome"] : Json::object());
}

}
