// A stream gives the same bodies and the same error however it is cut: at once, byte by byte, and in pieces whose sizes
// are the first bytes of the input.
#include "protocol/framing.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using countersign::protocol::Framer;

struct Outcome {
    std::vector<std::string> bodies;
    std::string error;
    bool mid_frame = false;
    bool operator==(Outcome const&) const = default;
};

template<typename NextSize>
Outcome read(std::string_view stream, NextSize next_size)
{
    Framer framer({ 4096, 256 });
    Outcome outcome;
    while (!stream.empty()) {
        std::string_view const piece = stream.substr(0, next_size());
        stream.remove_prefix(piece.size());
        framer.push(piece);
        while (true) {
            auto body = framer.next();
            if (!body) {
                outcome.error = body.error().message;
                return outcome;
            }
            if (!*body)
                break;
            outcome.bodies.push_back(std::move(**body));
        }
    }
    outcome.mid_frame = framer.mid_frame();
    return outcome;
}

}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    constexpr std::size_t size_count = 4;
    if (size < size_count)
        return 0;
    std::string_view const stream(reinterpret_cast<char const*>(data) + size_count, size - size_count);
    Outcome const whole = read(stream, [&] { return stream.size(); });
    Outcome const bytes = read(stream, [] { return std::size_t { 1 }; });
    std::size_t turn = 0;
    Outcome const pieces = read(stream, [&] { return std::size_t { 1 } + data[turn++ % size_count]; });
    if (!(whole == bytes) || !(whole == pieces))
        std::abort();
    // What was read and framed again is read again, unless the smaller limit of the test forbids it.
    std::string again;
    for (std::string const& body : whole.bodies)
        again += countersign::protocol::frame(body);
    Outcome const second = read(again, [&] { return again.size(); });
    if (second.bodies != whole.bodies || !second.error.empty() || second.mid_frame)
        std::abort();
    return 0;
}
