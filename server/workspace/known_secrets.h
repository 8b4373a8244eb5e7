// Many literal values looked for at once: each window of eight bytes of a text is looked up, so that the time does not depend on how
// many there are. Only for the redactor.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace countersign::workspace {

class KnownSecrets {
public:
    /// Bytes that a value needs to be looked for.
    static constexpr std::size_t shortest = 8;

    struct Value {
        std::string text;
        std::string type;
    };

    /// Adds `value` and its encodings: base64 at each of the three offsets, hexadecimal, percent-encoded, escaped as in JSON, reversed.
    void add(std::string_view value, std::string_view type);

    /// The longest value that begins at byte `at` of `text`, or null.
    Value const* at(std::string_view text, std::size_t at) const;
    bool is_empty() const { return values_.empty(); }
    std::size_t longest() const { return longest_; }

private:
    void add_form(std::string form, std::string_view type);
    static std::uint64_t window(char const* bytes);

    std::vector<Value> values_;
    std::unordered_multimap<std::uint64_t, std::size_t> by_window_; ///< the first eight bytes to an index of values_
    std::array<std::uint64_t, 1024> filter_ {};                     ///< a bit for the hash of each window: most lookups end here
    std::size_t longest_ = 0;
};

}
