// The files that a run has parsed lately. A run's every turn starts from the messages again and would parse the same text each time;
// a hit changes no reply, only how long it takes. Any thread.
#pragma once

#include "builtin/source.h"

#include <deque>
#include <mutex>
#include <string>
#include <string_view>

namespace countersign::builtin {

class SourceCache {
public:
    /// As parse_source; the same text under the same path and language is parsed once.
    Source parsed(std::string path, std::string text, std::string_view language_name);

private:
    struct Entry {
        std::string language_name;
        Source source;
    };

    std::mutex mutex_;
    std::deque<Entry> entries_; ///< newest first
};

}
