#include "agent/run.h"

#include "agent/conversation.h"
#include "agent/deadline.h"
#include "agent/record_json.h"
#include "agent/recorded_commands.h"
#include "agent/recorder.h"
#include "agent/repetition.h"
#include "agent/tool_calls.h"
#include "agent/window.h"
#include "support/log.h"
#include "support/text.h"
#include "tools/command_call.h"

#include <algorithm>
#include <exception>
#include <fmt/core.h>
#include <mutex>

namespace countersign::agent {

std::string_view to_string(Ended ended)
{
    switch (ended) {
    case Ended::done:
        return "done";
    case Ended::stopped:
        return "stopped";
    case Ended::limit:
        return "limit";
    case Ended::failed:
        return "failed";
    }
    return "failed";
}

namespace {

/// How many times in a row a reply may be cut off by the provider's output limit.
constexpr std::size_t cut_replies = 3;

/// Anything longer is never; adding the largest duration to a time point would overflow.
constexpr std::chrono::milliseconds longest_duration = std::chrono::hours(24 * 365);

std::vector<model::ToolSpec> offered(std::span<tools::Tool const> tools)
{
    std::vector<model::ToolSpec> specs;
    for (tools::Tool const& tool : tools) {
        auto schema = support::parse_json(tool.schema);
        specs.push_back({ std::string(tool.name), std::string(tool.description), schema ? std::move(*schema) : Json::object() });
    }
    return specs;
}

/// Costs add up only as long as all of them are known.
void add_usage(model::Usage& sum, model::Usage const& usage, bool is_first)
{
    sum.input_tokens += usage.input_tokens;
    sum.output_tokens += usage.output_tokens;
    sum.cached_input_tokens += usage.cached_input_tokens;
    if (is_first)
        sum.cost = usage.cost;
    else
        sum.cost = sum.cost && usage.cost ? std::optional(*sum.cost + *usage.cost) : std::nullopt;
}

class Run {
public:
    Run(Task const& task, model::Provider& provider, std::shared_ptr<workspace::Snapshot const> const& snapshot, Limits const& limits,
        support::Clock const& clock, Transcript& transcript, std::function<void(Progress const&)> const& on_progress, std::stop_token stop,
        std::span<tools::Tool const> tools, tools::Commands* commands)
        : task_(task)
        , provider_(provider)
        , limits_(limits)
        , clock_(clock)
        , transcript_(transcript)
        , on_progress_(on_progress)
        , begin_(clock.now())
        , duration_(std::clamp(limits.duration, std::chrono::milliseconds(0), longest_duration))
        , deadline_(std::move(stop), duration_)
        , overlay_(snapshot)
        , recorder_(*snapshot, transcript)
        , conversation_(task.instruction)
        , repetition_(limits.repeated_calls)
        , window_(provider)
    {
        for (tools::Tool const& tool : tools) {
            bool const is_offered = tool.effect == tools::Effect::reads || (tool.effect == tools::Effect::proposes && task.proposes)
                || (tool.effect == tools::Effect::runs && task.proposes && commands != nullptr);
            if (is_offered)
                tools_.push_back(tool);
        }
        specs_ = offered(tools_);
        if (commands != nullptr)
            commands_.emplace(*commands, transcript);
    }

    Outcome carry_out()
    {
        transcript_.append("task",
            { { "format", 1 }, { "task", to_json(task_) }, { "limits", to_json(limits_) }, { "root", overlay_.snapshot().files().root() },
                { "provider", provider_.name() } });
        try {
            while (step()) { }
        } catch (std::exception const& exception) {
            end(Ended::failed, ErrorCode::internal, fmt::format("the run failed: {}", exception.what()));
        }
        outcome_.changes = overlay_.changes();
        if (commands_)
            outcome_.evidence = evidence_for(commands_->take_evidence());
        transcript_.append("outcome", { { "outcome", to_json(outcome_) } });
        return std::move(outcome_);
    }

private:
    void notify(Progress const& progress)
    {
        if (!on_progress_)
            return;
        std::lock_guard const lock(progress_mutex_);
        on_progress_(progress);
    }

    /// For that many calls of one reply.
    tools::Context context(std::size_t calls = 1)
    {
        return { overlay_, task_.diagnostics, deadline_.token(), window_.result_limit(limits_.tool_output, calls), &recorder_,
            commands_ ? &*commands_ : nullptr };
    }

