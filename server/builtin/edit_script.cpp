#include "builtin/edit_script.h"

#include <algorithm>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace countersign::builtin {

namespace {

/// A rename may touch every line of a file; a run has a limit of calls.
constexpr std::size_t calls_per_application = 60;

bool is_unique(std::string_view text, std::string_view part)
{
    auto const first = text.find(part);
    return first != std::string_view::npos && text.find(part, first + 1) == std::string_view::npos;
}

/// Whole lines around `range` that stand in the text once.
ByteRange unique_lines(std::string_view text, support::LineIndex const& lines, ByteRange range)
{
    std::size_t first = lines.line_at(range.begin);
    std::size_t last = lines.line_at(range.end > range.begin ? range.end - 1 : range.end);
    for (std::size_t step = 1;; step *= 2) {
        ByteRange const found { lines.start(first), lines.start(last + 1) };
        bool const is_all = first == 0 && last + 1 >= lines.line_count();
        if (is_all || (found.size() > 0 && is_unique(text, text.substr(found.begin, found.size()))))
            return found;
        first -= std::min(first, step);
        last = std::min(last + step, lines.line_count() - 1);
    }
}

std::vector<std::vector<ByteEdit>> grouped(std::vector<ByteEdit> const& edits, support::LineIndex const& lines, std::size_t distance)
{
    std::vector<std::vector<ByteEdit>> groups;
    for (ByteEdit const& edit : edits) {
        bool const is_close =
            !groups.empty() && lines.line_at(edit.range.begin) <= lines.line_at(groups.back().back().range.end) + distance;
        if (!is_close)
            groups.emplace_back();
        groups.back().push_back(edit);
    }
    return groups;
}

std::size_t count_lines(std::string_view text) { return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')); }

}

EditScript::EditScript(std::string path, std::string text) : path_(std::move(path)), text_(std::move(text)) { }

Result<> EditScript::apply(std::vector<ByteEdit> const& edits, std::string const& reason)
{
    support::LineIndex const lines(text_);
    std::size_t distance = 2;
    auto groups = grouped(edits, lines, distance);
    while (groups.size() > calls_per_application)
        groups = grouped(edits, lines, distance *= 2);
    std::ptrdiff_t shift = 0;
    for (std::vector<ByteEdit>& group : groups) {
        std::ptrdiff_t change = 0;
        for (ByteEdit& edit : group) {
            change += static_cast<std::ptrdiff_t>(edit.text.size()) - static_cast<std::ptrdiff_t>(edit.range.size());
            edit.range.begin += static_cast<std::size_t>(shift);
            edit.range.end += static_cast<std::size_t>(shift);
        }
        if (auto const added = add(group, reason); !added)
            return added;
        shift += change;
    }
    return {};
}

Result<> EditScript::add(std::vector<ByteEdit> const& group, std::string const& reason)
{
    if (text_.empty())
        return fail(ErrorCode::invalid_params, fmt::format("{} is empty", path_));
    support::LineIndex const lines(text_);
    ByteRange const place = unique_lines(text_, lines, { group.front().range.begin, group.back().range.end });
    std::vector<ByteEdit> inside = group;
    for (ByteEdit& edit : inside) {
        edit.range.begin -= place.begin;
        edit.range.end -= place.begin;
    }
    std::string old_text = text_.substr(place.begin, place.size());
    std::string new_text = support::apply_edits(old_text, inside);
    if (new_text == old_text)
        return {};
    std::size_t const line = lines.line_at(group.front().range.begin);
    calls_.push_back({ old_text, new_text, reason, original_line(line) + 1 });
    shifts_.push_back({ lines.line_at(place.begin), count_lines(old_text), count_lines(new_text) });
    text_.replace(place.begin, place.size(), new_text);
    return {};
}

std::size_t EditScript::original_line(std::size_t line) const
{
    for (auto shift = shifts_.rbegin(); shift != shifts_.rend(); ++shift) {
        if (line < shift->first)
            continue;
        if (line >= shift->first + shift->added)
            line = line - shift->added + shift->removed;
        else
            line = shift->first + std::min(line - shift->first, shift->removed > 0 ? shift->removed - 1 : 0);
    }
    return line;
}

std::optional<Result<>> EditScript::send(Conversation& conversation) const
{
    Result<> outcome;
    for (Call const& call : calls_) {
        auto const* result =
            conversation.call("edit_file", { { "path", path_ }, { "old_text", call.old_text }, { "new_text", call.new_text } });
        if (result && result->is_error && outcome)
            outcome = fail(ErrorCode::internal, result->text);
    }
    if (conversation.is_waiting())
        return std::nullopt;
    return outcome;
}

std::string EditScript::reasons() const
{
    std::vector<Call const*> in_order;
    for (Call const& call : calls_)
        in_order.push_back(&call);
    std::stable_sort(in_order.begin(), in_order.end(), [](Call const* a, Call const* b) { return a->line < b->line; });
    std::string text;
    for (Call const* call : in_order)
        text += fmt::format("- line {}: {}\n", call->line, call->reason);
    return text;
}

}
