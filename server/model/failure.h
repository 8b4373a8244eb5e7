// Why a provider gave no answer: one table from causes to what a person is told and what is done about it.
//
// Pure. The causes come from HTTP statuses, from error objects in all the shapes that servers send them, also in the middle of a
// stream, and from the connection itself.
#pragma once

#include "model/http.h"
#include "support/json.h"
#include "support/result.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace countersign::model {

enum class Cause {
    unauthorized,
    no_credit,
    forbidden,
    not_found,
    bad_request,
    context_overflow,
    request_too_large,
    rate_limited,
    overloaded,
    server_error,
    request_timeout,
    conflict,
    redirected,
    not_the_api,
    unresolved,
    unreachable,
    untrusted,
    proxy_failed,
    connect_timeout,
    silent,
    stalled,
    cut,
    malformed,
    too_much,
    no_model,
    stopped,
};

struct Failure {
    Cause cause = Cause::server_error;
    std::string detail; ///< in the server's words
    int status = 0;     ///< of HTTP; 0 if it is not of one
    std::optional<std::chrono::milliseconds> retry_after;
    std::optional<bool> should_retry; ///< the server's own word (x-should-retry)
    std::string request_id;           ///< for the provider's support
    bool was_answering = false;       ///< some of a reply had come: it may have cost something
};

/// What the person has to know to act.
struct Asked {
    std::string provider;     ///< "anthropic"
    std::string url;          ///< "https://api.anthropic.com"
    std::string model;        ///< as it was asked for
    std::string key_variable; ///< "ANTHROPIC_API_KEY"; empty if it takes no key
};

/// Whether another attempt at the same model can help.
bool is_retryable(Failure const& failure);
/// Whether another provider may be asked instead: this one is out of order, which no correction by the person would change.
bool is_outage(Failure const& failure);
/// For the person: who, what happened, in whose words, what to do. Its code is provider, cancelled, or too_large for a conversation that is
/// too long for the model.
Error to_error(Failure const& failure, Asked const& asked);
/// A server's words on one line, with nothing in them that hides, of at most `limit` bytes before that. What must not be shown is taken out
/// before: a cut could leave a part of it.
std::string shortened(std::string_view text, std::size_t limit);
/// A few words for the progress: "is overloaded".
std::string_view in_short(Cause cause);

/// The failure that an answer other than 200 is; `body` may be JSON, HTML or nothing. `now` is for dates in retry-after.
Failure failure_of_answer(HttpHead const& head, std::string_view body, std::chrono::system_clock::time_point now);
/// The failure that an error object in a stream is: {"error":{...}}, {"error":"..."}, {"object":"error",...}, {"type":"error",...},
/// or the object itself.
Failure failure_of_error_object(Json const& value);
Failure failure_of_connection(HttpFailure const& failure);

}
