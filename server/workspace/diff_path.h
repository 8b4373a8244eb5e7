// Paths as git writes them in a diff: plain, or in double quotes with C escapes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace countersign::workspace {

/// `path` itself, or quoted if it has a quote, a backslash, a control or a character that would not be seen.
std::string quote_diff_path(std::string_view path);

/// Takes a quoted path off the front of `text`, which begins with '"'. Nothing if the quotes or an escape are broken.
std::optional<std::string> take_quoted_path(std::string_view& text);

/// The two names of a "diff --git" line, without "a/" and "b/"; `text` is what follows "diff --git ".
struct DiffNames {
    std::string old_name;
    std::string new_name;
};
/// Nothing if it cannot be told where the first name ends.
std::optional<DiffNames> split_diff_names(std::string_view text);

/// `name` without `prefix`, if it begins with it.
std::string without_prefix(std::string_view name, std::string_view prefix);

}
