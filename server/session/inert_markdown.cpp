#include "session/inert_markdown.h"

#include "support/text.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace countersign::session {

namespace {

std::size_t run_of(std::string_view text, std::size_t at)
{
    std::size_t const end = text.find_first_not_of(text[at], at);
    return std::min(end, text.size()) - at;
}

/// The length of the fence that a line at the margin opens; 0 if it opens none. One that is indented may belong to a list or a quotation,
/// which would end it early.
std::size_t opened_fence(std::string_view line)
{
    constexpr std::size_t shortest = 3;
    if (line.empty() || (line.front() != '`' && line.front() != '~'))
        return 0;
    std::size_t const length = run_of(line, 0);
    bool const is_span = line.front() == '`' && line.find('`', length) != std::string_view::npos;
    return length < shortest || is_span ? 0 : length;
}

bool closes(std::string_view line, char sign, std::size_t length)
{
    std::size_t const begin = std::min(line.find_first_not_of(' '), line.size());
    if (begin > 3 || begin == line.size() || line[begin] != sign || run_of(line, begin) < length)
        return false;
    return line.find_first_not_of(" \t\r", begin + run_of(line, begin)) == std::string_view::npos;
}

/// Whether a link may go to what begins `target`: a web page, a file, or no scheme at all. Entities could spell any scheme.
bool may_lead_to(std::string_view target)
{
    constexpr std::array<std::string_view, 3> schemes { "https:", "http:", "file:" };
    target.remove_prefix(std::min(target.find_first_not_of(" \t<"), target.size()));
    std::string_view const scheme = target.substr(0, target.find_first_of("/?#)> \t"));
    if (scheme.find_first_of(":&\\") == std::string_view::npos)
        return true;
    return std::any_of(schemes.begin(), schemes.end(), [&](std::string_view known) { return target.starts_with(known); });
}

class Line {
public:
    Line(std::string_view text, bool may_hold_code) : text_(text), may_hold_code_(may_hold_code) { }

    /// Whether what follows in the same paragraph may hold code.
    bool write(std::string& out)
    {
        for (std::size_t i = 0; i < text_.size();)
            i += text_[i] == '`' ? code(i, out) : plain(i, out);
        return may_hold_code_;
    }

private:
    /// A span that begins and ends in this line. One that is open at its end makes the rest of the paragraph doubtful.
    std::size_t code(std::size_t at, std::string& out)
    {
        std::size_t const length = run_of(text_, at);
        std::size_t end = may_hold_code_ && (at == 0 || text_[at - 1] != '\\') ? at + length : std::string_view::npos;
        while (end != std::string_view::npos) {
            end = text_.find('`', end);
            if (end == std::string_view::npos || run_of(text_, end) == length)
                break;
            end += run_of(text_, end);
        }
        if (end == std::string_view::npos)
            may_hold_code_ = false;
        std::size_t const whole = end == std::string_view::npos ? length : end + length - at;
        out += text_.substr(at, whole);
        was_escape_ = false;
        return whole;
    }

    std::size_t plain(std::size_t at, std::string& out)
    {
        std::string_view const rest = text_.substr(at);
        bool const is_escaped = was_escape_;
        was_escape_ = rest.front() == '\\' && !is_escaped;
        char const next = rest.size() > 1 ? rest[1] : ' ';
        bool const is_image = rest.front() == '!' && next == '[';
        bool const is_tag =
            rest.front() == '<' && (std::isalpha(static_cast<unsigned char>(next)) != 0 || next == '/' || next == '!' || next == '?');
        if (!is_escaped && (is_image || is_tag))
            out += '\\';
        out += rest.front();
        bool const is_link = rest.front() == ']' && (next == '(' || next == ':');
        if (is_link && !may_lead_to(rest.substr(2)))
            out += '\\';
        return 1;
    }

    std::string_view text_;
    bool may_hold_code_;
    bool was_escape_ = false; ///< whether the character before takes the meaning of the next one away
};

}

std::string inert_markdown(std::string_view markdown)
{
    std::string out;
    out.reserve(markdown.size() + 16);
    char sign = 0;
    std::size_t fence = 0;
    bool may_hold_code = true;
    while (!markdown.empty()) {
        std::size_t const newline = markdown.find('\n');
        std::string_view const line = markdown.substr(0, newline);
        if (fence > 0) {
            out += line;
            fence = closes(line, sign, fence) ? 0 : fence;
        } else if ((fence = opened_fence(line)) > 0) {
            sign = line.front();
            out += line;
        } else {
            may_hold_code = may_hold_code || support::trim(line).empty();
            may_hold_code = Line(line, may_hold_code).write(out);
        }
        if (newline == std::string_view::npos)
            break;
        out += '\n';
        markdown.remove_prefix(newline + 1);
    }
    return out;
}

}
