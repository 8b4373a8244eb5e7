// The answers of a provider, byte for byte, in a folder of the person's choice: written by one Http, played by another. For tests of
// prompts and tools, and for reports of what a server sent.
//
// 0001.http, 0002.http, ...: "countersign recording 1", the provider, the status, the headers, a blank line, the body. No request is kept:
// the run's transcript has what was said, and a request holds a key.
#pragma once

#include "model/http.h"
#include "support/result.h"

#include <filesystem>
#include <memory>
#include <string>

namespace countersign::model {

/// Hands each request on to `inner`, which must outlive it, and writes what comes back. A failing disk is logged.
std::unique_ptr<Http> make_recording_http(Http& inner, std::filesystem::path folder, std::string provider);

/// Which provider a recording is of. Errors: not_found, invalid_params.
Result<std::string> recorded_provider(std::filesystem::path const& folder);

/// Gives the recorded answers in their order, whatever it is asked; past the last it fails.
std::unique_ptr<Http> make_playing_http(std::filesystem::path folder);

}
