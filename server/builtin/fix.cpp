#include "builtin/fix.h"

#include "builtin/edit_script.h"
#include "builtin/phrase.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::builtin {

namespace {

constexpr std::size_t listed_diagnostics = 20;

struct Planned {
    Correction correction;
    std::size_t begin, end; ///< bytes that the edits span
};

/// An edit may not leave the file harder to parse than it was.
bool keeps_syntax(Source const& source, std::vector<ByteEdit> const& edits)
{
    if (!source.tree)
        return true;
    auto const after = reparsed(*source.tree, std::make_shared<std::string const>(support::apply_edits(*source.text, edits)));
    return after && after->error_count() <= source.tree->error_count();
}

/// A finding of another version of the file may point past its end.
bool is_inside(Source const& source, Diagnostic const& diagnostic)
{
    bool const has_line = diagnostic.line > 0 && diagnostic.line <= source.lines.line_count();
    return has_line && diagnostic.column <= source.lines.line(*source.text, diagnostic.line - 1).size() + 1;
}

std::optional<Correction> correction_of(Source const& source, Diagnostic const& diagnostic)
{
    if (!is_inside(source, diagnostic))
        return std::nullopt;
    for (std::span<FixRule const> const rules : { wording_rules(), unused_rules(), missing_rules() }) {
        for (FixRule const& rule : rules) {
            auto correction = rule.correct(source, diagnostic);
            if (correction && !correction->edits.empty() && keeps_syntax(source, correction->edits))
                return correction;
        }
    }
    return std::nullopt;
}

std::string describe(Diagnostic const& diagnostic)
{
    return fmt::format("line {}: {}{}", diagnostic.line, code(diagnostic.message, 140),
        diagnostic.code.empty() ? "" : fmt::format(" ({})", code(diagnostic.code, 40)));
}

std::string left_text(std::vector<Diagnostic const*> const& left)
{
    if (left.empty())
        return {};
    std::string text = "\nLeft as it is, because the built-in engine has no rule for it; a language model could read the code around it "
                       "and work a change out:\n";
    for (std::size_t i = 0; i < std::min(left.size(), listed_diagnostics); ++i)
        text += fmt::format("- {}\n", describe(*left[i]));
    if (left.size() > listed_diagnostics)
        text += fmt::format("- and {} more.\n", left.size() - listed_diagnostics);
    return text;
}

}

std::optional<std::string> fix(Conversation& conversation, Task const& task)
{
    if (task.diagnostics.empty())
        return fmt::format("Fix: nothing is proposed, because the task names no problem.\n\n{}\n", built_in_note);
    auto const read = read_source(conversation, task.path, task.language);
    if (!read)
        return std::nullopt;
    if (!*read)
        return fmt::format(
            "Fix: nothing is proposed, because {} could not be read: {}.\n\n{}\n", code(task.path), read->error().message, built_in_note);
    Source const& source = **read;

    std::vector<Planned> planned;
    std::vector<Diagnostic const*> left;
    for (Diagnostic const& diagnostic : task.diagnostics) {
        auto correction = correction_of(source, diagnostic);
        if (!correction) {
            left.push_back(&diagnostic);
            continue;
        }
        Planned plan { std::move(*correction), 0, 0 };
        plan.begin = plan.correction.edits.front().range.begin;
        plan.end = plan.correction.edits.back().range.end;
        bool const is_twice = std::any_of(
            planned.begin(), planned.end(), [&](Planned const& other) { return other.correction.edits == plan.correction.edits; });
        bool const is_free = std::none_of(
            planned.begin(), planned.end(), [&](Planned const& other) { return plan.begin < other.end && other.begin < plan.end; });
        if (is_twice)
            continue; // two findings of one cause
        if (is_free)
            planned.push_back(std::move(plan));
        else
            left.push_back(&diagnostic);
    }
    // From the end backwards, so that the offsets of what is to come stay right.
    std::stable_sort(planned.begin(), planned.end(), [](Planned const& a, Planned const& b) { return a.begin > b.begin; });
    EditScript script(source.path, *source.text);
    for (Planned const& plan : planned) {
        if (auto const applied = script.apply(plan.correction.edits, plan.correction.reason); !applied)
            return fmt::format("Fix: nothing is proposed: {}.\n\n{}\n", applied.error().message, built_in_note);
    }
    if (script.is_empty())
        return fmt::format("Fix: nothing is proposed.\n{}\n{}\n", left_text(left), built_in_note);
    auto const sent = script.send(conversation);
    if (!sent)
        return std::nullopt;
    if (!*sent)
        return fmt::format("Fix was stopped: an edit was refused ({}). Look at what is proposed with care or reject it.\n\n{}\n",
            (*sent).error().message, built_in_note);
    return fmt::format("Fix {} of {}.\n\n{}{}\n{}\n", planned.size(), support::count_of(task.diagnostics.size(), "problem"),
        script.reasons(), left_text(left), built_in_note);
}

ByteRange range_of(Source const& source, Diagnostic const& diagnostic)
{
    auto const offset = [&](std::size_t line, std::size_t column) {
        std::size_t const start = source.lines.start(line - 1);
        std::size_t const length = source.lines.line(*source.text, line - 1).size();
        return std::min(start + std::min(column > 0 ? column - 1 : 0, length), source.text->size());
    };
    if (diagnostic.line == 0 || diagnostic.line > source.lines.line_count())
        return {};
    std::size_t const begin = offset(diagnostic.line, diagnostic.column);
    bool const has_end = diagnostic.end_line >= diagnostic.line && diagnostic.end_line <= source.lines.line_count();
    std::size_t const end = has_end ? offset(diagnostic.end_line, diagnostic.end_column) : begin;
    return { begin, std::max(begin, end) };
}

ByteRange identifier_at(std::string_view text, std::size_t offset)
{
    std::size_t begin = std::min(offset, text.size());
    while (begin > 0 && is_identifier_byte(text[begin - 1]))
        --begin;
    std::size_t end = std::min(offset, text.size());
    while (end < text.size() && is_identifier_byte(text[end]))
        ++end;
    return { begin, end };
}

ByteRange whole_lines(Source const& source, ByteRange range)
{
    std::size_t const last = source.lines.line_at(range.end > range.begin ? range.end - 1 : range.end);
    return { source.lines.start(source.lines.line_at(range.begin)), source.lines.start(last + 1) };
}

std::vector<std::string> quoted_parts(std::string_view message)
{
    constexpr std::pair<std::string_view, std::string_view> quotes[] = { { "'", "'" }, { "\"", "\"" }, { "`", "`" }, { "‘", "’" },
        { "“", "”" } };
    std::vector<std::string> parts;
    std::size_t i = 0;
    while (i < message.size()) {
        bool is_found = false;
        for (auto const& [open, close] : quotes) {
            if (!message.substr(i).starts_with(open))
                continue;
            // An apostrophe inside a word opens nothing.
            if (open == "'" && i > 0 && is_identifier_byte(message[i - 1]))
                continue;
            auto const end = message.find(close, i + open.size());
            if (end == std::string_view::npos)
                continue;
            parts.emplace_back(message.substr(i + open.size(), end - i - open.size()));
            i = end + close.size();
            is_found = true;
            break;
        }
        i += is_found ? 0 : 1;
    }
    return parts;
}

}
