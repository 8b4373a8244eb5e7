#include "review/document_form.h"
#include "review/review_document.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace countersign::review {

namespace {

Error at_line(std::size_t line, std::string_view message)
{
    return { ErrorCode::invalid_params, fmt::format("line {}: {}", line, message) };
}

std::size_t line_number(std::string_view text, std::size_t offset)
{
    return 1 + static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

/// The value behind each key in the block of comments that the text begins with; must be there once.
Result<std::string_view> header_value(std::string_view text, std::string_view key)
{
    std::string_view value;
    std::size_t number = 0;
    for (std::size_t begin = 0; begin < text.size() && text[begin] == '#';) {
        ++number;
        std::size_t const end = std::min(text.find('\n', begin), text.size());
        std::string_view const line = text.substr(begin, end - begin);
        if (line.substr(0, key.size()) == key) {
            if (!value.empty())
                return tl::unexpected(at_line(number, fmt::format("a second '{}' line", support::trim(key))));
            value = support::trim(line.substr(key.size()));
        }
        begin = end + 1;
    }
    if (value.empty())
        return tl::unexpected(
            at_line(1, fmt::format("this is not a review document of ours: its first lines must have '{}'", support::trim(key))));
    return value;
}

Result<std::size_t> revision_value(std::string_view text)
{
    std::string_view const digits = TRY(header_value(text, revision_key));
    std::size_t revision = 0;
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), revision);
    if (error != std::errc() || end != digits.data() + digits.size() || revision == 0)
        return tl::unexpected(
            at_line(line_number(text, static_cast<std::size_t>(digits.data() - text.data())), "the revision is not a number from 1"));
    return revision;
}

/// Whether some line ends with "\n" and no "\r" before it.
bool has_bare_line_feed(std::string_view text)
{
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', end + 1)) {
        if (end == 0 || text[end - 1] != '\r')
            return true;
    }
    return false;
}

DocumentLineEnds line_ends_of(std::string_view text)
{
    if (text.find("\r\n") == std::string_view::npos)
        return DocumentLineEnds::lf;
    return has_bare_line_feed(text) ? DocumentLineEnds::mixed : DocumentLineEnds::crlf;
}

}

Result<ReviewDocument> parse_review_document(std::string_view text)
{
    if (std::size_t const offset = text.find('\0'); offset != std::string_view::npos)
        return tl::unexpected(at_line(line_number(text, offset), "a NUL byte: this is not text"));
    if (std::size_t const offset = support::find_invalid_utf8(text); offset != std::string_view::npos)
        return tl::unexpected(at_line(line_number(text, offset), "not valid UTF-8"));
    ReviewDocument document;
    document.proposal = std::string(TRY(header_value(text, proposal_key)));
    document.revision = TRY(revision_value(text));
    std::string_view const folder = TRY(header_value(text, workspace_key));
    auto const workspace = support::parse_json(folder);
    if (!workspace || !workspace->is_string())
        return tl::unexpected(
            at_line(line_number(text, static_cast<std::size_t>(folder.data() - text.data())), "the workspace is not a quoted path"));
    document.workspace = workspace->get<std::string>();
    document.line_ends = line_ends_of(text);
    document.files = TRY(workspace::parse_unified_diff(text));
    return document;
}

}
