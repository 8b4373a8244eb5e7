#include "agent/tool_calls.h"

#include "support/text.h"

#include <algorithm>
#include <atomic>
#include <fmt/core.h>
#include <thread>

namespace countersign::agent {

namespace {

/// Bytes of an argument that are shown in progress.
constexpr std::size_t shown_argument = 120;

std::string words_of(Json const& words)
{
    std::string text;
    for (Json const& word : words)
        text += fmt::format("{}{}", text.empty() ? "" : " ", word.is_string() ? word.get<std::string>() : support::dump_json(word));
    return text;
}

bool is_cut_character(char c) { return (static_cast<unsigned char>(c) & 0xC0u) == 0x80u; }

}

std::string describe(model::ToolCall const& call)
{
    for (char const* name : { "argv", "path", "from", "pattern", "name", "glob" }) {
        std::string text = support::string_or(call.arguments, name);
        if (call.arguments.is_object() && call.arguments.contains(name) && call.arguments[name].is_array())
            text = words_of(call.arguments[name]);
        if (text.empty())
            continue;
        std::size_t size = std::min(text.size(), shown_argument);
        while (size < text.size() && size > 0 && is_cut_character(text[size]))
            --size;
        std::string shown = support::escape_for_display(std::string_view(text).substr(0, size));
        std::replace_if(
            shown.begin(), shown.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
        return fmt::format("{} {}{}", call.name, shown, size < text.size() ? "…" : "");
    }
    return call.name;
}

CalledTool not_called(model::ToolCall const& call, Error const& why) { return { { call.id, to_string(why), true } }; }

ToolCalls::ToolCalls(tools::Context const& context, std::span<tools::Tool const> tools, std::size_t parallel_calls,
    support::Clock const& clock, std::function<void(Progress const&)> notify)
    : context_(context)
    , tools_(tools)
    , parallel_calls_(std::max<std::size_t>(parallel_calls, 1))
    , clock_(clock)
    , notify_(std::move(notify))
{
}

tools::Effect ToolCalls::effect(model::ToolCall const& call) const
{
    tools::Tool const* tool = tools::find_tool(tools_, call.name);
    return tool ? tool->effect : tools::Effect::reads;
}

CalledTool ToolCalls::call(model::ToolCall const& call)
{
    if (context_.stop.stop_requested())
        return not_called(call, { ErrorCode::cancelled, "the run was stopped before this call ran" });
    if (!call.problem.empty())
        return not_called(call, { ErrorCode::invalid_params, call.problem });
    std::string const shown = describe(call);
    notify_({ Progress::Kind::tool_started, shown });
    auto const begin = clock_.now();
    tools::Context context = context_;
    auto const text = tools::call(context, tools_, call.name, call.arguments);
    CalledTool called { { call.id, text ? *text : to_string(text.error()), !text }, {}, true,
        text.has_value() && effect(call) == tools::Effect::proposes };
    called.duration = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - begin);
    notify_({ Progress::Kind::tool_finished, shown });
    return called;
}

void ToolCalls::run_side_by_side(std::span<model::ToolCall const> calls, std::span<CalledTool> results)
{
    std::atomic<std::size_t> next = 0;
    auto const work = [&] {
        for (std::size_t index = next++; index < calls.size(); index = next++)
            results[index] = call(calls[index]);
    };
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < std::min(parallel_calls_, calls.size()); ++i)
        threads.emplace_back(work);
    work();
}

/// One after another. When one fails, what those before it did is taken back.
void ToolCalls::run_together(std::span<model::ToolCall const> calls, std::span<CalledTool> results)
{
    workspace::Overlay::State before = context_.overlay.state();
    std::size_t failed = 0;
    for (; failed < calls.size(); ++failed) {
        results[failed] = call(calls[failed]);
        if (results[failed].result.is_error)
            break;
    }
    if (failed == calls.size())
        return;
    context_.overlay.restore(std::move(before));
    Error const why { ErrorCode::cancelled,
        fmt::format("nothing of this patch was done, because {} failed, which is part of it; correct that and send the whole patch again",
            describe(calls[failed])) };
    for (std::size_t i = 0; i < calls.size(); ++i) {
        if (i == failed)
            continue;
        results[i].result = not_called(calls[i], why).result;
        results[i].is_proposal = false;
    }
}

std::vector<CalledTool> ToolCalls::run(std::span<model::ToolCall const> calls, std::size_t allowed)
{
    std::vector<CalledTool> results(calls.size());
    std::size_t count = std::min(allowed, calls.size());
    std::size_t begin = 0;
    while (begin < count) {
        std::size_t end = begin + 1;
        std::size_t const group = calls[begin].group;
        while (end < calls.size() && group != 0 && calls[end].group == group)
            ++end;
        while (end < count && group == 0 && calls[end].group == 0 && effect(calls[begin]) == tools::Effect::reads
            && effect(calls[end]) == tools::Effect::reads)
            ++end;
        if (end > count) {
            count = begin; // no part of a group is made
            break;
        }
        auto const run_them = group != 0 ? &ToolCalls::run_together : &ToolCalls::run_side_by_side;
        (this->*run_them)(calls.subspan(begin, end - begin), std::span(results).subspan(begin, end - begin));
        begin = end;
    }
    for (std::size_t i = count; i < calls.size(); ++i)
        results[i] = not_called(calls[i], { ErrorCode::budget, "not run: the run has reached its limit of tool calls" });
    return results;
}

}
