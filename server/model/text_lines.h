// The lines of a model's reply, read one after another, and the signs that the forms of calls in it are made of. Pure.
#pragma once

#include "model/provider.h"

#include <string>
#include <string_view>
#include <vector>

namespace countersign::model {

using Lines = std::vector<std::string_view>;

struct LineReader {
    Lines lines;
    std::size_t at = 0;

    bool at_end() const { return at >= lines.size(); }
    std::string_view line() const { return lines[at]; }

    /// Lines up to the one for which `is_end` holds, which is passed over. False if none does: the text ends before.
    template<typename IsEnd>
    bool take_until(Lines& taken, IsEnd is_end)
    {
        for (; !at_end(); ++at) {
            if (is_end(line())) {
                ++at;
                return true;
            }
            taken.push_back(line());
        }
        return false;
    }
};

/// Each with its end.
std::string joined(Lines const& lines);

/// `<<<<<<< SEARCH` and its like: five to nine of the sign, then the word.
bool is_marker(std::string_view line, char sign, std::string_view word);
bool is_begin_of_patch(std::string_view line);

bool is_fence(std::string_view line);
/// The backticks that a fence's line begins with.
std::string_view fence_ticks(std::string_view line);
/// What follows them.
std::string_view fence_words(std::string_view line);

ToolCall problem_call(std::string_view name, std::string text);
ToolCall edit_call(std::string const& path, std::string const& old_text, std::string const& new_text);
ToolCall create_call(std::string const& path, std::string const& content);

}
