// The messages of a run, kept in the shape that every provider asks for: user and assistant take turns, and the calls of an assistant's
// message have their results, one each and in order, in the message right after it.
#pragma once

#include "agent/tool_calls.h"
#include "model/provider.h"

#include <set>
#include <span>
#include <string>
#include <vector>

namespace countersign::agent {

class Conversation {
public:
    explicit Conversation(std::string instruction);

    std::vector<model::Message> const& messages() const { return messages_; }

    /// Gives calls without an id, or with one that was used before, one of their own: results are paired by it.
    void make_ids_unique(model::Message& message);
    /// Follows a user's message. A message with neither text nor calls gets a word: some providers refuse an empty one.
    void add_reply(model::Message message);
    void add_results(std::span<CalledTool const> results);
    void add_text(std::string text);

private:
    std::vector<model::Message> messages_;
    std::set<std::string> ids_;
};

}
