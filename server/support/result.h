// Errors as values. Every fallible function returns Result<T>; exceptions are never control flow.
//
// An Error's message is for a person: what happened, to what, and what to do. The code is for machines:
// session/ maps it to an LSP error code in one function, the command line to an exit status, and a tool's
// failure is the text `code: message`.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <type_traits>
#include <utility>

namespace countersign::support {

enum class ErrorCode {
    invalid_params, ///< the caller's argument is wrong
    not_found,      ///< no such file, symbol, text
    ambiguous,      ///< more than one thing fits
    denied,         ///< the jail, the policy or the person said no
    cancelled,      ///< stopped on request
    stale,          ///< the target is no longer what it was
    timeout,
    too_large,
    budget,   ///< a limit of the run was reached
    provider, ///< the model's side failed
    io,       ///< our own disk or pipe failed
    internal, ///< a defect of ours
};

/// The code as it is printed, e.g. "not_found".
std::string_view to_string(ErrorCode code);

struct Error {
    ErrorCode code;
    std::string message;
};

/// "code: message", the one rendering for terminals and models.
std::string to_string(Error const& error);

template<typename T = void>
using Result = tl::expected<T, Error>;

/// `return fail(ErrorCode::denied, "...")` from any function that returns a Result.
inline tl::unexpected<Error> fail(ErrorCode code, std::string message) { return tl::unexpected(Error { code, std::move(message) }); }

/// What TRY unwraps with: tl::expected<void> has no value() of its own.
template<typename T>
T take_value(Result<T>&& result)
{
    if constexpr (!std::is_void_v<T>)
        return *std::move(result);
}

/// The message of the current value of errno, e.g. "Permission denied".
std::string errno_message();

}

namespace countersign {
using support::Error;
using support::ErrorCode;
using support::fail;
using support::Result;
}

/// The value of a Result, or an early return of its error.
#define TRY(expression)                                                                                                                    \
    __extension__({                                                                                                                        \
        auto try_result_ = (expression);                                                                                                   \
        if (!try_result_)                                                                                                                  \
            return tl::unexpected(std::move(try_result_).error());                                                                         \
        ::countersign::support::take_value(std::move(try_result_));                                                                        \
    })
