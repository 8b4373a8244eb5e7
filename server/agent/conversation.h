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

/// Bytes of a message's texts and of its calls' arguments.
std::size_t size_of(model::Message const& message);

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

    /// Of all messages, by size_of.
    std::size_t bytes() const { return bytes_; }
    /// Makes it `target` bytes, or as near to that as can be: first older results lose their texts, then the oldest turns go, each reply
    /// together with its results, and the first message says what they called. The first message and the last two turns stay.
    void shorten(std::size_t target);

private:
    void add(model::Message message);
    void empty_results(model::Message& message);
    void forget_oldest_turn();

    std::vector<model::Message> messages_;
    std::set<std::string> ids_;
    std::size_t bytes_ = 0;
    std::size_t instruction_size_ = 0;   ///< of the first message's text; behind it stands what was forgotten
    std::vector<std::string> forgotten_; ///< "read_file src/a.cpp"
};

}
