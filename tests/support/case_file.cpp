#include "tests/support/case_file.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace countersign::tests {

using support::split_lines;
using support::trim;

namespace {

constexpr std::string_view opener = "--- ";

/// A body line that would read as a section, or as such an escaped one, gets a backslash in front.
bool looks_like_section(std::string_view line)
{
    std::size_t const backslashes = std::min(line.find_first_not_of('\\'), line.size());
    return line.substr(backslashes).starts_with(opener);
}

std::string unescaped_lines(std::vector<std::string_view> const& lines, std::size_t from, std::size_t to)
{
    std::string body;
    for (std::size_t i = from; i < to; ++i) {
        body += lines[i].starts_with('\\') && looks_like_section(lines[i]) ? lines[i].substr(1) : lines[i];
        body += '\n';
    }
    return body;
}

tl::unexpected<Error> wrong(std::size_t line, std::string_view what)
{
    return fail(ErrorCode::invalid_params, fmt::format("line {}: {}", line + 1, what));
}

/// Takes "(crlf, bom)" off the end of a file's header.
std::string_view take_options(std::string_view& path)
{
    if (!path.ends_with(')'))
        return {};
    std::size_t const open = path.rfind(" (");
    if (open == std::string_view::npos)
        return {};
    std::string_view const options = path.substr(open + 2, path.size() - open - 3);
    path = trim(path.substr(0, open));
    return options;
}

std::string with_crlf(std::string_view text)
{
    std::string result;
    for (char const c : text) {
        if (c == '\n')
            result += '\r';
        result += c;
    }
    return result;
}

/// Empty if all options are known.
std::string apply_options(std::string_view options, std::string& text)
{
    while (!options.empty()) {
        std::size_t const comma = std::min(options.find(','), options.size());
        std::string_view const option = trim(options.substr(0, comma));
        options.remove_prefix(std::min(comma + 1, options.size()));
        if (option == "no-newline")
            text.resize(text.find_last_not_of("\r\n") + 1);
        else if (option == "crlf")
            text = with_crlf(text);
        else if (option == "bom")
            text.insert(0, "\xEF\xBB\xBF");
        else
            return fmt::format("a file is crlf, no-newline or bom, not \"{}\"", option);
    }
    return {};
}

struct Marker {
    std::string_view spelling;
    std::vector<std::size_t> places; ///< offsets in the text without markers
};

bool has_cursor(std::string_view text)
{
    for (std::size_t at = text.find("$0"); at != std::string_view::npos; at = text.find("$0", at + 2)) {
        if (at == 0 || text[at - 1] != '\\')
            return true;
    }
    return false;
}

/// Takes the markers and the escapes out of `text`. With `brackets` false only `$0` is a marker.
std::array<Marker, 3> take_markers(std::string& text, bool brackets)
{
    std::array<Marker, 3> markers { Marker { "$0", {} }, Marker { "[[", {} }, Marker { "]]", {} } };
    std::string plain;
    for (std::size_t i = 0; i < text.size();) {
        bool const escaped = text[i] == '\\';
        Marker* found = nullptr;
        for (Marker& marker : markers) {
            if (text.compare(i + escaped, 2, marker.spelling) == 0 && (brackets || marker.spelling == "$0"))
                found = &marker;
        }
        if (!found) {
            plain += text[i++];
        } else if (escaped) {
            plain += found->spelling;
            i += 3;
        } else {
            found->places.push_back(plain.size());
            i += 2;
        }
    }
    text = std::move(plain);
    return markers;
}

/// Fills Case::mark and takes the markers out of all files. Empty, or what is wrong.
std::string locate(Case& result)
{
    bool const cursor = std::any_of(result.files.begin(), result.files.end(), [](auto const& file) { return has_cursor(file.text); });
    for (std::size_t i = 0; i < result.files.size(); ++i) {
        auto const markers = take_markers(result.files[i].text, !cursor);
        auto const& [at, open, close] = markers;
        if (at.places.empty() && open.places.empty() && close.places.empty())
            continue;
        if (result.mark)
            return "there is more than one place; write \\$0, \\[[ or \\]] for what is plain text";
        if (at.places.size() == 1 && open.places.empty() && close.places.empty())
            result.mark = Mark { i, { at.places[0], at.places[0] } };
        else if (at.places.empty() && open.places.size() == 1 && close.places.size() == 1 && open.places[0] <= close.places[0])
            result.mark = Mark { i, { open.places[0], close.places[0] } };
        else
            return fmt::format(
                "{} must hold one $0, or one [[ with one ]]; write \\$0, \\[[ or \\]] for what is plain text", result.files[i].path);
    }
    return {};
}

/// Puts one section into `result`. Empty, or what is wrong.
std::string take_section(Case& result, std::string_view header, std::string body, bool& wanted)
{
    std::size_t const blank = std::min(header.find(' '), header.size());
    std::string_view const kind = header.substr(0, blank);
    std::string_view rest = trim(header.substr(blank));
    if (wanted)
        return "want comes last";
    if (kind == "file") {
        std::string_view const options = take_options(rest);
        if (rest.empty())
            return "a file needs a path";
        result.files.push_back({ std::string(rest), std::move(body) });
        return apply_options(options, result.files.back().text);
    }
    if (kind == "do") {
        std::size_t const end = std::min(rest.find(' '), rest.size());
        if (!result.verb.empty() || rest.empty())
            return "a case does one thing: --- do VERB ARGUMENTS";
        result.verb = rest.substr(0, end);
        result.arguments = trim(rest.substr(end));
    } else if (kind == "script") {
        result.script += body;
    } else if (kind == "want") {
        wanted = true;
        result.want = std::move(body);
    } else {
        return fmt::format("a section is file, do, script or want, not \"{}\"; begin a plain line with \\---", kind);
    }
    return {};
}

}

