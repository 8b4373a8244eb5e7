#include "agent/recorder.h"

#include "agent/record_json.h"

#include <utility>

namespace countersign::agent {

void Recorder::used(std::string const& path)
{
    std::lock_guard const lock(mutex_);
    if (!paths_.insert(path).second)
        return;
    Json entry { { "path", path } };
    if (auto const file = snapshot_.read(path)) {
        entry["hash"] = file->file.hash;
        entry["format"] = to_json(file->file.format);
        if (file->version)
            entry["version"] = *file->version;
        if (hashes_.insert(file->file.hash).second)
            entry["text"] = *file->file.text;
    } else {
        entry["error"] = to_json(file.error());
        entry["exists"] = snapshot_.exists(path);
    }
    if (auto const target = snapshot_.files().check_target(path); !target)
        entry["target_error"] = to_json(target.error());
    transcript_.append("capture", std::move(entry));
}

void Recorder::listed()
{
    std::lock_guard const lock(mutex_);
    if (std::exchange(is_listed_, true))
        return;
    if (auto const listing = snapshot_.list())
        transcript_.append("listing", { { "paths", listing->paths }, { "complete", listing->complete } });
    else
        transcript_.append("listing", { { "error", to_json(listing.error()) } });
}

}
