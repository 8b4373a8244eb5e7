// How many tokens a text is: a careful guess at first, then what the provider's own counts of this conversation teach.
//
// Three bytes a token hold for source code in every tokenizer of a large provider; small local ones need fewer bytes. One run's thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace countersign::model {

class TokenEstimate {
public:
    std::uint64_t of(std::size_t bytes) const { return static_cast<std::uint64_t>(static_cast<double>(bytes) / bytes_per_token_) + 1; }
    std::size_t bytes_of(std::uint64_t tokens) const { return static_cast<std::size_t>(static_cast<double>(tokens) * bytes_per_token_); }

    /// A text of `bytes` was counted. The newest counts weigh most.
    void learn(std::size_t bytes, std::uint64_t tokens)
    {
        if (bytes < least_bytes || tokens == 0)
            return;
        // What is outside of this is no count of a text: a server that counts only what its cache does not hold, for one.
        double const seen = std::clamp(static_cast<double>(bytes) / static_cast<double>(tokens), 1.0, 6.0);
        bytes_per_token_ += (seen - bytes_per_token_) * (is_learned_ ? newest_weight : 1.0);
        is_learned_ = true;
        learned_bytes_ = bytes;
    }
    bool is_learned() const { return is_learned_; }
    /// Whether a text of `bytes` is not much more than what was counted last.
    bool is_close(std::size_t bytes) const { return is_learned_ && bytes <= learned_bytes_ + learned_bytes_ / 10; }

private:
    static constexpr std::size_t least_bytes = 1000; ///< less is mostly what servers add by themselves
    static constexpr double newest_weight = 0.5;

    double bytes_per_token_ = 3.0;
    bool is_learned_ = false;
    std::size_t learned_bytes_ = 0;
};

}
