// Keeps a conversation inside what the model can take in: measures it, and shortens it before it is too long.
//
// Sizes are guessed from bytes, corrected by what the provider counted; near the limit it is asked to count. Shortened is seldom and
// by much, since each time the provider's prompt cache is lost. Used on the run's thread.
#pragma once

#include "agent/conversation.h"
#include "model/provider.h"
#include "model/token_estimate.h"

#include <cstdint>
#include <stop_token>
#include <string>

namespace countersign::agent {

class Window {
public:
    explicit Window(model::Provider& provider) : provider_(provider) { }

    /// Shortens the conversation if the request would be too long. What to tell the person; empty if nothing was done. `fixed_bytes` are
    /// those of the request beside the conversation: `request` is it, with the conversation in it.
    std::string make_room(Conversation& conversation, model::Request const& request, std::stop_token stop);
    /// The provider says that it is too long: shortens it more. Empty if nothing is left to shorten.
    std::string make_more_room(Conversation& conversation);
    /// A request with this many bytes was answered.
    void learn(model::Request const& request, model::Usage const& usage);

    /// Bytes that each of `calls` results of one turn may have, at most `limit`: a quarter of the window, and together the half.
    std::size_t result_limit(std::size_t limit, std::size_t calls) const;

private:
    std::uint64_t room() const;
    std::string shorten(Conversation& conversation, std::size_t target_bytes);

    model::Provider& provider_;
    model::TokenEstimate estimate_;
};

/// Bytes of text in a request, as the window measures it.
std::size_t bytes_of(model::Request const& request);

}
