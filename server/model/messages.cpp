#include "model/provider.h"

#include <array>
#include <fmt/core.h>
#include <limits>
#include <utility>

namespace countersign::model {

namespace {

constexpr std::array<std::pair<Role, std::string_view>, 2> roles { { { Role::user, "user" }, { Role::assistant, "assistant" } } };

constexpr std::array<std::pair<StopReason, std::string_view>, 4> stop_reasons { {
    { StopReason::end_turn, "end_turn" },
    { StopReason::tool_use, "tool_use" },
    { StopReason::length, "length" },
    { StopReason::refusal, "refusal" },
} };

template<typename Enum, std::size_t count>
std::string_view name_of(std::array<std::pair<Enum, std::string_view>, count> const& names, Enum value)
{
    for (auto const& [known, name] : names) {
        if (known == value)
            return name;
    }
    return names.front().second;
}

/// Reads the fields of one object; an error names the field's path from the root.
class Reader {
public:
    static Result<Reader> open(Json const& value, std::string path)
    {
        if (!value.is_object())
            return fail(ErrorCode::invalid_params, fmt::format("{}: expected an object", path));
        return Reader(value, std::move(path));
    }

    std::string path(std::string_view key) const { return fmt::format("{}.{}", path_, key); }

    Json const* find(char const* key) const
    {
        auto const found = value_->find(key);
        return found == value_->end() || found->is_null() ? nullptr : &*found;
    }

    Result<std::string> string(char const* key) const
    {
        Json const* field = find(key);
        if (!field)
            return fail(ErrorCode::invalid_params, fmt::format("{}: is missing", path(key)));
        if (!field->is_string())
            return fail(ErrorCode::invalid_params, fmt::format("{}: expected a string", path(key)));
        return field->get<std::string>();
    }

    Result<std::string> string_or_empty(char const* key) const { return find(key) ? string(key) : Result<std::string>(std::string()); }

    Result<std::uint64_t> count(char const* key) const
    {
        Json const* field = find(key);
        if (!field)
            return std::uint64_t { 0 };
        if (field->is_number_unsigned())
            return field->get<std::uint64_t>();
        return fail(ErrorCode::invalid_params, fmt::format("{}: expected a whole number, zero or more", path(key)));
    }

    Result<bool> flag(char const* key) const
    {
        Json const* field = find(key);
        if (!field)
            return false;
        if (!field->is_boolean())
            return fail(ErrorCode::invalid_params, fmt::format("{}: expected true or false", path(key)));
        return field->get<bool>();
    }

    template<typename Enum, std::size_t size>
    Result<Enum> one_of(char const* key, std::array<std::pair<Enum, std::string_view>, size> const& names) const
    {
        std::string const text = TRY(string(key));
        for (auto const& [value, name] : names) {
            if (name == text)
                return value;
        }
        return fail(ErrorCode::invalid_params, fmt::format("{}: `{}` is not known", path(key), text));
    }

    /// Decodes every element of the array at `key`, which may be missing.
    template<typename T>
    Result<std::vector<T>> list(char const* key, Result<T> (*decode)(Json const&, std::string)) const
    {
        std::vector<T> values;
        Json const* field = find(key);
        if (!field)
            return values;
        if (!field->is_array())
            return fail(ErrorCode::invalid_params, fmt::format("{}: expected an array", path(key)));
        for (std::size_t i = 0; i < field->size(); ++i)
            values.push_back(TRY(decode((*field)[i], fmt::format("{}[{}]", path(key), i))));
        return values;
    }

private:
    Reader(Json const& value, std::string path) : value_(&value), path_(std::move(path)) { }

    Json const* value_;
    std::string path_;
};

Result<ToolCall> call_from_json(Json const& value, std::string path)
{
    Reader const reader = TRY(Reader::open(value, std::move(path)));
    ToolCall call { TRY(reader.string("id")), TRY(reader.string("name")), Json::object() };
    if (Json const* arguments = reader.find("arguments")) {
        if (!arguments->is_object())
            return fail(ErrorCode::invalid_params, fmt::format("{}: expected an object", reader.path("arguments")));
        call.arguments = *arguments;
    }
    call.problem = TRY(reader.string_or_empty("problem"));
    call.group = TRY(reader.count("group"));
    return call;
}

Result<ToolResult> result_from_json(Json const& value, std::string path)
{
    Reader const reader = TRY(Reader::open(value, std::move(path)));
    return ToolResult { TRY(reader.string("call_id")), TRY(reader.string("text")), TRY(reader.flag("is_error")) };
}

Result<Message> message_from_json(Json const& value, std::string path)
{
    Reader const reader = TRY(Reader::open(value, std::move(path)));
    Message message;
    message.role = TRY(reader.one_of("role", roles));
    message.text = TRY(reader.string_or_empty("text"));
    message.calls = TRY(reader.list("calls", &call_from_json));
    message.results = TRY(reader.list("results", &result_from_json));
    if (Json const* state = reader.find("provider_state"))
        message.provider_state = *state;
    return message;
}

Result<Usage> usage_from_json(Json const& value, std::string path)
{
    Reader const reader = TRY(Reader::open(value, std::move(path)));
    Usage usage;
    usage.input_tokens = TRY(reader.count("input_tokens"));
    usage.output_tokens = TRY(reader.count("output_tokens"));
    usage.cached_input_tokens = TRY(reader.count("cached_input_tokens"));
    if (Json const* cost = reader.find("cost")) {
        if (!cost->is_number())
            return fail(ErrorCode::invalid_params, fmt::format("{}: expected a number", reader.path("cost")));
        usage.cost = cost->get<double>();
    }
    return usage;
}

}

Json to_json(Message const& message)
{
    Json value { { "role", name_of(roles, message.role) } };
    if (!message.text.empty())
        value["text"] = message.text;
    for (ToolCall const& call : message.calls) {
        Json entry { { "id", call.id }, { "name", call.name }, { "arguments", call.arguments } };
        if (!call.problem.empty())
            entry["problem"] = call.problem;
        if (call.group != 0)
            entry["group"] = call.group;
        value["calls"].push_back(std::move(entry));
    }
    for (ToolResult const& result : message.results) {
        Json entry { { "call_id", result.call_id }, { "text", result.text } };
        if (result.is_error)
            entry["is_error"] = true;
        value["results"].push_back(std::move(entry));
    }
    if (!message.provider_state.is_null())
        value["provider_state"] = message.provider_state;
    return value;
}

Json to_json(Reply const& reply)
{
    Json usage { { "input_tokens", reply.usage.input_tokens }, { "output_tokens", reply.usage.output_tokens } };
    if (reply.usage.cached_input_tokens > 0)
        usage["cached_input_tokens"] = reply.usage.cached_input_tokens;
    if (reply.usage.cost)
        usage["cost"] = *reply.usage.cost;
    return { { "message", to_json(reply.message) }, { "stop", name_of(stop_reasons, reply.stop) }, { "usage", std::move(usage) } };
}

Result<Reply> reply_from_json(Json const& value)
{
    Reader const reader = TRY(Reader::open(value, "reply"));
    Reply reply;
    Json const* message = reader.find("message");
    if (!message)
        return fail(ErrorCode::invalid_params, "reply.message: is missing");
    reply.message = TRY(message_from_json(*message, reader.path("message")));
    reply.stop = TRY(reader.one_of("stop", stop_reasons));
    if (Json const* usage = reader.find("usage"))
        reply.usage = TRY(usage_from_json(*usage, reader.path("usage")));
    return reply;
}

}
