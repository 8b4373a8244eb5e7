// What secrets look like: rules anchored at a literal beginning (a token's prefix, a word such as "password"), the entropy that a value
// must have, and what is never one (hashes, ids, placeholders). Rules as data. Only for the redactor; pure.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace countersign::workspace {

struct FoundSecret;

/// A whole match, from the first byte of what led to it, is at most this long; a private key block longer than that is not found.
inline constexpr std::size_t longest_match = 32 * 1024;

/// Appends what the rules find in `text`, by their order of beginning; they may overlap.
void find_by_rules(std::string_view text, std::vector<FoundSecret>& found);

}
