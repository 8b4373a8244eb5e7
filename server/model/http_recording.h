// The answers of a provider, byte for byte, in a folder of the person's choice: written by one Http, played by another. For tests of
// prompts and tools, and for reports of what a server sent.
//
// Each run has a folder of its own in it, named by the run's id. There are 0001.http, 0002.http, ... in the order of the run's requests:
// "countersign recording 1", the provider, the status, the headers (two of ours first: which model of the run's route it was, and that
// model's place in it), a blank line, the body. No request is kept: the run's transcript has what was said, and a request holds a key. A
// key that a server repeats is struck out.
#pragma once

#include "model/http.h"
#include "support/result.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace countersign::model {

/// One model that a run asks.
struct RecordedStop {
    std::string provider;
    std::string model; ///< empty in a recording of an older version
    int place = 1;     ///< in the run's route
};

/// What one run is answered. The run's thread.
class Recording {
public:
    /// In `folder`/`run`, which the first answer makes.
    Recording(std::filesystem::path const& folder, std::string_view run);

    /// Hands each request on to `inner`, which must outlive it, and writes what comes back. A failing disk is logged.
    std::unique_ptr<Http> make_http(Http& inner, RecordedStop stop) const;

private:
    struct Folder;
    class RecordingHttp;

    std::shared_ptr<Folder> folder_;
};

/// The folder of the run to play: `folder` itself, or the only run's in it. Errors: invalid_params, where there is none, or naming them
/// where there are several.
Result<std::filesystem::path> recorded_run(std::filesystem::path const& folder);

/// The models that answered in a run, in the order in which they were first asked; at least one. Errors: not_found, invalid_params.
Result<std::vector<RecordedStop>> recorded_route(std::filesystem::path const& run);

/// Gives the recorded answers of the model at `place` in their order, whatever it is asked; past the last it fails.
std::unique_ptr<Http> make_playing_http(std::filesystem::path run, int place);

}
