// How long a server says to wait before the next try, in a header or in the words of its refusal. Pure.
#pragma once

#include "model/http.h"

#include <chrono>
#include <optional>
#include <string_view>

namespace countersign::model {

/// Of retry-after-ms, or else of retry-after: seconds, or a date as HTTP writes it. Nothing where none is named, or it is over.
std::optional<std::chrono::milliseconds> wait_in_headers(HttpHead const& head, std::chrono::system_clock::time_point now);

/// "try again in 1.5s", "try again in 20 ms", "Please retry in 37.2 seconds", as the texts of 429 answers have it.
std::optional<std::chrono::milliseconds> wait_in_words(std::string_view message);

}
