// One wildcard pattern, compiled to a small machine whose states are followed together: time is bounded by pattern times
// text, whatever the pattern. Bytes, not characters, as git matches them.
#pragma once

#include "support/result.h"

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::workspace {

class Wildcard {
public:
    enum class Braces { literal, alternatives };
    /// Longer patterns cannot match a path.
    static constexpr std::size_t length_limit = 4096;

    /// Errors: invalid_params.
    static Result<Wildcard> compile(std::string_view pattern, Braces braces);
    bool matches(std::string_view text) const;

private:
    friend class WildcardCompiler;
    using ByteSet = std::bitset<256>;
    enum class Kind : std::uint8_t { byte, any_byte, set, star, star_slashes, split, jump };
    struct Step {
        Kind kind;
        std::uint8_t byte = 0;
        std::uint16_t target = 0; ///< where split and jump go to; which set
    };
    class Marks;
    void add(Marks& marks, std::size_t step) const;

    std::vector<Step> steps_;
    std::vector<ByteSet> sets_;
    std::string head_;     ///< what every match begins with
    std::string tail_;     ///< what every match ends with
    bool literal_ = false; ///< head_ is all there is
};

}
