#include "model/failure.h"

#include "model/error_words.h"
#include "model/retry_after.h"
#include "support/text.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace countersign::model {

namespace {

struct CauseRow {
    Cause cause;
    bool is_retryable;
    bool is_outage;
    ErrorCode code;
    std::string_view what;
    /// {key}, {url}, {model} and {provider} stand for what was asked.
    std::string_view to_do;
};

constexpr std::array<CauseRow, 26> causes { {
    { Cause::unauthorized, false, false, ErrorCode::provider, "does not accept the key", "Set {key} to a key that is valid for {url}." },
    { Cause::no_credit, false, false, ErrorCode::provider, "says that the account has no credit left",
        "Add credit or raise the limit of the account, or choose another provider." },
    { Cause::forbidden, false, false, ErrorCode::provider, "does not allow this with the key given",
        "Check what the key in {key} may do, and whether it may use the model {model}." },
    { Cause::not_found, false, false, ErrorCode::provider, "does not know the model {model} or the address",
        "Check the settings model and base_url ({url})." },
    { Cause::bad_request, false, false, ErrorCode::provider, "refused the request",
        "Check the settings model, max_output_tokens and base_url ({url})." },
    { Cause::context_overflow, false, false, ErrorCode::too_large, "says that the conversation is too long for the model {model}",
        "Work on a smaller selection, or choose a model with a larger context." },
    { Cause::request_too_large, false, false, ErrorCode::provider, "says that the request is too large",
        "Work on a smaller selection, or lower max_tool_output." },
    { Cause::rate_limited, true, true, ErrorCode::provider, "limits how often it is asked",
        "Wait, or lower requests_per_minute and tokens_per_minute." },
    { Cause::overloaded, true, true, ErrorCode::provider, "is overloaded", "Try again later, or name another model in fallback." },
    { Cause::server_error, true, true, ErrorCode::provider, "failed", "Try again later, or name another model in fallback." },
    { Cause::request_timeout, true, true, ErrorCode::provider, "gave up waiting", "Try again later." },
    { Cause::conflict, true, false, ErrorCode::provider, "reports a conflict", "Try again." },
    { Cause::redirected, false, false, ErrorCode::provider,
        "points elsewhere, which is not followed because the request holds your code and a key",
        "If you trust that address, set base_url to it." },
    { Cause::not_the_api, false, false, ErrorCode::provider, "answered with something that is not its API",
        "Check base_url ({url}): a web page or a login of the network may stand there." },
    { Cause::unresolved, true, true, ErrorCode::provider, "cannot be found: its name has no address",
        "Check the network and base_url ({url})." },
    { Cause::unreachable, true, true, ErrorCode::provider, "cannot be reached", "Check that a server runs at {url}, and the network." },
    { Cause::untrusted, false, false, ErrorCode::provider, "has a certificate that cannot be verified",
        "If the network has its own certificate authority, set ca_file to its certificate." },
    { Cause::proxy_failed, true, true, ErrorCode::provider, "cannot be reached through the proxy",
        "Check https_proxy, http_proxy and no_proxy." },
    { Cause::connect_timeout, true, true, ErrorCode::provider, "does not answer the connection",
        "Check the network and base_url ({url})." },
    { Cause::silent, true, true, ErrorCode::provider, "accepted the request and said nothing",
        "Try again, or raise first_byte_timeout if the model is slow to load." },
    { Cause::stalled, true, true, ErrorCode::provider, "stopped in the middle of its answer", "Try again, or raise idle_timeout." },
    { Cause::cut, true, true, ErrorCode::provider, "ended its answer before it was complete", "Try again." },
    { Cause::malformed, true, true, ErrorCode::provider, "sent an answer that cannot be read",
        "Try again; if it stays so, check that {url} speaks the API of the provider {provider}." },
    { Cause::too_much, false, false, ErrorCode::provider, "sent more than is accepted", "Check that {url} is the server you mean." },
    { Cause::no_model, false, false, ErrorCode::provider, "has no model loaded", "Load one, or set model." },
    { Cause::stopped, false, false, ErrorCode::cancelled, "was not waited for", "" },
} };

/// Instead of what the table says of a refused request, where the server speaks of tools.
constexpr std::string_view without_tools = "Check that the model {model} takes tool calls; if not, set tool_calls to \"text\".";

CauseRow const& row_of(Cause cause)
{
    return *std::find_if(causes.begin(), causes.end(), [&](CauseRow const& row) { return row.cause == cause; });
}

using Word = std::pair<std::string_view, Cause>;

/// Words of `code` and `type` that say more than the status does.
constexpr std::array<Word, 29> telling_words { {
    { "insufficient_quota", Cause::no_credit },
    { "billing_error", Cause::no_credit },
    { "billing_hard_limit_reached", Cause::no_credit },
    { "usage_not_included", Cause::no_credit },
    { "context_length_exceeded", Cause::context_overflow },
    { "exceed_context_size_error", Cause::context_overflow },
    { "string_above_max_length", Cause::context_overflow },
    { "invalid_api_key", Cause::unauthorized },
    { "authentication_error", Cause::unauthorized },
    { "UNAUTHENTICATED", Cause::unauthorized },
    { "permission_error", Cause::forbidden },
    { "permission_denied", Cause::forbidden },
    { "PERMISSION_DENIED", Cause::forbidden },
    { "model_not_found", Cause::not_found },
    { "not_found_error", Cause::not_found },
    { "NOT_FOUND", Cause::not_found },
    { "NotFoundError", Cause::not_found },
    { "request_too_large", Cause::request_too_large },
    { "rate_limit_error", Cause::rate_limited },
    { "rate_limit_exceeded", Cause::rate_limited },
    { "RESOURCE_EXHAUSTED", Cause::rate_limited },
    { "overloaded_error", Cause::overloaded },
    { "slow_down", Cause::overloaded },
    { "unavailable_error", Cause::overloaded },
    { "UNAVAILABLE", Cause::overloaded },
    { "timeout_error", Cause::request_timeout },
    { "conflict_error", Cause::conflict },
    { "invalid_prompt", Cause::bad_request },
    { "not_supported_error", Cause::bad_request },
} };

/// Words that servers put on anything; the status knows better where there is one.
constexpr std::array<Word, 8> vague_words { {
    { "BadRequestError", Cause::bad_request },
    { "INVALID_ARGUMENT", Cause::bad_request },
    { "invalid_request_error", Cause::bad_request },
    { "invalid_request", Cause::bad_request },
    { "api_error", Cause::server_error },
    { "server_error", Cause::server_error },
    { "internal_error", Cause::server_error },
    { "INTERNAL", Cause::server_error },
} };

/// What the message of a refused request says when no word does.
constexpr std::array<Word, 13> telling_phrases { {
    { "api key not valid", Cause::unauthorized },
    { "api key expired", Cause::unauthorized },
    { "prompt is too long", Cause::context_overflow },
    { "exceed context limit", Cause::context_overflow },
    { "exceeds the context", Cause::context_overflow },
    { "maximum context length", Cause::context_overflow },
    { "context window", Cause::context_overflow },
    { "available context size", Cause::context_overflow },
    { "exceeds the model's context", Cause::context_overflow },
    { "exceeds the maximum number of tokens allowed", Cause::context_overflow },
    { "credit balance is too low", Cause::no_credit },
    { "exceeded your current quota", Cause::no_credit },
    { "no models loaded", Cause::no_model },
} };

std::optional<Cause> cause_of_word(std::span<Word const> words, std::string_view word)
{
    for (Word const& known : words) {
        if (known.first == word)
            return known.second;
    }
    return std::nullopt;
}

std::optional<Cause> cause_of_status(int status)
{
    constexpr std::array<std::pair<int, Cause>, 12> statuses { {
        { 401, Cause::unauthorized },
        { 402, Cause::no_credit },
        { 403, Cause::forbidden },
        { 404, Cause::not_found },
        { 405, Cause::not_the_api },
        { 408, Cause::request_timeout },
        { 409, Cause::conflict },
        { 413, Cause::request_too_large },
        { 429, Cause::rate_limited },
        { 503, Cause::overloaded },
        { 504, Cause::request_timeout },
        { 529, Cause::overloaded },
    } };
    for (auto const& known : statuses) {
        if (known.first == status)
            return known.second;
    }
    if (status >= 500)
        return Cause::server_error;
    if (status >= 400)
        return Cause::bad_request;
    if (status >= 300)
        return Cause::redirected;
    return std::nullopt;
}

Cause cause_of(ErrorWords const& words, int status)
{
    for (std::string const* word : { &words.code, &words.type }) {
        if (auto const cause = cause_of_word(telling_words, *word))
            return *cause;
    }
    std::string const message = support::to_lower_ascii(words.message);
    for (Word const& phrase : telling_phrases) {
        if (message.find(phrase.first) != std::string::npos)
            return phrase.second;
    }
    if (auto const cause = cause_of_status(status != 0 ? status : words.status))
        return *cause;
    for (std::string const* word : { &words.code, &words.type }) {
        if (auto const cause = cause_of_word(vague_words, *word))
            return *cause;
    }
    return Cause::server_error;
}

std::string filled_in(std::string_view text, Asked const& asked)
{
    std::string result(text);
    std::string const key =
        asked.key_variable.empty() ? "COUNTERSIGN_API_KEY" : fmt::format("{} (or COUNTERSIGN_API_KEY)", asked.key_variable);
    std::pair<std::string_view, std::string_view> const values[] = { { "{key}", key }, { "{url}", asked.url },
        { "{provider}", asked.provider },
        { "{model}", asked.model.empty() ? std::string_view("asked for") : std::string_view(asked.model) } };
    for (auto const& [name, value] : values) {
        for (std::size_t at = result.find(name); at != std::string::npos; at = result.find(name, at + value.size()))
            result.replace(at, name.size(), value);
    }
    return result;
}

}

