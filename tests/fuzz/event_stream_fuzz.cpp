// A streamed answer gives the same reply or the same failure however it is cut: at once, byte by byte, and in pieces whose sizes are the
// first bytes of the input. The first byte chooses the API.
#include "model/api.h"
#include "model/event_reader.h"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace {

using namespace countersign::model;

template<typename NextSize>
std::string outcome(Api const& api, std::string_view stream, NextSize next_size)
{
    constexpr std::size_t limit = 4096;
    std::unique_ptr<EventReader> reader;
    if (api.framing == Framing::sse)
        reader = std::make_unique<SseReader>(limit);
    else
        reader = std::make_unique<NdjsonReader>(limit);
    Dialect dialect;
    dialect.context_tokens = 1000;
    std::string said;
    auto const decoder = api.decoder(
        [&](Delta const& delta) {
            if (auto const* text = std::get_if<TextDelta>(&delta))
                said += text->text;
        },
        dialect);
    std::string failure;
    OnEvent const on_event = [&](StreamEvent const& event) {
        if (auto const failed = decoder->read(event))
            failure = std::string(in_short(failed->cause)) + failed->detail;
        return failure.empty();
    };
    Pushed pushed = Pushed::all;
    while (!stream.empty() && pushed == Pushed::all) {
        std::string_view const piece = stream.substr(0, next_size());
        stream.remove_prefix(piece.size());
        pushed = reader->push(piece, on_event);
    }
    if (pushed == Pushed::too_large)
        return "too large";
    if (pushed == Pushed::all)
        reader->finish(on_event);
    if (!failure.empty())
        return failure;
    if (!decoder->is_complete())
        return "incomplete after " + said;
    auto const reply = decoder->finish();
    return reply ? countersign::support::dump_json(to_json(*reply)) : reply.error().detail;
}

}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    constexpr std::size_t size_count = 4;
    if (size <= size_count)
        return 0;
    Api const& api = *apis()[data[0] % apis().size()];
    std::string_view const stream(reinterpret_cast<char const*>(data) + size_count, size - size_count);
    std::string const whole = outcome(api, stream, [&] { return stream.size(); });
    std::string const bytes = outcome(api, stream, [] { return std::size_t { 1 }; });
    std::size_t turn = 0;
    std::string const pieces = outcome(api, stream, [&] { return std::size_t { 1 } + data[turn++ % size_count]; });
    if (whole != bytes || whole != pieces)
        std::abort();
    return 0;
}
