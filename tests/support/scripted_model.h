// A model that says what a test tells it to, and that looks at every request as a strict server would: roles alternate, each
// tool call has one result right after it and in order, and no path of the machine outside the workspace leaks into it.
//
// A request that breaks a rule makes the turn fail with the problem as its error, so a test that expects another end sees it.
#pragma once

#include "model/provider.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace countersign::tests {

/// What is wrong with a conversation; empty if nothing is.
inline std::string conversation_problem(model::Request const& request)
{
    if (request.messages.empty() || request.messages.front().role != model::Role::user)
        return "the conversation does not begin with a user's message";
    std::set<std::string> ids;
    std::vector<model::ToolCall> open;
    model::Role expected = model::Role::user;
    for (model::Message const& message : request.messages) {
        if (std::exchange(expected, expected == model::Role::user ? model::Role::assistant : model::Role::user) != message.role)
            return "roles do not alternate";
        if (message.text.empty() && message.calls.empty() && message.results.empty())
            return "an empty message";
        if (message.role == model::Role::assistant) {
            if (!message.results.empty())
                return "an assistant's message with results";
            open = message.calls;
            for (model::ToolCall const& call : open) {
                if (call.id.empty() || !ids.insert(call.id).second)
                    return "the call id \"" + call.id + "\" is empty or used twice";
            }
            continue;
        }
        if (!message.calls.empty() || message.results.size() != open.size())
            return "a message has " + std::to_string(message.results.size()) + " results for " + std::to_string(open.size()) + " calls";
        for (std::size_t i = 0; i < open.size(); ++i) {
            if (message.results[i].call_id != open[i].id)
                return "the result for " + message.results[i].call_id + " stands where that for " + open[i].id + " belongs";
        }
        open.clear();
    }
    return request.messages.back().role == model::Role::user ? "" : "the last message is not the user's";
}

/// The first absolute path in a result that is neither beneath `root` nor one that the model itself wrote; empty if there is none.
inline std::string leaked_path(model::Request const& request, std::string const& root)
{
    std::string said_by_model;
    for (model::Message const& message : request.messages) {
        for (model::ToolCall const& call : message.calls)
            said_by_model += call.arguments.dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    auto const is_name = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("._-/").find(c) != std::string_view::npos;
    };
    for (model::Message const& message : request.messages) {
        for (model::ToolResult const& result : message.results) {
            std::string const& text = result.text;
            for (std::size_t begin = text.find('/'); begin != std::string::npos; begin = text.find('/', begin + 1)) {
                if (begin > 0 && is_name(text[begin - 1]))
                    continue;
                auto const end = std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(begin), text.end(), is_name);
                std::string const path(text.begin() + static_cast<std::ptrdiff_t>(begin), end);
                bool const has_folder = path.size() > 1 && path.find('/', 1) != std::string::npos && path[1] != '/';
                if (has_folder && !path.starts_with(root) && said_by_model.find(path) == std::string::npos)
                    return path;
            }
        }
    }
    return {};
}

class ScriptedModel final : public model::Provider {
public:
    using OnDelta = std::function<void(model::Delta const&)>;
    using Turn = std::function<Result<model::Reply>(model::Request const&, OnDelta const&, std::stop_token)>;
    struct Call {
        std::string name;
        Json arguments;
    };

    explicit ScriptedModel(std::string root = "/workspace") : root_(std::move(root)) { }

    ScriptedModel& turn(Turn turn)
    {
        turns_.push_back(std::move(turn));
        return *this;
    }
    ScriptedModel& reply(model::Reply reply)
    {
        return turn([reply = std::move(reply)](model::Request const&, OnDelta const& on_delta, std::stop_token) -> Result<model::Reply> {
            if (!reply.message.text.empty())
                on_delta(model::TextDelta { reply.message.text });
            for (model::ToolCall const& call : reply.message.calls)
                on_delta(model::CallStarted { call.name });
            return reply;
        });
    }
    ScriptedModel& text(std::string text)
    {
        model::Reply reply;
        reply.message.role = model::Role::assistant;
        reply.message.text = std::move(text);
        return this->reply(std::move(reply));
    }
    ScriptedModel& calls(std::vector<Call> calls, model::StopReason stop = model::StopReason::tool_use, std::string text = {})
    {
        model::Reply reply;
        reply.message.role = model::Role::assistant;
        reply.message.text = std::move(text);
        for (Call& call : calls)
            reply.message.calls.push_back({ "call_" + std::to_string(++call_count_), std::move(call.name), std::move(call.arguments) });
        reply.stop = stop;
        return this->reply(std::move(reply));
    }
    ScriptedModel& fails(ErrorCode code, std::string message)
    {
        return turn([code, message](
                        model::Request const&, OnDelta const&, std::stop_token) -> Result<model::Reply> { return fail(code, message); });
    }

    std::string name() const override { return "scripted"; }
    Result<model::Reply> complete(model::Request const& request, OnDelta const& on_delta, std::stop_token stop) override
    {
        requests.push_back(request);
        if (std::string const problem = conversation_problem(request); !problem.empty())
            return fail(ErrorCode::internal, "broken conversation: " + problem);
        if (std::string const path = leaked_path(request, root_); !path.empty())
            return fail(ErrorCode::internal, "a path outside the workspace was shown: " + path);
        if (requests.size() > turns_.size())
            return fail(ErrorCode::internal, "the script has no turn " + std::to_string(requests.size()));
        return turns_[requests.size() - 1](request, on_delta, std::move(stop));
    }

    /// The results that came back for the calls of 0-based turn `index`.
    std::vector<model::ToolResult> const& results_of(std::size_t index) const { return requests.at(index + 1).messages.back().results; }

    std::vector<model::Request> requests;

private:
    std::string root_;
    std::vector<Turn> turns_;
    std::size_t call_count_ = 0;
};

}
