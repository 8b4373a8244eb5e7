#include "workspace/edit_match.h"

#include "workspace/diff.h"
#include "workspace/encoding.h"
#include "workspace/line_search.h"
#include "workspace/normal_text.h"
#include "workspace/similar_lines.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/core.h>
#include <optional>

namespace countersign::workspace {

namespace {

using support::LineIndex;
using support::trim;
using support::trim_end;

/// A place in the file that `old_text` may mean.
struct Place {
    ByteRange range;
    std::string added_indent;   ///< what the file's lines have in front of the edit's
    std::string removed_indent; ///< what the edit's lines have in front of the file's
};

constexpr std::size_t places_named = 5;

std::vector<std::size_t> find_text(std::string_view text, std::string_view wanted)
{
    // memmem takes linear time whatever the texts are; std::string_view::find does not.
    std::vector<std::size_t> places;
    std::size_t from = 0;
    while (places.size() <= places_named && from < text.size()) {
        void const* const found = ::memmem(text.data() + from, text.size() - from, wanted.data(), wanted.size());
        if (!found)
            break;
        places.push_back(static_cast<std::size_t>(static_cast<char const*>(found) - text.data()));
        from = places.back() + 1;
    }
    return places;
}

/// The file and the edit's old text as every rung looks at them.
struct Subject {
    std::string_view text;
    std::string_view wanted;
    LineIndex lines;
    std::vector<std::string_view> wanted_lines; ///< without their ends
    bool wanted_ends_line = false;

