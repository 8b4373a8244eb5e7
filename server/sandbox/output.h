// What a command printed: its beginning and its end within a limit, and made safe to show. Nothing here knows of processes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace countersign::sandbox {

/// `text` as valid UTF-8 without what a terminal or an editor would act on or a person would not see: escape sequences (CSI, OSC and
/// their like), control characters save tab and line feed, bidirectional marks, zero-width and tag characters, variation selectors.
/// A carriage return becomes a line feed, invalid bytes U+FFFD.
std::string clean_output(std::string_view text);

/// Keeps the first and the last half of `limit` bytes of what is added.
class Shortened {
public:
    explicit Shortened(std::uint64_t limit) : half_(limit / 2) { }
    void add(std::string_view bytes);
    std::uint64_t added() const { return added_; }
    std::uint64_t dropped() const { return added_ - head_.size() - tail_size(); }
    /// Cleaned, with a line that says how much is left out where something is.
    std::string text() const;

private:
    std::uint64_t tail_size() const { return tail_.size() < half_ ? tail_.size() : half_; }

    std::uint64_t half_;
    std::uint64_t added_ = 0;
    std::string head_;
    std::string tail_; ///< up to twice as long as what is kept of it
};

}
