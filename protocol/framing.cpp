#include "protocol/framing.h"

#include "support/text.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>

namespace countersign::protocol {

namespace {

constexpr std::size_t compact_at = 64 * 1024;
constexpr std::size_t keep_capacity = 1024 * 1024;

/// What a header said, safe and short enough for a message.
std::string shown(std::string_view text)
{
    constexpr std::size_t most = 60;
    return support::escape_for_display(text.substr(0, most)) + (text.size() > most ? "..." : "");
}

Result<std::size_t> parse_length(std::string_view value, std::size_t limit)
{
    bool const digits = !value.empty() && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits)
        return fail(ErrorCode::invalid_params, fmt::format("Content-Length must be a number of bytes, not \"{}\"", shown(value)));
    std::size_t length = 0;
    auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
    if (error != std::errc() || length > limit)
        return fail(ErrorCode::too_large, fmt::format("a message of {} bytes is over the limit of {}", shown(value), limit));
    return length;
}

/// The charset of a Content-Type in lower case, or empty if it names none.
std::string charset_of(std::string_view content_type)
{
    while (true) {
        auto const semicolon = content_type.find(';');
        if (semicolon == std::string_view::npos)
            return {};
        content_type.remove_prefix(semicolon + 1);
        auto const equals = content_type.find('=');
        if (equals == std::string_view::npos || support::to_lower_ascii(support::trim(content_type.substr(0, equals))) != "charset")
            continue;
        std::string_view value = content_type.substr(equals + 1);
        value = support::trim(value.substr(0, value.find(';')));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        return support::to_lower_ascii(value);
    }
}

}

void Framer::push(std::string_view bytes)
{
    if (failure_)
        return;
    compact();
    buffer_.append(bytes);
}

Result<std::optional<std::string>> Framer::next()
{
    if (failure_)
        return tl::unexpected(*failure_);
    if (!body_size_) {
        auto const complete = read_headers();
        if (!complete) {
            failure_ = complete.error();
            buffer_ = {};
            consumed_ = 0;
            return tl::unexpected(*failure_);
        }
        if (!*complete)
            return std::nullopt;
    }
    if (buffer_.size() - consumed_ < *body_size_)
        return std::nullopt;
    std::string body = buffer_.substr(consumed_, *body_size_);
    consumed_ += *body_size_;
    scanned_ = consumed_;
    header_bytes_ = 0;
    body_size_.reset();
    return body;
}

Result<bool> Framer::read_headers()
{
    while (true) {
        auto const line_feed = buffer_.find('\n', scanned_);
        std::size_t const end = line_feed == std::string::npos ? buffer_.size() : line_feed + 1;
        if (header_bytes_ + (end - consumed_) > limits_.headers)
            return fail(ErrorCode::too_large, fmt::format("the headers of a message are over the limit of {} bytes", limits_.headers));
        if (line_feed == std::string::npos) {
            scanned_ = buffer_.size();
            return false;
        }
        std::string_view line(buffer_.data() + consumed_, line_feed - consumed_);
        header_bytes_ += end - consumed_;
        consumed_ = scanned_ = end;
        if (!line.empty() && line.back() == '\r')
            line.remove_suffix(1);
        if (line.empty())
            break;
        TRY(read_header(line));
    }
    if (!length_)
        return fail(ErrorCode::invalid_params, "a message has no Content-Length header");
    body_size_ = std::exchange(length_, std::nullopt);
    return true;
}

Result<> Framer::read_header(std::string_view line)
{
    auto const colon = line.find(':');
    if (colon == std::string_view::npos)
        return fail(ErrorCode::invalid_params, fmt::format("\"{}\" is no header: the stream is not the base protocol", shown(line)));
    std::string const name = support::to_lower_ascii(support::trim(line.substr(0, colon)));
    std::string_view const value = support::trim(line.substr(colon + 1));
    if (name == "content-length") {
        if (length_)
            return fail(ErrorCode::invalid_params, "a message has two Content-Length headers");
        length_ = TRY(parse_length(value, limits_.body));
    } else if (name == "content-type") {
        std::string const charset = charset_of(value);
        if (!charset.empty() && charset != "utf-8" && charset != "utf8")
            return fail(ErrorCode::invalid_params, fmt::format("charset \"{}\" is not supported: send utf-8", shown(charset)));
    }
    return {};
}

/// Drops what is done with, at a cost that is constant for each byte over time.
void Framer::compact()
{
    bool const all_done = consumed_ == buffer_.size();
    if (!all_done && (consumed_ < compact_at || consumed_ < buffer_.size() / 2))
        return;
    buffer_.erase(0, consumed_);
    scanned_ -= consumed_;
    consumed_ = 0;
    if (buffer_.empty() && buffer_.capacity() > keep_capacity)
        buffer_ = {};
}

std::string frame(std::string_view body)
{
    std::string out = fmt::format("Content-Length: {}\r\n\r\n", body.size());
    out.append(body);
    return out;
}

}