    std::string_view line(std::size_t index) const { return lines.line(text, index); }
    /// The bytes of `count` whole lines; without the last one's end unless the edit's old text has it.
    ByteRange whole_lines(std::size_t first, std::size_t count) const
    {
        std::size_t const last = first + count - 1;
        std::size_t const end = wanted_ends_line ? lines.start(last + 1) : lines.start(last) + line(last).size();
        return { lines.start(first), end };
    }
    /// Lines that can hold something: the empty one after a final line end is none.
    std::size_t line_count() const
    {
        std::size_t const count = lines.line_count();
        return lines.start(count - 1) == text.size() && count > 1 ? count - 1 : count;
    }
};

std::vector<Place> match_exactly(Subject const& subject)
{
    std::vector<Place> places;
    auto const splits_line_end = [&](std::size_t at) {
        return at > 0 && at < subject.text.size() && subject.text[at - 1] == '\r' && subject.text[at] == '\n';
    };
    for (std::size_t at : find_text(subject.text, subject.wanted)) {
        // Half of a "\r\n" anywhere: then the next rung, which takes line ends as a whole, must count the places.
        if (splits_line_end(at) || splits_line_end(at + subject.wanted.size()))
            return {};
        places.push_back({ { at, at + subject.wanted.size() }, {}, {} });
    }
    return places;
}

std::vector<Place> match_normalized(Subject const& subject, NormalText::Kind kind)
{
    NormalText const text(subject.text, kind);
    NormalText const wanted(subject.wanted, kind);
    std::vector<Place> places;
    for (std::size_t at : find_text(text.text(), wanted.text()))
        places.push_back({ { text.original(at), text.original(at + wanted.text().size()) }, {}, {} });
    return places;
}

/// Runs of whole lines that are equal once `key` was taken of each.
template<typename Key>
std::vector<std::size_t> find_lines(Subject const& subject, Key key, std::size_t limit = places_named + 1)
{
    using Line = std::decay_t<decltype(key(std::string_view {}))>;
    std::vector<Line> file_lines;
    std::vector<Line> wanted_lines;
    for (std::size_t i = 0; i < subject.line_count(); ++i)
        file_lines.push_back(key(subject.line(i)));
    for (std::string_view line : subject.wanted_lines)
        wanted_lines.push_back(key(line));
    return find_runs(file_lines, wanted_lines, 0, limit);
}

std::vector<Place> match_without_trailing_space(Subject const& subject)
{
    std::vector<Place> places;
    for (std::size_t first : find_lines(subject, [](std::string_view line) { return trim_end(line); }))
        places.push_back({ subject.whole_lines(first, subject.wanted_lines.size()), {}, {} });
    return places;
}

std::string_view indent_of(std::string_view line) { return line.substr(0, std::min(line.find_first_not_of(" \t"), line.size())); }

/// The one shift of indentation that makes the wanted lines those at `first`, if there is one.
std::optional<Place> indentation_shift(Subject const& subject, std::size_t first)
{
    ByteRange const range = subject.whole_lines(first, subject.wanted_lines.size());
    std::optional<Place> place;
    for (std::size_t i = 0; i < subject.wanted_lines.size(); ++i) {
        if (trim(subject.wanted_lines[i]).empty())
            continue;
        std::string_view const in_file = indent_of(subject.line(first + i));
        std::string_view const in_edit = indent_of(subject.wanted_lines[i]);
        Place here { range, {}, {} };
        if (in_file.size() >= in_edit.size() && in_file.ends_with(in_edit))
            here.added_indent = in_file.substr(0, in_file.size() - in_edit.size());
        else if (in_edit.ends_with(in_file))
            here.removed_indent = in_edit.substr(0, in_edit.size() - in_file.size());
        else
            return std::nullopt;
        if (place && (place->added_indent != here.added_indent || place->removed_indent != here.removed_indent))
            return std::nullopt;
        place = std::move(here);
    }
    return place;
}

std::vector<Place> match_indentation(Subject const& subject)
{
    // A file that repeats the lines all over would cost its length times theirs.
    constexpr std::size_t lines_compared = 5'000'000;
    std::size_t const limit = std::max<std::size_t>(2, lines_compared / subject.wanted_lines.size());
    std::vector<Place> places;
    auto const candidates = find_lines(
        subject, [](std::string_view line) { return trim(line); }, limit);
    for (std::size_t first : candidates) {
        if (auto place = indentation_shift(subject, first))
            places.push_back(std::move(*place));
        if (places.size() > places_named)
            break;
    }
    for (std::size_t i = 0; i < 2 && candidates.size() == limit; ++i) // not all were looked at, so none can be the only one
        places.push_back({ subject.whole_lines(candidates[i], 1), {}, {} });
    return places;
}

std::vector<Place> match_line_ends(Subject const& subject)
{
    auto places = match_normalized(subject, NormalText::Kind::line_ends);
    // Blank lines are blank everywhere: without their exact spaces they say nothing.
    return places.empty() && !trim(subject.wanted).empty() ? match_without_trailing_space(subject) : places;
}

std::vector<Place> match_punctuation(Subject const& subject)
{
    auto places = match_normalized(subject, NormalText::Kind::punctuation);
    if (!places.empty())
        return places;
    for (std::size_t first : find_lines(
             subject, [](std::string_view line) { return std::string(trim_end(NormalText(line, NormalText::Kind::punctuation).text())); }))
        places.push_back({ subject.whole_lines(first, subject.wanted_lines.size()), {}, {} });
    return places;
}

struct Rung {
    MatchStep step;
    std::vector<Place> (*match)(Subject const& subject);
};
constexpr std::array ladder = std::to_array<Rung>({
    { MatchStep::exact, match_exactly },
    { MatchStep::line_ends, match_line_ends },
    { MatchStep::indentation, match_indentation },
    { MatchStep::punctuation, match_punctuation },
});

/// `text` with the place's shift of indentation; nothing if a line has not the indentation that is to go.
std::optional<std::string> shift_indent(std::string_view text, Place const& place)
{
    std::string shifted;
    for (std::string_view line : cut_lines(text)) {
        if (trim(line).empty()) {
            shifted += line;
            continue;
        }
        if (!line.starts_with(place.removed_indent))
            return std::nullopt;
        shifted += place.added_indent;
        shifted += line.substr(place.removed_indent.size());
    }
    return shifted;
}

std::string joined(std::vector<std::string_view> const& lines, std::size_t begin, std::size_t end)
{
    std::string text;
    for (std::size_t i = begin; i < end; ++i)
        text += lines[i];
    return text;
}

/// One changed block of the edit, in the file's spelling: what the edit left alone at the block's ends is taken from the file, so
/// that a typographic quote that was matched by a plain one stays.
std::string keep_spelling(std::string_view in_file, std::string_view old_block, std::string_view new_block)
{
    NormalText const file(in_file, NormalText::Kind::punctuation);
    NormalText const old_text(old_block, NormalText::Kind::punctuation);
    NormalText const new_text(new_block, NormalText::Kind::punctuation);
    std::string_view const a = file.text();
    std::string_view const b = new_text.text();
    if (a != old_text.text())
        return std::string(new_block);
    std::size_t const shorter = std::min(a.size(), b.size());
    auto head =
        static_cast<std::size_t>(std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(shorter), b.begin()).first - a.begin());
    while (head > 0 && !(file.starts_character(head) && new_text.starts_character(head)))
        --head;
    std::size_t tail = 0;
    while (tail < shorter - head && a[a.size() - tail - 1] == b[b.size() - tail - 1])
        ++tail;
    while (tail > 0 && !(file.starts_character(a.size() - tail) && new_text.starts_character(b.size() - tail)))
        --tail;
    std::string result(in_file.substr(0, file.original(head)));
    std::size_t const middle = new_text.original(head);
    result += new_block.substr(middle, new_text.original(b.size() - tail) - middle);
    result += in_file.substr(file.original(a.size() - tail));
    return result;
}

/// What takes the place's bytes' place: lines that the edit does not change stay as the file has them, the others come in the
/// file's line ends and indentation. Nothing if the indentation cannot be shifted.
std::optional<std::string> replacement(Subject const& subject, Place const& place, MatchStep step, std::string_view new_text)
{
    std::string_view const in_file = subject.text.substr(place.range.begin, place.range.size());
    LineIndex const file_index(in_file);
    std::string const old_plain = with_line_ends(subject.wanted, LineEnd::lf);
    auto shifted = shift_indent(with_line_ends(new_text, LineEnd::lf), place);
    auto const old_shifted = shift_indent(old_plain, place);
    if (!shifted || !old_shifted)
        return std::nullopt;
    // The file's last line may lack the end that the edit's old text has; then it goes on lacking it.
    if (old_plain.ends_with('\n') && !in_file.ends_with('\n') && !in_file.ends_with('\r') && shifted->ends_with('\n'))
        shifted->pop_back();
    std::vector<std::string_view> const old_lines = cut_lines(*old_shifted);
    std::vector<std::string_view> const new_lines = cut_lines(*shifted);
    TextFormat const here = detect_format(in_file);
    bool const has_line_end = in_file.find_first_of("\r\n") != std::string_view::npos;
    LineEnd const line_end = has_line_end ? here.line_end : detect_format(subject.text).line_end;
    std::string result;
    std::string plain; ///< the same with "\n" at every line's end
    auto const add = [&](std::string_view part) {
        result += part;
        plain += with_line_ends(part, LineEnd::lf);
    };
    std::size_t old_at = 0;
    auto const bytes_of = [&](std::size_t begin, std::size_t end) {
        std::size_t const from = file_index.start(begin);
        return in_file.substr(from, file_index.start(end) - from);
    };
    for (LineChange const& change : diff_lines(old_lines, new_lines)) {
        add(bytes_of(old_at, change.old_begin));
        std::string block = with_line_ends(joined(new_lines, change.new_begin, change.new_end), line_end);
        if (step == MatchStep::punctuation)
            block = keep_spelling(bytes_of(change.old_begin, change.old_end), joined(old_lines, change.old_begin, change.old_end), block);
        add(block);
        old_at = change.old_end;
    }
    add(bytes_of(old_at, old_lines.size()));
    // Where a file mixes all three line ends, "\r" before "\n" would become one end out of two; "\r\n" stays itself beside either.
    bool const joins_before = place.range.begin > 0 && subject.text[place.range.begin - 1] == '\r' && result.starts_with('\n');
    bool const joins_after = place.range.end < subject.text.size() && subject.text[place.range.end] == '\n' && result.ends_with('\r');
    if (joins_before || joins_after || with_line_ends(result, LineEnd::lf) != plain)
        return with_line_ends(plain, LineEnd::crlf);
    return result;
}

std::string name_lines(Subject const& subject, std::vector<Place> const& places)
{
    std::vector<std::string> numbers;
    for (std::size_t i = 0; i < std::min(places.size(), places_named); ++i)
        numbers.push_back(fmt::format("{}", subject.lines.line_at(places[i].range.begin) + 1));
    return support::join(numbers, ", ") + (places.size() > places_named ? " and more" : "");
}

tl::unexpected<Error> nothing_fits(Subject const& subject, std::string_view new_text)
{
    std::string message = "old_text is not in the file.";
    if (trim(new_text).size() >= 8 && !find_text(subject.text, new_text).empty())
        message += " new_text is there already: perhaps the edit was made before.";
    std::string const similar = show_similar_lines(subject.text, subject.wanted);
    message += similar.empty() ? " Nothing in it is alike; read the file again."
                               : " The most similar lines are:\n" + similar + "Copy the lines to replace exactly.";
    return fail(ErrorCode::not_found, std::move(message));
}

}

