#include "cli/otlp.h"

#include "ledger/records.h"
#include "support/hash.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fmt/core.h>

namespace countersign::cli {

namespace {

/// An attribute in OTLP's form. Whole numbers are texts there, since JSON's are not exact; what has parts is told as JSON.
Json attribute(std::string const& key, Json const& value)
{
    Json typed;
    if (value.is_boolean())
        typed["boolValue"] = value;
    else if (value.is_number_integer())
        typed["intValue"] = support::dump_json(value);
    else if (value.is_number())
        typed["doubleValue"] = value;
    else
        typed["stringValue"] = value.is_string() ? value.get<std::string>() : support::dump_json(value);
    return { { "key", key }, { "value", std::move(typed) } };
}

Json list_attribute(std::string const& key, std::string const& only)
{
    return { { "key", key }, { "value", { { "arrayValue", { { "values", { { { "stringValue", only } } } } } } } } };
}

std::string id_of(std::string const& what, std::size_t digits) { return support::content_hash("countersign " + what).substr(0, digits); }

Json field(Json const& fields, char const* name)
{
    auto const found = fields.is_object() ? fields.find(name) : fields.end();
    return fields.is_object() && found != fields.end() ? *found : Json();
}

/// Every plain field under our own name.
void add_fields(Json& attributes, Json const& fields)
{
    for (auto const& [name, value] : fields.items()) {
        if (value.is_primitive() && !value.is_null())
            attributes.push_back(attribute("countersign." + name, value));
    }
}

enum SpanKind : int { internal_span = 1, client_span = 3 };

}

std::int64_t unix_nanoseconds(std::string const& time)
{
    std::tm parts {};
    int milliseconds = 0;
    if (std::sscanf(time.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ", &parts.tm_year, &parts.tm_mon, &parts.tm_mday, &parts.tm_hour,
            &parts.tm_min, &parts.tm_sec, &milliseconds)
        != 7)
        return 0;
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    std::int64_t const seconds = ::timegm(&parts);
    return seconds < 0 || seconds > 9'000'000'000 ? 0 : (seconds * 1000 + milliseconds) * 1'000'000;
}

void OtlpSpans::take(ledger::Event const& event, std::string const& workspace)
{
    Json const& fields = event.fields;
    std::string run = support::string_or(fields, "run");
    std::string const proposal = support::string_or(fields, "proposal");
    if (!run.empty() && !proposal.empty())
        run_of_[proposal] = run;
    if (run.empty() && run_of_.count(proposal) > 0)
        run = run_of_[proposal];
    std::string const provider = support::string_or(fields, "provider");
    if (event.kind == "run_started") {
        std::string const model = support::string_or(fields, "model");
        started_[run] = event.time;
        model_of_[run] = model.empty() ? provider : model;
        return;
    }

    std::int64_t const end = unix_nanoseconds(event.time);
    std::int64_t begin = end;
    std::string name = "countersign." + event.kind;
    int kind = internal_span;
    Json attributes = Json::array();
    if (event.kind == "run") {
        name = "invoke_agent countersign";
        begin = started_.count(run) > 0 ? unix_nanoseconds(started_[run]) : end;
        attributes.push_back(attribute("gen_ai.operation.name", "invoke_agent"));
        attributes.push_back(attribute("gen_ai.agent.name", "countersign"));
        attributes.push_back(attribute("gen_ai.provider.name", provider));
    } else if (event.kind == "reply") {
        name = fmt::format("chat {}", model_of_[run]);
        kind = client_span;
        Json const usage = field(fields, "usage");
        attributes.push_back(attribute("gen_ai.operation.name", "chat"));
        attributes.push_back(attribute("gen_ai.provider.name", provider));
        attributes.push_back(attribute("gen_ai.request.model", model_of_[run]));
        attributes.push_back(list_attribute("gen_ai.response.finish_reasons", support::string_or(fields, "stop")));
        for (char const* tokens : { "input_tokens", "output_tokens" }) {
            if (Json const count = field(usage, tokens); count.is_number_integer())
                attributes.push_back(attribute(fmt::format("gen_ai.usage.{}", tokens), count));
        }
        if (Json const cost = field(usage, "cost"); cost.is_number())
            attributes.push_back(attribute("countersign.cost_in_dollars", cost));
    } else if (event.kind == "tool") {
        std::string const tool = support::string_or(fields, "tool");
        name = fmt::format("execute_tool {}", tool);
        Json const milliseconds = field(fields, "ms");
        if (milliseconds.is_number_integer())
            begin = end - std::clamp<std::int64_t>(milliseconds.get<std::int64_t>(), 0, 86'400'000) * 1'000'000;
        attributes.push_back(attribute("gen_ai.operation.name", "execute_tool"));
        attributes.push_back(attribute("gen_ai.tool.name", tool));
        attributes.push_back(attribute("gen_ai.tool.type", "function"));
        attributes.push_back(attribute("gen_ai.tool.call.id", support::string_or(fields, "call")));
    } else {
        add_fields(attributes, fields);
    }
    std::string const outcome(ledger::outcome_of(event));
    if (!run.empty())
        attributes.push_back(attribute("gen_ai.conversation.id", run));
    attributes.push_back(attribute("countersign.workspace", workspace));
    attributes.push_back(attribute("countersign.outcome", outcome));
    attributes.push_back(attribute("countersign.sequence", event.sequence));
    bool const is_error = outcome == "failed" || outcome == "denied" || outcome == "blocked";
    if (is_error) {
        std::string const told = support::string_or(fields, event.kind == "run" ? "ended" : "outcome");
        attributes.push_back(attribute("error.type", told.empty() ? outcome : told));
    }

    Json span { { "traceId", id_of(run.empty() ? fmt::format("entry {} {}", event.sequence, event.time) : "run " + run, 32) },
        { "spanId",
            id_of(event.kind == "run" ? "span of run " + run : fmt::format("span of entry {} {}", event.sequence, event.time), 16) },
        { "name", name }, { "kind", kind }, { "startTimeUnixNano", std::to_string(begin) }, { "endTimeUnixNano", std::to_string(end) },
        { "attributes", std::move(attributes) }, { "status", { { "code", is_error ? 2 : 1 } } } };
    if (!run.empty() && event.kind != "run")
        span["parentSpanId"] = id_of("span of run " + run, 16);
    spans_.push_back(std::move(span));
}

std::string OtlpSpans::take_request()
{
    Json spans = Json::array();
    std::swap(spans, spans_);
    Json const scope_spans =
        Json::array({ { { "scope", { { "name", "countersign.ledger" }, { "version", version_ } } }, { "spans", std::move(spans) } } });
    Json const resource { { "attributes", { attribute("service.name", "countersign"), attribute("service.version", version_) } } };
    return support::dump_json({ { "resourceSpans", Json::array({ { { "resource", resource }, { "scopeSpans", scope_spans } } }) } });
}

}