    /// What speaks of the changes as they are in the end; of a run of tests before later edits only that it was so.
    std::vector<tools::Evidence> evidence_for(std::vector<tools::Evidence> all)
    {
        auto const view = tools::hash_of_view(context());
        std::vector<tools::Evidence> kept;
        for (tools::Evidence& each : all) {
            bool const is_current = each.view.empty() || (view && each.view == *view);
            // A later run of the same command says more.
            std::erase_if(kept, [&](tools::Evidence const& earlier) { return earlier.command == each.command; });
            if (!is_current)
                each.detail += ", before the last edits";
            kept.push_back(std::move(each));
        }
        return kept;
    }

    /// Always false: there is no next step.
    bool end(Ended ended, ErrorCode code, std::string error)
    {
        outcome_.ended = ended;
        outcome_.error_code = code;
        outcome_.error = std::move(error);
        return false;
    }

    /// Whether the run was stopped or its time is over, and then it is ended.
    bool is_over(std::string_view doing = {})
    {
        if (clock_.now() - begin_ >= duration_)
            deadline_.expire();
        if (deadline_.is_stopped())
            end(Ended::stopped, ErrorCode::cancelled, "the run was stopped");
        else if (deadline_.is_expired())
            end(Ended::limit, ErrorCode::timeout,
                fmt::format("the run has reached its time limit of {} seconds{}",
                    std::chrono::duration_cast<std::chrono::seconds>(duration_).count(), doing));
        else
            return false;
        return true;
    }

    bool step()
    {
        if (is_over())
            return false;
        if (outcome_.steps == limits_.steps)
            return end(Ended::limit, ErrorCode::budget,
                fmt::format("the run has reached its limit of {}", support::count_of(limits_.steps, "step")));
        ++outcome_.steps;
        notify({ Progress::Kind::turn_started, fmt::format("step {}", outcome_.steps) });

        auto reply = ask();
        if (!reply)
            return end_by(reply.error());
        conversation_.make_ids_unique(reply->message);
        transcript_.append("reply", { { "reply", model::to_json(*reply) } });
        add_usage(outcome_.usage, reply->usage, outcome_.steps == 1);
        notify({ Progress::Kind::turn_finished, {}, false, outcome_.usage });
        return follow(*reply);
    }

    model::Request request() const
    {
        model::Request request;
        request.system = task_.system;
        request.material = task_.material;
        request.messages = conversation_.messages();
        request.tools = specs_;
        request.model = task_.model;
        return request;
    }

    /// Too long for the model by its own word, it is shortened and asked once more.
    Result<model::Reply> ask()
    {
        model::Request wanted = request();
        if (told_of_shortening(window_.make_room(conversation_, wanted, deadline_.token())))
            wanted = request();
        auto reply = complete(wanted);
        if (!reply && reply.error().code == ErrorCode::too_large && told_of_shortening(window_.make_more_room(conversation_))) {
            wanted = request();
            reply = complete(wanted);
        }
        if (reply)
            window_.learn(wanted, reply->usage);
        return reply;
    }

    bool told_of_shortening(std::string const& what)
    {
        if (what.empty())
            return false;
        transcript_.append("shortened", { { "what", what } });
        notify({ Progress::Kind::notice, what });
        return true;
    }

    Result<model::Reply> complete(model::Request const& request)
    {
        return provider_.complete(
            request,
            [this](model::Delta const& delta) {
                if (auto const* text = std::get_if<model::TextDelta>(&delta))
                    notify({ Progress::Kind::text, text->text });
                else if (auto const* notice = std::get_if<model::Notice>(&delta))
                    notify({ Progress::Kind::notice, notice->text, notice->restarts });
            },
            deadline_.token());
    }

    bool end_by(Error const& error)
    {
        transcript_.append("provider_error", { { "error", to_json(error) } });
        if (is_over(fmt::format(" while it waited for {}", provider_.name())))
            return false;
        // That a conversation is too long matters up to here; for the person it is the provider's refusal.
        ErrorCode const code = error.code == ErrorCode::too_large ? ErrorCode::provider : error.code;
        return end(code == ErrorCode::budget ? Ended::limit : Ended::failed, code, error.message);
    }

