#include "builtin/source_cache.h"

namespace countersign::builtin {

namespace {

/// A source, its header, a few tests, in a handful of runs at a time.
constexpr std::size_t kept_entries = 16;

}

Source SourceCache::parsed(std::string path, std::string text, std::string_view language_name)
{
    {
        std::lock_guard const lock(mutex_);
        for (Entry const& entry : entries_) {
            if (entry.source.path == path && entry.language_name == language_name && *entry.source.text == text)
                return entry.source;
        }
    }
    // Parsed without the lock: another run need not wait for it.
    Source source = parse_source(std::move(path), std::move(text), language_name);
    std::lock_guard const lock(mutex_);
    entries_.push_front({ std::string(language_name), source });
    if (entries_.size() > kept_entries)
        entries_.pop_back();
    return source;
}

}
