// Bytes of a streamed answer -> its events: server-sent events, or one JSON value a line (NDJSON).
//
// Pure and incremental: however the bytes are cut, the events are the same. Lines end at "\n", "\r\n" or a lone "\r" and at nothing
// else; a first byte order mark is passed over. What an event means is for the API's decoder.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace countersign::model {

struct StreamEvent {
    std::string_view name; ///< of `event:`; empty for NDJSON
    std::string_view data; ///< `data:` lines, joined by "\n"; valid during the call
};

/// False stops the reading.
using OnEvent = std::function<bool(StreamEvent const&)>;

enum class Pushed { all, stopped, too_large };

/// Cuts bytes into lines. A line that lies whole in one piece is not copied.
class LineReader {
public:
    explicit LineReader(std::size_t limit) : limit_(limit) { }

    template<typename OnLine>
    Pushed push(std::string_view bytes, OnLine&& on_line)
    {
        while (!bytes.empty()) {
            if (after_return_ && bytes.front() == '\n') {
                bytes.remove_prefix(1);
                after_return_ = false;
                continue;
            }
            after_return_ = false;
            std::size_t const end = line_end(bytes);
            if (partial_.size() + std::min(end, bytes.size()) > limit_)
                return Pushed::too_large;
            if (end == std::string_view::npos) {
                partial_ += bytes;
                return Pushed::all;
            }
            after_return_ = bytes[end] == '\r';
            if (!give(bytes.substr(0, end), on_line))
                return Pushed::stopped;
            bytes.remove_prefix(end + 1);
        }
        return Pushed::all;
    }

    /// The last line, if the stream did not end it.
    template<typename OnLine>
    Pushed finish(OnLine&& on_line)
    {
        return partial_.empty() || give({}, on_line) ? Pushed::all : Pushed::stopped;
    }

private:
    static std::size_t line_end(std::string_view bytes);

    template<typename OnLine>
    bool give(std::string_view rest, OnLine& on_line)
    {
        std::string_view line = rest;
        if (!partial_.empty()) {
            partial_ += rest;
            line = partial_;
        }
        constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
        if (is_first_ && line.starts_with(byte_order_mark))
            line.remove_prefix(byte_order_mark.size());
        is_first_ = false;
        bool const goes_on = on_line(line);
        partial_.clear();
        return goes_on;
    }

    std::size_t limit_;
    std::string partial_;
    bool after_return_ = false; ///< a "\n" now belongs to the "\r" before it
    bool is_first_ = true;
};

class EventReader {
public:
    virtual ~EventReader() = default;
    virtual Pushed push(std::string_view bytes, OnEvent const& on_event) = 0;
    /// At the end of the bytes: an event that no blank line ended is given too.
    virtual Pushed finish(OnEvent const& on_event) = 0;
};

/// The largest event that is read, in bytes.
inline constexpr std::size_t event_limit = 8 * 1024 * 1024;

/// As the WHATWG's "server-sent events" says, with what the vendors' own decoders do beyond it: an event may have a name and no data.
class SseReader final : public EventReader {
public:
    explicit SseReader(std::size_t limit = event_limit) : limit_(limit), lines_(limit) { }
    Pushed push(std::string_view bytes, OnEvent const& on_event) override;
    Pushed finish(OnEvent const& on_event) override;

private:
    bool take(std::string_view line, OnEvent const& on_event);
    bool dispatch(OnEvent const& on_event);

    std::size_t limit_;
    LineReader lines_;
    std::string name_;
    std::string data_;
    bool has_data_ = false;
    bool is_too_large_ = false;
};

/// Each line that is not blank is an event.
class NdjsonReader final : public EventReader {
public:
    explicit NdjsonReader(std::size_t limit = event_limit) : lines_(limit) { }
    Pushed push(std::string_view bytes, OnEvent const& on_event) override;
    Pushed finish(OnEvent const& on_event) override;

private:
    LineReader lines_;
};

}
