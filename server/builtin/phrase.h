// Pieces of the Markdown and plain text that the built-in engine writes.
#pragma once

#include "support/text.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::builtin {

/// What every text of the built-in engine begins or ends with, so that nobody takes it for a model's.
inline constexpr std::string_view built_in_note = "Made by Countersign's built-in engine from the syntax tree; no AI was involved.";

/// All white space runs as one space, at most `limit` bytes, "…" where it was cut.
std::string one_line(std::string_view text, std::size_t limit = 72);

/// `text` as Markdown code on one line, safe whatever backticks it holds.
std::string code(std::string_view text, std::size_t limit = 72);

/// [`name`](path#L12), with the characters of the path that Markdown would take for its own escaped.
std::string link(std::string_view name, std::string_view path, std::size_t line);

/// "a, b and c".
std::string enumerate(std::vector<std::string> const& items, std::string_view last_word = "and");

std::string capitalised(std::string text);

/// Lower-case ASCII words of `text`, split at everything that is no letter or digit, joined by `separator`; for names of tests.
/// Operators that carry the sense of a condition become words ("<" is "below"). At most `limit` bytes; may be empty.
std::string slug(std::string_view text, char separator = '_', std::size_t limit = 48);

bool is_identifier_byte(char c);
bool contains(std::string_view text, std::string_view part);

}