    bool follow(model::Reply const& reply)
    {
        model::Message const& message = reply.message;
        if (reply.stop == model::StopReason::refusal)
            return end(Ended::failed, ErrorCode::provider,
                message.text.empty() ? "the model declined to answer" : fmt::format("the model declined to answer: {}", message.text));
        outcome_.text = text_before_ + message.text;
        if (reply.stop == model::StopReason::length)
            return continue_cut(message);
        cut_in_a_row_ = 0;
        text_before_.clear();
        if (message.calls.empty())
            return false;
        conversation_.add_reply(message);
        return call_tools(message.calls);
    }

    /// A reply that hit the output limit may have lost part of a call, so none of its calls is carried out. It may try again.
    bool continue_cut(model::Message const& message)
    {
        if (++cut_in_a_row_ == cut_replies)
            return end(Ended::limit, ErrorCode::budget,
                fmt::format("the model's reply was cut off at its output limit {} in a row", support::count_of(cut_replies, "time")));
        conversation_.add_reply(message);
        if (message.calls.empty()) {
            text_before_ += message.text;
            conversation_.add_text(
                "Your reply was cut off at the output limit. If you were calling a tool, it was not called: call it again, in smaller "
                "parts. If you were writing text, go on exactly where it stops.");
            return true;
        }
        std::vector<CalledTool> results;
        for (model::ToolCall const& call : message.calls)
            results.push_back(not_called(
                call, { ErrorCode::budget, "not run: your reply was cut off at the output limit; call again, in smaller parts" }));
        finish_calls(message.calls, results);
        return true;
    }

    bool call_tools(std::vector<model::ToolCall> const& calls)
    {
        ToolCalls tool_calls(
            context(calls.size()), tools_, limits_.parallel_calls, clock_, [this](Progress const& progress) { notify(progress); });
        std::size_t const allowed = limits_.tool_calls - std::min(limits_.tool_calls, outcome_.tool_calls);
        auto const results = tool_calls.run(calls, allowed);
        finish_calls(calls, results);
        if (is_over())
            return false;
        if (calls.size() > allowed)
            return end(Ended::limit, ErrorCode::budget,
                fmt::format("the run has reached its limit of {}", support::count_of(limits_.tool_calls, "tool call")));
        if (auto const loop = repetition_.note(calls, results))
            return end(Ended::limit, ErrorCode::budget, fmt::format("the run was ended because {}", *loop));
        return true;
    }

    void finish_calls(std::vector<model::ToolCall> const& calls, std::vector<CalledTool> const& results)
    {
        for (std::size_t i = 0; i < calls.size(); ++i) {
            CalledTool const& called = results[i];
            outcome_.tool_calls += called.is_called ? 1 : 0;
            transcript_.append("result",
                { { "call", calls[i].id }, { "name", calls[i].name }, { "text", called.result.text },
                    { "is_error", called.result.is_error }, { "ms", called.duration.count() } });
        }
        conversation_.add_results(results);
    }

    Task const& task_;
    model::Provider& provider_;
    Limits const& limits_;
    support::Clock const& clock_;
    Transcript& transcript_;
    std::function<void(Progress const&)> const& on_progress_;
    std::chrono::steady_clock::time_point begin_;
    std::chrono::milliseconds duration_;
    Deadline deadline_;
    workspace::Overlay overlay_;
    Recorder recorder_;
    Conversation conversation_;
    Repetition repetition_;
    Window window_;
    std::vector<tools::Tool> tools_;
    std::vector<model::ToolSpec> specs_; ///< of `tools_`
    std::optional<CommandRecorder> commands_;
    std::mutex progress_mutex_;
    std::string text_before_; ///< of replies that were cut off
    std::size_t cut_in_a_row_ = 0;
    Outcome outcome_;
};

}

Outcome run(Task const& task, model::Provider& provider, std::shared_ptr<workspace::Snapshot const> snapshot, Limits const& limits,
    support::Clock const& clock, Transcript& transcript, std::function<void(Progress const&)> const& on_progress, std::stop_token stop,
    std::span<tools::Tool const> tools, tools::Commands* commands)
{
    try {
        return Run(task, provider, snapshot, limits, clock, transcript, on_progress, std::move(stop), tools, commands).carry_out();
    } catch (std::exception const& exception) {
        log::error("a run failed: {}", exception.what());
        Outcome outcome;
        outcome.ended = Ended::failed;
        outcome.error = fmt::format("the run failed: {}", exception.what());
        return outcome;
    }
}

}
