#include "agent/replay.h"

#include "agent/record_json.h"
#include "agent/recorded_commands.h"
#include "support/text.h"
#include "workspace/unified_diff.h"

#include <fmt/core.h>

namespace countersign::agent {

namespace {

/// Plays the replies, then ends as the recorded run did: with its provider's error, or stopped where it was stopped.
class Player final : public model::Provider {
public:
    Player(Recording const& recording, std::stop_source stop)
        : replies_(model::make_replay_provider(recording.replies))
        , left_(recording.replies.size())
        , error_(recording.provider_error)
        , stop_(std::move(stop))
        , was_stopped_(ended_from_outside(recording.outcome))
    {
    }

    /// A person or the clock ended the run; nothing in the recording would make it end there again.
    static bool ended_from_outside(Json const& outcome)
    {
        std::string const code = outcome.is_object() && outcome.contains("error") ? support::string_or(outcome.at("error"), "code") : "";
        return support::string_or(outcome, "ended") == to_string(Ended::stopped)
            || (support::string_or(outcome, "ended") == to_string(Ended::limit) && code == "timeout");
    }

    std::string name() const override { return "replay"; }
    bool is_model() const override { return false; }

    Result<model::Reply> complete(
        model::Request const& request, std::function<void(model::Delta const&)> const& on_delta, std::stop_token stop) override
    {
        if (left_ > 0) {
            --left_;
            return replies_->complete(request, on_delta, std::move(stop));
        }
        if (was_stopped_) {
            stop_.request_stop();
            return fail(ErrorCode::cancelled, "the recorded run was stopped here");
        }
        if (error_)
            return tl::unexpected(*error_);
        return replies_->complete(request, on_delta, std::move(stop));
    }

private:
    std::unique_ptr<model::Provider> replies_;
    std::size_t left_;
    std::optional<Error> error_;
    std::stop_source stop_;
    bool was_stopped_;
};

/// The outcome as lines that can be compared. How long it took and what it cost are no part of it.
std::string render(Json const& outcome, bool with_ending)
{
    std::string text;
    if (with_ending) {
        text += fmt::format("ended: {}\n", support::string_or(outcome, "ended"));
        if (outcome.contains("error"))
            text += fmt::format(
                "error: {}: {}\n", support::string_or(outcome.at("error"), "code"), support::string_or(outcome.at("error"), "message"));
    }
    if (outcome.contains("changes") && outcome.at("changes").is_array()) {
        for (Json const& change : outcome.at("changes")) {
            std::string const from = support::string_or(change, "from");
            text += fmt::format("{}: {}{} {}\n", support::string_or(change, "kind"), from.empty() ? "" : from + " to ",
                support::string_or(change, "path"), support::string_or(change, "hash"));
        }
    }
    text += fmt::format("text: {}", support::string_or(outcome, "text"));
    return text + (text.ends_with('\n') ? "" : "\n");
}

std::string summary(Json const& outcome)
{
    std::size_t const files = outcome.contains("changes") ? outcome.at("changes").size() : 0;
    return fmt::format("{}, {} changed", support::string_or(outcome, "ended"), support::count_of(files, "file"));
}

}

Result<Replayed> replay(std::filesystem::path const& state_directory, std::string const& run_id, support::Clock const& clock,
    std::stop_token stop, std::function<void(Progress const&)> const& on_progress)
{
    Recording recording = TRY(load_recording(state_directory, run_id));
    Limits limits = TRY(limits_from_json(recording.limits));
    // A slower machine is no difference.
    limits.duration = std::chrono::milliseconds::max();
    if (!recording.outcome.is_object())
        return fail(ErrorCode::invalid_params,
            fmt::format("run {} has no outcome in its transcript: it was cut off{}", run_id,
                recording.damage.empty() ? "" : fmt::format(" ({})", recording.damage)));

    std::stop_source source;
    std::stop_callback const forward(stop, [&source] { source.request_stop(); });
    Player player(recording, source);
    auto const transcript = Transcript::discard();
    Replayed replayed;
    RecordedCommands commands(recording.commands);
    replayed.outcome = run(recording.task, player, recording.snapshot, limits, clock, *transcript, on_progress, source.get_token(),
        tools::registry(), &commands);
    if (stop.stop_requested())
        return fail(ErrorCode::cancelled, "the replay was stopped");

    bool const with_ending = !Player::ended_from_outside(recording.outcome);
    Json const outcome = to_json(replayed.outcome);
    std::string const then = render(recording.outcome, with_ending);
    std::string const now = render(outcome, with_ending);
    replayed.same = then == now;
    replayed.text = replayed.same ? fmt::format("run {} ends as it did: {}\n", run_id, summary(recording.outcome))
                                  : fmt::format("run {} ends differently: \"-\" is as recorded, \"+\" as it is now\n", run_id);
    if (!recording.damage.empty())
        replayed.text += fmt::format("note: {}\n", recording.damage);
    if (!replayed.same) {
        for (workspace::DiffHunk const& hunk : workspace::make_hunks(then, now)) {
            for (workspace::DiffLine const& line : hunk.lines) {
                replayed.text += fmt::format("{}{}", line.kind, support::escape_for_display(line.text));
                if (!line.text.ends_with('\n'))
                    replayed.text += '\n';
            }
        }
    }
    return replayed;
}

}
