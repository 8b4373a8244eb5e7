// What speaks to one kind of model API. `builtin` is the one without a model; `replay` plays a recorded run.
//
// A run's thread calls `complete` with the whole conversation and blocks; deltas arrive on the same thread.
#pragma once

#include "support/json.h"
#include "support/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

namespace countersign::model {

struct ToolSpec {
    std::string name;
    std::string description;
    Json input_schema; ///< JSON Schema of the arguments object
};

struct ToolCall {
    std::string id;
    std::string name;
    Json arguments; ///< an object
    /// Why it cannot be carried out (its arguments were cut off or are no JSON object); empty if it can. The model is told this.
    std::string problem {};
    std::size_t group = 0; ///< calls side by side in a reply with the same number stand or fall together; 0: it stands alone
};

struct ToolResult {
    std::string call_id;
    std::string text;
    bool is_error = false;
};

enum class Role { user, assistant };

/// A user message holds text or the results of the assistant's calls, one for each, in their order.
struct Message {
    Role role = Role::user;
    std::string text;
    std::vector<ToolCall> calls;     ///< assistant only
    std::vector<ToolResult> results; ///< user only
    /// What only the provider that said this understands and wants to get back unchanged, as signed thinking. Null if nothing.
    Json provider_state {};
    std::size_t stable_bytes = 0; ///< of `text`: the same in other tasks on the same file, so a provider's cache may end there
};

/// Text of the workspace that a model is shown before it asks: data, not words of the person.
struct Material {
    std::string name; ///< "src/a.cpp", "outline of src/a.cpp"
    std::string text;
    bool operator==(Material const&) const = default;
};

struct Request {
    std::string system;
    std::vector<Material> material; ///< goes before the first message; a provider's decorator puts it there
    std::vector<Message> messages;
    std::vector<ToolSpec> tools;
    std::string model;                           ///< empty: the provider's default
    std::uint32_t max_output_tokens = 1'000'000; ///< the provider's own setting may be lower
};

struct Usage {
    std::uint64_t input_tokens = 0;
    std::uint64_t output_tokens = 0;
    std::uint64_t cached_input_tokens = 0;  ///< of the input, read from the provider's cache
    std::optional<double> cost;             ///< in US dollars; unset is unknown, not zero
    std::uint64_t cache_written_tokens = 0; ///< of the input, written to the provider's cache, which some charge for
};

enum class StopReason { end_turn, tool_use, length, refusal };

/// A finished turn: only complete tool calls are in it.
struct Reply {
    Message message;
    StopReason stop = StopReason::end_turn;
    Usage usage;
};

struct TextDelta {
    std::string text;
};
struct CallStarted {
    std::string name;
};
/// What the person is told meanwhile: a wait, another attempt, another model.
struct Notice {
    std::string text;
    bool restarts = false; ///< the turn begins again: the deltas so far are void
};
using Delta = std::variant<TextDelta, CallStarted, Notice>;

class Provider {
public:
    virtual ~Provider() = default;
    /// Of who is asked now: another one after a failover.
    virtual std::string name() const = 0;
    /// Whether it is a language model. What is not says so to the person.
    virtual bool is_model() const { return true; }
    /// Errors: provider, cancelled, timeout, budget, too_large (the conversation is too long for the model).
    virtual Result<Reply> complete(Request const& request, std::function<void(Delta const&)> const& on_delta, std::stop_token stop) = 0;

    /// Tokens that a request and its reply may have together; 0 if nobody knows, or if it does not matter.
    virtual std::uint64_t context_tokens() const { return 0; }
    /// The provider's own count of a request's tokens. Costs a question to it. Errors: not_found (it does not count), or as complete.
    virtual Result<std::uint64_t> count_tokens(Request const& request, std::stop_token stop);
    /// What model calls have taken so far, for the person: "today 12 requests, ...". Errors: not_found (nobody counts), io.
    virtual Result<std::string> spent() const;
};

/// JSON forms, as they stand in a transcript. Decoding errors: invalid_params.
Json to_json(Message const& message);
Json to_json(Reply const& reply);
Result<Reply> reply_from_json(Json const& value);

/// Plays the replies of a recorded run, one after another; provider error when they run out.
std::unique_ptr<Provider> make_replay_provider(std::vector<Reply> replies);

}
