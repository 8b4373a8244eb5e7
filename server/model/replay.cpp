#include "model/provider.h"

#include "support/text.h"

#include <fmt/core.h>

namespace countersign::model {

Result<std::uint64_t> Provider::count_tokens(Request const&, std::stop_token)
{
    return fail(ErrorCode::not_found, fmt::format("{} counts no tokens", name()));
}

Result<std::string> Provider::spent() const { return fail(ErrorCode::not_found, fmt::format("nobody counts what {} takes", name())); }

namespace {

/// Hands out recorded replies in their order; what it is asked does not matter, the caller compares outcomes.
class ReplayProvider final : public Provider {
public:
    explicit ReplayProvider(std::vector<Reply> replies) : replies_(std::move(replies)) { }

    std::string name() const override { return "replay"; }
    bool is_model() const override { return false; }

    Result<Reply> complete(Request const&, std::function<void(Delta const&)> const& on_delta, std::stop_token stop) override
    {
        if (stop.stop_requested())
            return fail(ErrorCode::cancelled, "the replay was stopped");
        if (next_ == replies_.size()) {
            return fail(ErrorCode::provider,
                fmt::format("the recording holds {} and the run asks for one more: it does not go the way it went",
                    support::count_of(replies_.size(), "reply", "replies")));
        }
        Reply const& reply = replies_[next_++];
        if (on_delta) {
            if (!reply.message.text.empty())
                on_delta(TextDelta { reply.message.text });
            for (ToolCall const& call : reply.message.calls)
                on_delta(CallStarted { call.name });
        }
        return reply;
    }

private:
    std::vector<Reply> replies_;
    std::size_t next_ = 0;
};

}

std::unique_ptr<Provider> make_replay_provider(std::vector<Reply> replies) { return std::make_unique<ReplayProvider>(std::move(replies)); }

}
