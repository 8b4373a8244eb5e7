// One run as the built-in provider sees it: the messages so far, read as a record of calls and their results.
//
// The provider keeps no state. An action is a plain function that runs from its start in every turn and asks for what it
// needs: a call that is in the record has its result at once; one that is not becomes part of this turn's reply, and the
// function returns to be run again. The same messages therefore always give the same reply.
#pragma once

#include "model/provider.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace countersign::builtin {

class SourceCache;

class Conversation {
public:
    /// Keeps references into `messages` and to `sources`.
    explicit Conversation(std::vector<model::Message> const& messages, SourceCache* sources = nullptr);

    /// The result of this call; null if it was not made yet, and then it is asked for in this turn. Asking twice for the same
    /// call means two calls.
    model::ToolResult const* call(std::string_view name, Json arguments);

    /// The result of this call, made once however often it is asked for. For tools that only read.
    model::ToolResult const* call_once(std::string_view name, Json arguments);

    /// Whether something asked for in this turn has no result yet.
    bool is_waiting() const { return !pending_.empty(); }
    std::vector<model::ToolCall> take_pending() { return std::exchange(pending_, {}); }

    /// Where parsed files are kept from turn to turn; null: nowhere.
    SourceCache* sources() const { return sources_; }

    /// The text of the first user message.
    std::string_view task_text() const { return task_text_; }

private:
    struct Made {
        std::vector<model::ToolResult const*> results;
        std::size_t used = 0; ///< by `call`
        bool is_pending = false;
    };

    Made& made(std::string_view name, Json const& arguments);
    void ask(Made& made, std::string_view name, Json arguments);

    std::string_view task_text_;
    SourceCache* sources_;
    std::map<std::string, Made, std::less<>> made_; ///< by name and arguments
    std::vector<model::ToolCall> pending_;
    std::size_t call_count_ = 0;
};

}
