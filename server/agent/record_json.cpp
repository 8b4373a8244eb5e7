#include "agent/record_json.h"

#include "support/hash.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <limits>
#include <utility>

namespace countersign::agent {

namespace {

using workspace::ChangeKind;
using workspace::Encoding;
using workspace::LineEnd;

template<typename Enum, std::size_t size>
using Names = std::array<std::pair<Enum, std::string_view>, size>;

constexpr Names<Encoding, 4> encodings { {
    { Encoding::utf8, "utf8" },
    { Encoding::utf8_bom, "utf8_bom" },
    { Encoding::utf16_le, "utf16_le" },
    { Encoding::utf16_be, "utf16_be" },
} };
constexpr Names<LineEnd, 3> line_ends { { { LineEnd::lf, "lf" }, { LineEnd::crlf, "crlf" }, { LineEnd::cr, "cr" } } };
constexpr Names<ChangeKind, 4> change_kinds { {
    { ChangeKind::modify, "modify" },
    { ChangeKind::create, "create" },
    { ChangeKind::remove, "remove" },
    { ChangeKind::move, "move" },
} };
constexpr std::array error_codes { ErrorCode::invalid_params, ErrorCode::not_found, ErrorCode::ambiguous, ErrorCode::denied,
    ErrorCode::cancelled, ErrorCode::stale, ErrorCode::timeout, ErrorCode::too_large, ErrorCode::budget, ErrorCode::provider, ErrorCode::io,
    ErrorCode::internal };

template<typename Enum, std::size_t size>
std::string_view name_of(Names<Enum, size> const& names, Enum value)
{
    for (auto const& entry : names) {
        if (entry.first == value)
            return entry.second;
    }
    return names.front().second;
}

Result<Json const*> field(Json const& value, char const* name)
{
    auto const found = value.is_object() ? value.find(name) : value.end();
    if (!value.is_object() || found == value.end())
        return fail(ErrorCode::invalid_params, fmt::format("{}: is missing", name));
    return &*found;
}

Result<std::string> text_field(Json const& value, char const* name)
{
    Json const* found = TRY(field(value, name));
    if (!found->is_string())
        return fail(ErrorCode::invalid_params, fmt::format("{}: expected a string", name));
    return found->get<std::string>();
}

Result<bool> flag_field(Json const& value, char const* name)
{
    Json const* found = TRY(field(value, name));
    if (!found->is_boolean())
        return fail(ErrorCode::invalid_params, fmt::format("{}: expected true or false", name));
    return found->get<bool>();
}

Result<std::size_t> count_field(Json const& value, char const* name)
{
    Json const* found = TRY(field(value, name));
    if (!found->is_number_unsigned())
        return fail(ErrorCode::invalid_params, fmt::format("{}: expected a whole number", name));
    return found->get<std::size_t>();
}

template<typename Enum, std::size_t size>
Result<Enum> enum_field(Json const& value, char const* name, Names<Enum, size> const& names)
{
    std::string const text = TRY(text_field(value, name));
    for (auto const& entry : names) {
        if (entry.second == text)
            return entry.first;
    }
    return fail(ErrorCode::invalid_params, fmt::format("{}: \"{}\" is not known", name, text));
}

Json to_json(tools::Diagnostic const& diagnostic)
{
    return { { "path", diagnostic.path }, { "line", diagnostic.line }, { "column", diagnostic.column }, { "end_line", diagnostic.end_line },
        { "end_column", diagnostic.end_column }, { "severity", diagnostic.severity }, { "source", diagnostic.source },
        { "code", diagnostic.code }, { "message", diagnostic.message } };
}

Result<tools::Diagnostic> diagnostic_from_json(Json const& value)
{
    return tools::Diagnostic { TRY(text_field(value, "path")), TRY(count_field(value, "line")), TRY(count_field(value, "column")),
        TRY(count_field(value, "end_line")), TRY(count_field(value, "end_column")), TRY(text_field(value, "severity")),
        TRY(text_field(value, "source")), TRY(text_field(value, "code")), TRY(text_field(value, "message")) };
}

}

Json to_json(Error const& error) { return { { "code", to_string(error.code) }, { "message", error.message } }; }

Result<Error> error_from_json(Json const& value)
{
    std::string const name = TRY(text_field(value, "code"));
    for (ErrorCode const code : error_codes) {
        if (to_string(code) == name)
            return Error { code, TRY(text_field(value, "message")) };
    }
    return fail(ErrorCode::invalid_params, fmt::format("code: \"{}\" is not known", name));
}

Json to_json(workspace::TextFormat const& format)
{
    return { { "encoding", name_of(encodings, format.encoding) }, { "line_end", name_of(line_ends, format.line_end) },
        { "mixed_line_ends", format.mixed_line_ends }, { "final_newline", format.final_newline } };
}

Result<workspace::TextFormat> format_from_json(Json const& value)
{
    return workspace::TextFormat { TRY(enum_field(value, "encoding", encodings)), TRY(enum_field(value, "line_end", line_ends)),
        TRY(flag_field(value, "mixed_line_ends")), TRY(flag_field(value, "final_newline")) };
}

Json to_json(Task const& task)
{
    Json diagnostics = Json::array();
    for (tools::Diagnostic const& diagnostic : task.diagnostics)
        diagnostics.push_back(to_json(diagnostic));
    Json material = Json::array();
    for (model::Material const& each : task.material)
        material.push_back({ { "name", each.name }, { "text", each.text } });
    return { { "action", task.action }, { "title", task.title }, { "system", task.system }, { "instruction", task.instruction },
        { "material", std::move(material) }, { "prompts", task.prompts }, { "diagnostics", std::move(diagnostics) },
        { "model", task.model }, { "proposes", task.proposes } };
}

Result<Task> task_from_json(Json const& value)
{
    Task task;
    task.action = TRY(text_field(value, "action"));
    task.title = TRY(text_field(value, "title"));
    task.system = TRY(text_field(value, "system"));
    task.instruction = TRY(text_field(value, "instruction"));
    task.model = TRY(text_field(value, "model"));
    task.proposes = TRY(flag_field(value, "proposes"));
    // Not in transcripts of older versions, and of no matter for a replay.
    if (auto const material = value.find("material"); material != value.end() && material->is_array()) {
        for (Json const& each : *material)
            task.material.push_back({ TRY(text_field(each, "name")), TRY(text_field(each, "text")) });
    }
    Json const* diagnostics = TRY(field(value, "diagnostics"));
    if (!diagnostics->is_array())
        return fail(ErrorCode::invalid_params, "diagnostics: expected an array");
    for (Json const& diagnostic : *diagnostics)
        task.diagnostics.push_back(TRY(diagnostic_from_json(diagnostic)));
    return task;
}

Json to_json(Limits const& limits)
{
    return { { "steps", limits.steps }, { "tool_calls", limits.tool_calls }, { "parallel_calls", limits.parallel_calls },
        { "tool_output", limits.tool_output }, { "repeated_calls", limits.repeated_calls },
        { "duration_ms", static_cast<std::uint64_t>(std::max<std::int64_t>(limits.duration.count(), 0)) } };
}

Result<Limits> limits_from_json(Json const& value)
{
    Limits limits;
    limits.steps = TRY(count_field(value, "steps"));
    limits.tool_calls = TRY(count_field(value, "tool_calls"));
    limits.parallel_calls = TRY(count_field(value, "parallel_calls"));
    limits.tool_output = TRY(count_field(value, "tool_output"));
    limits.repeated_calls = TRY(count_field(value, "repeated_calls"));
    limits.duration =
        std::chrono::milliseconds(std::min<std::size_t>(TRY(count_field(value, "duration_ms")), std::numeric_limits<std::int64_t>::max()));
    return limits;
}

Json to_json(Outcome const& outcome)
{
    Json changes = Json::array();
    for (workspace::FileChange const& change : outcome.changes) {
        Json entry { { "kind", name_of(change_kinds, change.kind) }, { "path", change.path } };
        if (!change.from.empty())
            entry["from"] = change.from;
        if (change.kind != ChangeKind::remove)
            entry["hash"] = support::content_hash(change.new_text);
        changes.push_back(std::move(entry));
    }
    Json value { { "ended", to_string(outcome.ended) }, { "text", outcome.text }, { "changes", std::move(changes) },
        { "steps", outcome.steps }, { "tool_calls", outcome.tool_calls }, { "input_tokens", outcome.usage.input_tokens },
        { "output_tokens", outcome.usage.output_tokens }, { "cost", outcome.usage.cost ? Json(*outcome.usage.cost) : Json(nullptr) } };
    if (!outcome.error.empty())
        value["error"] = to_json(Error { outcome.error_code, outcome.error });
    return value;
}

}
