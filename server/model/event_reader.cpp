#include "model/event_reader.h"

#include "support/text.h"

namespace countersign::model {

std::size_t LineReader::line_end(std::string_view bytes)
{
    // Two memchr runs: far faster than looking for either byte, since a return is rare.
    std::size_t const newline = bytes.find('\n');
    std::size_t const carriage_return = bytes.substr(0, newline).find('\r');
    return carriage_return == std::string_view::npos ? newline : carriage_return;
}

bool SseReader::dispatch(OnEvent const& on_event)
{
    if (name_.empty() && !has_data_)
        return true;
    bool const goes_on = on_event({ name_, data_ });
    name_.clear();
    data_.clear();
    has_data_ = false;
    return goes_on;
}

bool SseReader::take(std::string_view line, OnEvent const& on_event)
{
    if (line.empty())
        return dispatch(on_event);
    std::size_t const colon = line.find(':');
    if (colon == 0)
        return true;
    std::string_view const field = line.substr(0, colon);
    std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (value.starts_with(' '))
        value.remove_prefix(1);
    if (field == "event") {
        name_ = value;
    } else if (field == "data") {
        if (has_data_)
            data_ += '\n';
        data_ += value;
        has_data_ = true;
        is_too_large_ = data_.size() > limit_;
    }
    return !is_too_large_;
}

Pushed SseReader::push(std::string_view bytes, OnEvent const& on_event)
{
    Pushed const pushed = lines_.push(bytes, [&](std::string_view line) { return take(line, on_event); });
    return is_too_large_ ? Pushed::too_large : pushed;
}

Pushed SseReader::finish(OnEvent const& on_event)
{
    Pushed const pushed = lines_.finish([&](std::string_view line) { return take(line, on_event); });
    if (pushed != Pushed::all)
        return is_too_large_ ? Pushed::too_large : pushed;
    return dispatch(on_event) ? Pushed::all : Pushed::stopped;
}

namespace {

bool give_line(std::string_view line, OnEvent const& on_event)
{
    std::string_view const data = support::trim(line);
    return data.empty() || on_event({ {}, data });
}

}

Pushed NdjsonReader::push(std::string_view bytes, OnEvent const& on_event)
{
    return lines_.push(bytes, [&](std::string_view line) { return give_line(line, on_event); });
}

Pushed NdjsonReader::finish(OnEvent const& on_event)
{
    return lines_.finish([&](std::string_view line) { return give_line(line, on_event); });
}

}