std::string shortened(std::string_view text, std::size_t limit)
{
    std::string_view cut = support::trim(text);
    if (cut.size() > limit) {
        std::size_t size = limit;
        while (size > 0 && (static_cast<unsigned char>(cut[size]) & 0xC0u) == 0x80u)
            --size;
        cut = cut.substr(0, size);
    }
    std::string shown = support::escape_for_display(cut);
    std::replace(shown.begin(), shown.end(), '\n', ' ');
    return shown;
}

bool is_retryable(Failure const& failure)
{
    CauseRow const& row = row_of(failure.cause);
    // Nobody's word makes an empty account or a wrong key worth another try.
    if (failure.should_retry && failure.cause != Cause::no_credit && failure.cause != Cause::unauthorized)
        return *failure.should_retry && failure.cause != Cause::stopped;
    return row.is_retryable;
}

bool is_outage(Failure const& failure) { return row_of(failure.cause).is_outage; }

std::string_view in_short(Cause cause) { return row_of(cause).what; }

Error to_error(Failure const& failure, Asked const& asked)
{
    CauseRow const& row = row_of(failure.cause);
    if (failure.cause == Cause::stopped)
        return { row.code, "the run was stopped" };
    std::string message = fmt::format("{} {}", asked.provider, filled_in(row.what, asked));
    if (failure.status >= 300)
        message += fmt::format(" (HTTP {})", failure.status);
    if (!failure.detail.empty())
        message += fmt::format(": {}", failure.detail);
    std::string const words = support::to_lower_ascii(failure.detail);
    bool const is_of_tools = words.find("tool") != std::string::npos || words.find("function") != std::string::npos;
    std::string_view const to_do = failure.cause == Cause::bad_request && is_of_tools ? without_tools : row.to_do;
    message += fmt::format("{} {}", message.ends_with('.') ? "" : ".", filled_in(to_do, asked));
    if (!failure.request_id.empty())
        message += fmt::format(" (request {})", failure.request_id);
    return { row.code, message };
}

