#include "model/event_reader.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace countersign::model {
namespace {

using Events = std::vector<std::string>;

/// Every event as "name|data", the bytes given in pieces of `size`.
template<typename Reader>
Events events_of(std::string_view bytes, std::size_t size, bool finish = true)
{
    Reader reader;
    Events events;
    OnEvent const on_event = [&](StreamEvent const& event) {
        events.push_back(std::string(event.name) + "|" + std::string(event.data));
        return true;
    };
    for (std::size_t at = 0; at < bytes.size(); at += size)
        EXPECT_EQ(reader.push(bytes.substr(at, size), on_event), Pushed::all);
    if (finish) {
        EXPECT_EQ(reader.finish(on_event), Pushed::all);
    }
    return events;
}

TEST(SseReader, gives_the_same_events_however_the_bytes_are_cut)
{
    std::pair<std::string, Events> const cases[] = {
        { "data: a\n\ndata: b\n\n", { "|a", "|b" } },
        { "data: a\r\n\r\ndata: b\r\n\r\n", { "|a", "|b" } },
        { "data: a\r\rdata: b\r\r", { "|a", "|b" } },
        { "data: a\r\n\ndata: b\n\r\n", { "|a", "|b" } },
        { "data:no space\n\n", { "|no space" } },
        { "data:  two spaces\n\n", { "| two spaces" } },
        { "event: ping\ndata: {}\n\n", { "ping|{}" } },
        { "event: ping\n\n", { "ping|" } },
        { ": OPENROUTER PROCESSING\n\ndata: x\n\n", { "|x" } },
        { ":\n\n:\n\n", {} },
        { "data: one\ndata: two\ndata:\n\n", { "|one\ntwo\n" } },
        { "\xEF\xBB\xBF"
          "data: a\n\n",
            { "|a" } },
        { "data: \xEF\xBB\xBF\n\n", { "|\xEF\xBB\xBF" } },
        { "data: Gr\xC3\xBC\xC3\x9F"
          "e \xF0\x9F\x98\x80\n\n",
            { "|Gr\xC3\xBC\xC3\x9F"
              "e \xF0\x9F\x98\x80" } },
        { "data: a\xE2\x80\xA8"
          "b\xE2\x80\xA9"
          "c\n\n",
            { "|a\xE2\x80\xA8"
              "b\xE2\x80\xA9"
              "c" } },
        { "id: 7\nretry: 10\nunknown: x\ndata: a\n\n", { "|a" } },
        { "data\n\n", { "|" } },
        { "data: not ended", { "|not ended" } },
        { "data: ended once\n", { "|ended once" } },
        { "\n\n\n", {} },
        { "", {} },
    };
    for (auto const& [bytes, wanted] : cases) {
        for (std::size_t const size : { std::size_t { 1 }, std::size_t { 2 }, std::size_t { 3 }, std::size_t { 7 }, bytes.size() + 1 })
            EXPECT_EQ(events_of<SseReader>(bytes, size), wanted) << testing::PrintToString(bytes) << " in pieces of " << size;
    }
}

TEST(SseReader, keeps_back_an_event_that_no_blank_line_ended)
{
    EXPECT_EQ(events_of<SseReader>("data: a\n\ndata: b\n", 100, false), Events { "|a" });
}

TEST(SseReader, stops_at_the_limit_of_one_event_and_not_before)
{
    OnEvent const ignore = [](StreamEvent const&) { return true; };
    auto const push = [&](std::string const& bytes) { return SseReader(100).push(bytes, ignore); };
    EXPECT_EQ(push("data: " + std::string(94, 'x') + "\n\n"), Pushed::all);
    EXPECT_EQ(push("data: " + std::string(95, 'x') + "\n\n"), Pushed::too_large) << "a line";
    EXPECT_EQ(push("data: " + std::string(200, 'x')), Pushed::too_large) << "a line without an end";
    std::string many;
    for (int i = 0; i < 60; ++i)
        many += "data: x\n";
    EXPECT_EQ(push(many + "\n"), Pushed::too_large) << "many short lines";
    std::string events;
    for (int i = 0; i < 60; ++i)
        events += "data: x\n\n";
    EXPECT_EQ(push(events), Pushed::all) << "many events are no large one";
}

TEST(SseReader, stops_when_it_is_told_to)
{
    int seen = 0;
    EXPECT_EQ(SseReader().push("data: a\n\ndata: b\n\n", [&](StreamEvent const&) { return ++seen < 1; }), Pushed::stopped);
    EXPECT_EQ(seen, 1);
}

TEST(NdjsonReader, gives_a_line_an_event_and_the_last_one_without_an_end)
{
    for (std::size_t const size : { 1, 3, 100 })
        EXPECT_EQ(
            events_of<NdjsonReader>("{\"a\":1}\r\n\n {\"b\":2}\n{\"c\":3}", size), (Events { "|{\"a\":1}", "|{\"b\":2}", "|{\"c\":3}" }));
}

TEST(NdjsonReader, stops_at_the_limit_of_a_line)
{
    OnEvent const ignore = [](StreamEvent const&) { return true; };
    EXPECT_EQ(NdjsonReader(10).push("0123456789\n", ignore), Pushed::all);
    EXPECT_EQ(NdjsonReader(10).push("01234567890\n", ignore), Pushed::too_large);
}

}
}