WorkspaceFile const* Case::find_file(std::string_view path) const
{
    auto const found = std::find_if(files.begin(), files.end(), [&](WorkspaceFile const& file) { return file.path == path; });
    return found == files.end() ? nullptr : &*found;
}

std::vector<std::string> Case::words() const
{
    std::vector<std::string> result;
    std::string_view rest = trim(arguments);
    while (!rest.empty()) {
        std::size_t const end = std::min(rest.find(' '), rest.size());
        result.emplace_back(rest.substr(0, end));
        rest = trim(rest.substr(end));
    }
    return result;
}

std::string Case::argument(std::string_view key) const
{
    for (std::string const& word : words()) {
        if (word.size() > key.size() && word.starts_with(key) && word[key.size()] == '=')
            return word.substr(key.size() + 1);
    }
    return {};
}

Result<Case> parse_case(std::string_view text)
{
    Case result;
    auto const lines = split_lines(text);
    std::size_t next = 0;
    while (next < lines.size() && !lines[next].starts_with(opener))
        ++next;
    result.sentence = trim(unescaped_lines(lines, 0, next));
    if (result.sentence.empty())
        return wrong(0, "a case begins with a sentence that says what it shows");
    bool wanted = false;
    while (next < lines.size()) {
        std::size_t const header = next++;
        while (next < lines.size() && !lines[next].starts_with(opener))
            ++next;
        std::string const problem =
            take_section(result, lines[header].substr(opener.size()), unescaped_lines(lines, header + 1, next), wanted);
        if (!problem.empty())
            return wrong(header, problem);
    }
    if (result.verb.empty())
        return wrong(lines.size(), "nothing is done: --- do VERB ARGUMENTS is missing");
    if (std::string const problem = locate(result); !problem.empty())
        return wrong(lines.size(), problem);
    return result;
}

std::string with_want(std::string_view text, std::string_view result)
{
    std::string updated;
    for (std::string_view const line : split_lines(text)) {
        if (line.starts_with("--- want"))
            break;
        updated.append(line).append("\n");
    }
    updated += "--- want\n";
    for (std::string_view const line : split_lines(result))
        updated.append(looks_like_section(line) ? "\\" : "").append(line).append("\n");
    return updated;
}

std::string visible(std::string_view text)
{
    std::string result;
    if (text.starts_with("\xEF\xBB\xBF")) {
        result = "<bom>";
        text.remove_prefix(3);
    }
    for (char const c : text) {
        if (c == '\r')
            result += "\xE2\x90\x8D";
        else
            result += c;
    }
    if (!text.empty() && !text.ends_with('\n'))
        result += "\n<no newline at the end>\n";
    return result;
}

std::string line_difference(std::string_view want, std::string_view got)
{
    auto const a = split_lines(want), b = split_lines(got);
    std::size_t same = 0, tail = 0;
    while (same < a.size() && same < b.size() && a[same] == b[same])
        ++same;
    while (tail + same < a.size() && tail + same < b.size() && a[a.size() - 1 - tail] == b[b.size() - 1 - tail])
        ++tail;
    std::size_t const rows = a.size() - same - tail, columns = b.size() - same - tail;
    // Longest common subsequence of the middles; where they are huge, they are shown one after the other.
    bool const small = rows * columns <= 4'000'000;
    std::vector<std::uint32_t> length(small ? (rows + 1) * (columns + 1) : 0);
    auto at = [&](std::size_t row, std::size_t column) -> std::uint32_t& { return length[row * (columns + 1) + column]; };
    for (std::size_t row = small ? rows : 0; row-- > 0;) {
        for (std::size_t column = columns; column-- > 0;)
            at(row, column) =
                a[same + row] == b[same + column] ? at(row + 1, column + 1) + 1 : std::max(at(row + 1, column), at(row, column + 1));
    }
    std::string result;
    auto add = [&](char sign, std::string_view line) { result.append(1, sign).append(line).append("\n"); };
    for (std::size_t i = same - std::min<std::size_t>(same, 2); i < same; ++i)
        add(' ', a[i]);
    std::size_t row = 0, column = 0;
    while (row < rows || column < columns) {
        if (small && row < rows && column < columns && a[same + row] == b[same + column]) {
            add(' ', a[same + row]);
            ++row, ++column;
        } else if (row < rows && (!small || column == columns || at(row + 1, column) >= at(row, column + 1))) {
            add('-', a[same + row++]);
        } else {
            add('+', b[same + column++]);
        }
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(tail, 2); ++i)
        add(' ', a[a.size() - tail + i]);
    return result;
}

}