std::string_view to_string(MatchStep step)
{
    constexpr std::array names = std::to_array<std::string_view>({ "exact", "line ends or trailing spaces", "indentation", "punctuation" });
    return names[static_cast<std::size_t>(step)];
}

Result<MatchedEdit> match_edit(std::string_view text, std::string_view old_text, std::string_view new_text)
{
    if (old_text.empty())
        return fail(ErrorCode::invalid_params, "old_text is empty; give the lines to replace, or create the file");
    if (old_text == new_text)
        return fail(ErrorCode::invalid_params, "old_text and new_text are the same; nothing would change");
    Subject const subject { text, old_text, LineIndex(text), support::split_lines(old_text),
        old_text.back() == '\n' || old_text.back() == '\r' };
    bool const only_blanks = trim(old_text).empty();
    for (Rung const& rung : ladder) {
        if (only_blanks && rung.step != MatchStep::exact && rung.step != MatchStep::line_ends)
            break;
        std::vector<Place> const places = rung.match(subject);
        if (places.size() > 1) {
            return fail(ErrorCode::ambiguous,
                fmt::format("old_text is in the file more than once, at lines {}; add lines around it until it is there once",
                    name_lines(subject, places)));
        }
        if (places.empty())
            continue;
        auto inserted = replacement(subject, places.front(), rung.step, new_text);
        if (!inserted)
            continue;
        ByteRange const range = places.front().range;
        if (*inserted == text.substr(range.begin, range.size()))
            return fail(ErrorCode::invalid_params, "nothing would change: but for line ends or spaces, old_text and new_text are the same");
        return MatchedEdit { { range, std::move(*inserted) }, rung.step };
    }
    return nothing_fits(subject, new_text);
}

}
