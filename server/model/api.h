// What differs between the model APIs, as data and pure functions: how a request is written, and how a streamed answer is read.
//
// One file an API, one row each in `apis()`. ApiClient does the rest, the same for all. Nothing here does I/O.
#pragma once

#include "model/event_reader.h"
#include "model/failure.h"
#include "model/provider.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace countersign::model {

/// A whole reply, or why there is none.
using Attempted = tl::expected<Reply, Failure>;
using OnDelta = std::function<void(Delta const&)>;

/// Reads the events of one answer.
class StreamDecoder {
public:
    virtual ~StreamDecoder() = default;
    /// Nothing, or the failure that this event is.
    virtual std::optional<Failure> read(StreamEvent const& event) = 0;
    /// Whether the API's terminal marker was read: only then there is a result.
    virtual bool is_complete() const = 0;
    /// Whether nothing that counts can follow. What still comes is not waited for.
    virtual bool is_over() const { return is_complete(); }
    /// The reply, once it is complete.
    virtual Attempted finish() = 0;
};

/// What a request depends on beside the conversation.
struct Dialect {
    std::string model;
    std::uint32_t max_output_tokens = 8192;
    bool wants_new_token_limit = false; ///< `max_completion_tokens`, which OpenAI's own newer models insist on
    std::uint32_t context_tokens = 0;   ///< Ollama's num_ctx
    std::size_t request_bytes = 0;      ///< of the request that is answered, for the decoder
    std::uint64_t likely_tokens = 0;    ///< of that request, by what the provider counted before; 0: it has counted nothing yet
};

enum class Framing { sse, ndjson };

struct Api {
    std::string_view name; ///< of the provider, as in the settings
    std::string_view display_name;
    std::string_view default_base_url;
    std::string_view default_model;
    std::string_view key_variable;      ///< "ANTHROPIC_API_KEY"; empty if it takes no key
    std::string_view base_url_variable; ///< as the vendor's own SDK calls it
    std::string_view path;              ///< appended to the base URL
    std::string_view count_path {};     ///< where a request's tokens are counted; empty if nowhere
    std::uint32_t usual_context = 0;    ///< tokens of its models' context, where nothing better is known
    std::string_view key_header;        ///< "x-api-key"; empty: "authorization: Bearer"
    std::string_view fixed_header;      ///< "anthropic-version: 2023-06-01"; may be empty
    Framing framing = Framing::sse;
    Json (*request)(Request const& request, Dialect const& dialect) = nullptr;
    std::unique_ptr<StreamDecoder> (*decoder)(OnDelta on_delta, Dialect const& dialect) = nullptr;
};

extern Api const anthropic_api;
extern Api const openai_api;
extern Api const openai_responses_api;
extern Api const ollama_api;

std::span<Api const* const> apis();
Api const* find_api(std::string_view name);

}
