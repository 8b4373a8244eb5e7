#include "cli/otlp.h"

#include <gmock/gmock.h>

namespace countersign::cli {
namespace {

ledger::Event event(std::int64_t sequence, char const* time, char const* kind, Json fields)
{
    return { sequence, time, kind, std::move(fields) };
}

/// {name: value} of a span's attributes, whatever their type.
Json attributes_of(Json const& span)
{
    Json found;
    for (Json const& attribute : span["attributes"])
        found[attribute["key"].get<std::string>()] = attribute["value"].begin().value();
    return found;
}

TEST(Otlp, a_run_its_reply_and_its_tool_are_one_trace_with_the_conventions_names)
{
    OtlpSpans spans("1.2");
    spans.take(event(1, "2026-03-01T09:30:00.000Z", "run_started", { { "run", "r" }, { "provider", "ollama" }, { "model", "m" } }), "/w");
    spans.take(event(2, "2026-03-01T09:30:01.000Z", "reply",
                   { { "run", "r" }, { "provider", "ollama" }, { "stop", "tool_use" },
                       { "usage", { { "input_tokens", 7 }, { "output_tokens", 3 } } } }),
        "/w");
    spans.take(event(3, "2026-03-01T09:30:02.000Z", "tool",
                   { { "run", "r" }, { "tool", "read_file" }, { "call", "c1" }, { "ms", 250 }, { "outcome", "denied" } }),
        "/w");
    spans.take(event(4, "2026-03-01T09:30:03.000Z", "run", { { "run", "r" }, { "provider", "ollama" }, { "ended", "done" } }), "/w");
    ASSERT_EQ(spans.count(), 3u);
    Json const request = Json::parse(spans.take_request());
    EXPECT_EQ(spans.count(), 0u);
    Json const& scope = request["resourceSpans"][0]["scopeSpans"][0];
    Json const& sent = scope["spans"];
    EXPECT_EQ(request["resourceSpans"][0]["resource"]["attributes"][0],
        Json({ { "key", "service.name" }, { "value", { { "stringValue", "countersign" } } } }));
    EXPECT_EQ(sent[0]["name"], "chat m");
    EXPECT_EQ(attributes_of(sent[0])["gen_ai.usage.input_tokens"], "7");
    EXPECT_EQ(attributes_of(sent[0])["gen_ai.response.finish_reasons"], Json({ { "values", { { { "stringValue", "tool_use" } } } } }));
    EXPECT_EQ(sent[1]["name"], "execute_tool read_file");
    EXPECT_EQ(sent[1]["status"]["code"], 2);
    EXPECT_EQ(attributes_of(sent[1])["error.type"], "denied");
    EXPECT_EQ(sent[1]["startTimeUnixNano"], "1772357401750000000");
    EXPECT_EQ(sent[1]["endTimeUnixNano"], "1772357402000000000");
    EXPECT_EQ(sent[2]["name"], "invoke_agent countersign");
    EXPECT_EQ(sent[2]["startTimeUnixNano"], "1772357400000000000");
    for (Json const& span : sent) {
        EXPECT_EQ(span["traceId"], sent[2]["traceId"]);
        EXPECT_EQ(span["traceId"].get<std::string>().size(), 32u);
        EXPECT_EQ(span["spanId"].get<std::string>().size(), 16u);
    }
    EXPECT_EQ(sent[0]["parentSpanId"], sent[2]["spanId"]);
    EXPECT_FALSE(sent[2].contains("parentSpanId"));
}

TEST(Otlp, a_decision_belongs_to_the_run_of_its_proposal)
{
    OtlpSpans spans("1.2");
    spans.take(event(1, "2026-03-01T09:30:00.000Z", "proposal", { { "run", "r" }, { "proposal", "7" } }), "/w");
    spans.take(event(2, "2026-03-01T09:30:01.000Z", "approval", { { "proposal", "7" }, { "client", "an editor" } }), "/w");
    Json const sent = Json::parse(spans.take_request())["resourceSpans"][0]["scopeSpans"][0]["spans"];
    EXPECT_EQ(sent[1]["name"], "countersign.approval");
    EXPECT_EQ(sent[1]["traceId"], sent[0]["traceId"]);
    EXPECT_EQ(attributes_of(sent[1])["countersign.client"], "an editor");
}

TEST(Otlp, what_is_no_time_is_the_beginning_of_time)
{
    EXPECT_EQ(unix_nanoseconds("yesterday"), 0);
    EXPECT_EQ(unix_nanoseconds(""), 0);
    EXPECT_EQ(unix_nanoseconds("1970-01-01T00:00:01.002Z"), 1'002'000'000);
}

}
}
