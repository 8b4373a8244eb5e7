// `run`: the whole turn loop with a scripted model. What each call came back with, how the run ended, and its proposal.
//
// Lines of the script: `say TEXT` and `call NAME JSON` belong to one reply; an empty line ends it. `stop length` and `stop
// refusal` say how it stopped, `fail MESSAGE` that the provider failed instead. Arguments of `run`: steps=N, calls=N,
// repeats=N set limits; reads-only offers no tool that proposes.
#include "tests/cases/verbs.h"
#include "tests/cases/workspace.h"

#include "agent/run.h"
#include "tests/support/scripted_model.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <mutex>

namespace countersign::tests {

namespace {

/// What the script says wrong; empty if nothing.
std::string add_replies(ScriptedModel& model, std::string_view script)
{
    model::Reply reply;
    bool is_begun = false;
    auto const finish = [&] {
        if (!is_begun)
            return;
        reply.message.role = model::Role::assistant;
        for (std::size_t i = 0; i < reply.message.calls.size(); ++i)
            reply.message.calls[i].id.clear();
        if (reply.stop == model::StopReason::end_turn && !reply.message.calls.empty())
            reply.stop = model::StopReason::tool_use;
        model.reply(std::exchange(reply, {}));
        is_begun = false;
    };
    for (std::string_view line : support::split_lines(script)) {
        std::size_t const space = std::min(line.find(' '), line.size());
        std::string_view const word = line.substr(0, space), rest = line.substr(std::min(space + 1, line.size()));
        is_begun = is_begun || word == "say" || word == "call" || word == "stop";
        if (support::trim(line).empty()) {
            finish();
        } else if (word == "say") {
            reply.message.text += (reply.message.text.empty() ? "" : "\n") + std::string(rest);
        } else if (word == "call") {
            std::size_t const name_end = std::min(rest.find(' '), rest.size());
            auto arguments = support::parse_json(name_end == rest.size() ? "{}" : rest.substr(name_end));
            if (!arguments)
                return fmt::format("the script's line \"{}\" is no call: {}\n", line, arguments.error().message);
            reply.message.calls.push_back({ "", std::string(rest.substr(0, name_end)), std::move(*arguments) });
        } else if (line == "stop length") {
            reply.stop = model::StopReason::length;
        } else if (line == "stop refusal") {
            reply.stop = model::StopReason::refusal;
        } else if (word == "fail") {
            finish();
            model.fails(ErrorCode::provider, std::string(rest));
        } else {
            return fmt::format("the script's line \"{}\" says nothing that a model can say\n", line);
        }
    }
    finish();
    return {};
}

/// Renders what each call came back with, in the order of the calls.
class Log final : public agent::Transcript {
public:
    void append(std::string_view kind, Json fields) override
    {
        std::lock_guard const lock(mutex_);
        if (kind == "reply") {
            Json const& message = fields.at("reply").at("message");
            for (Json const& call : message.contains("calls") ? message.at("calls") : Json::array())
                arguments_[call.at("id")] = support::dump_json(call.at("arguments"));
        } else if (kind == "result") {
            text += fmt::format("> {} {}\n", fields.at("name").get<std::string>(), arguments_[fields.at("call")]);
            text += with_line_feed(fields.at("text"));
        }
    }

    std::string text;

private:
    std::mutex mutex_;
    std::map<std::string, std::string> arguments_; ///< by the call's id
};

void set_limit(Case const& test_case, char const* name, std::size_t& limit)
{
    std::string const value = test_case.argument(name);
    std::from_chars(value.data(), value.data() + value.size(), limit);
}

}

std::string run(Case const& test_case)
{
    ScriptedModel model;
    if (std::string wrong = add_replies(model, test_case.script); !wrong.empty())
        return wrong;
    agent::Limits limits;
    set_limit(test_case, "steps", limits.steps);
    set_limit(test_case, "calls", limits.tool_calls);
    set_limit(test_case, "repeats", limits.repeated_calls);
    agent::Task task;
    task.action = "ask";
    task.instruction = test_case.sentence;
    task.diagnostics = diagnostics_of(test_case, test_case.argument("diagnostic"));
    auto const words = test_case.words();
    task.proposes = std::find(words.begin(), words.end(), "reads-only") == words.end();
    Log log;
    support::SystemClock const clock;
    auto const outcome = agent::run(task, model, snapshot_of(test_case), limits, clock, log, {}, {});
    std::string text = log.text + fmt::format("ended: {}\n", agent::to_string(outcome.ended));
    if (!outcome.error.empty())
        text += fmt::format("error: {}: {}\n", to_string(outcome.error_code), outcome.error);
    if (!outcome.text.empty())
        text += fmt::format("text: {}\n", outcome.text);
    return text + diff_of(outcome.changes);
}

}
