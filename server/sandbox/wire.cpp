#include "sandbox/wire.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>

namespace countersign::sandbox {

namespace {

constexpr std::size_t header_size = 5; // four bytes of length, little-endian, and the kind

Result<> send_all(int fd, std::string_view bytes)
{
    while (!bytes.empty()) {
        ssize_t const sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return fail(ErrorCode::io, "cannot send: " + support::errno_message());
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
}

Result<> receive_all(int fd, char* into, std::size_t size)
{
    while (size > 0) {
        ssize_t const got = ::recv(fd, into, size, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail(ErrorCode::io, "cannot receive: " + support::errno_message());
        if (got == 0)
            return fail(ErrorCode::io, "the other end is gone");
        into += got;
        size -= static_cast<std::size_t>(got);
    }
    return {};
}

}

Writer& Writer::number(std::uint64_t value)
{
    for (int shift = 0; shift < 64; shift += 8)
        bytes_ += static_cast<char>(value >> shift & 0xff);
    return *this;
}

Writer& Writer::text(std::string_view value)
{
    number(value.size());
    bytes_ += value;
    return *this;
}

std::uint64_t Reader::number()
{
    if (bytes_.size() < 8) {
        good_ = false;
        bytes_ = {};
        return 0;
    }
    std::uint64_t value = 0;
    for (int index = 7; index >= 0; --index)
        value = value << 8 | static_cast<unsigned char>(bytes_[static_cast<std::size_t>(index)]);
    bytes_.remove_prefix(8);
    return value;
}

std::string Reader::text()
{
    std::uint64_t const size = number();
    if (size > bytes_.size()) {
        good_ = false;
        bytes_ = {};
        return {};
    }
    std::string value(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return value;
}

std::size_t Reader::count()
{
    std::uint64_t const value = number();
    if (value > bytes_.size() / 8) {
        good_ = false;
        return 0;
    }
    return value;
}

Result<> send_frame(int fd, FrameKind kind, std::string_view payload)
{
    if (payload.size() > frame_limit)
        return fail(ErrorCode::too_large, "a frame of " + std::to_string(payload.size()) + " bytes is too large");
    std::string header;
    for (int shift = 0; shift < 32; shift += 8)
        header += static_cast<char>(payload.size() >> shift & 0xff);
    header += static_cast<char>(kind);
    TRY(send_all(fd, header));
    return send_all(fd, payload);
}

Result<Frame> receive_frame(int fd)
{
    std::array<char, header_size> header {};
    TRY(receive_all(fd, header.data(), header.size()));
    std::size_t size = 0;
    for (std::size_t index = 4; index-- > 0;)
        size = size << 8 | static_cast<unsigned char>(header[index]);
    if (size > frame_limit)
        return fail(ErrorCode::io, "the other end sent a frame of " + std::to_string(size) + " bytes");
    Frame frame { static_cast<FrameKind>(header[4]), std::string(size, '\0') };
    TRY(receive_all(fd, frame.payload.data(), size));
    return frame;
}

}