Failure failure_of_answer(HttpHead const& head, std::string_view body, std::chrono::system_clock::time_point now)
{
    Failure failure;
    failure.status = head.status;
    auto const value = support::parse_json(body);
    bool const is_json = value && (value->is_object() || value->is_array());
    if (is_json) {
        ErrorWords const words = words_of(*value);
        failure.cause = cause_of(words, head.status);
        failure.detail = words.message;
        failure.retry_after = wait_in_words(words.message);
    } else {
        failure.cause = cause_of_status(head.status).value_or(Cause::not_the_api);
        bool const is_page = support::to_lower_ascii(body.substr(0, 512)).find("<html") != std::string::npos;
        failure.detail = is_page ? "a web page" : body;
        if (is_page && (failure.cause == Cause::not_found || failure.cause == Cause::bad_request))
            failure.cause = Cause::not_the_api;
    }
    if (failure.cause == Cause::redirected)
        failure.detail = head.header("location");
    if (auto const wait = wait_in_headers(head, now))
        failure.retry_after = wait;
    if (std::string_view const word = head.header("x-should-retry"); word == "true" || word == "false")
        failure.should_retry = word == "true";
    for (std::string_view const name : { "request-id", "x-request-id" }) {
        if (failure.request_id.empty())
            failure.request_id = head.header(name);
    }
    return failure;
}

Failure failure_of_error_object(Json const& value)
{
    ErrorWords const words = words_of(value);
    Failure failure;
    failure.cause = cause_of(words, 0);
    failure.detail = words.message.empty() ? support::dump_json(value) : words.message;
    failure.retry_after = wait_in_words(words.message);
    return failure;
}

Failure failure_of_connection(HttpFailure const& failure)
{
    constexpr std::array<std::pair<HttpProblem, Cause>, 11> known { {
        { HttpProblem::resolve, Cause::unresolved },
        { HttpProblem::connect, Cause::unreachable },
        { HttpProblem::tls, Cause::untrusted },
        { HttpProblem::proxy, Cause::proxy_failed },
        { HttpProblem::connect_timeout, Cause::connect_timeout },
        { HttpProblem::silent, Cause::silent },
        { HttpProblem::stalled, Cause::stalled },
        { HttpProblem::cut, Cause::cut },
        { HttpProblem::too_large, Cause::too_much },
        { HttpProblem::stopped, Cause::stopped },
        { HttpProblem::other, Cause::malformed },
    } };
    Failure result;
    result.detail = failure.detail;
    for (auto const& entry : known) {
        if (entry.first == failure.problem)
            result.cause = entry.second;
    }
    return result;
}

}
