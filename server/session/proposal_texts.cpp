#include "session/proposal_texts.h"

#include "protocol/uri.h"
#include "review/sides.h"
#include "support/text.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <utility>

namespace countersign::session {

namespace {

constexpr std::array<std::string_view, 2> side_names { "before", "after" };

constexpr std::string_view file_scheme = "file://"; ///< ours differs from it only in the name, and in having no place for a host

}

std::string proposal_text_uri(review::Proposal const& proposal, review::ProposedFile const& file, Side side)
{
    std::string const as_file =
        protocol::uri_from_path(fmt::format("/{}/{}/{}", proposal.id, side_names[static_cast<std::size_t>(side)], file.change.path));
    return fmt::format("{}:{}", proposal_scheme, std::string_view(as_file).substr(file_scheme.size()));
}

Result<std::string> proposal_text(std::string_view uri, FindProposal const& find)
{
    auto const not_ours = [&] {
        return fail(ErrorCode::invalid_params,
            fmt::format("{} is no address of a proposed text; one is like {}:/7/after/src/a.cpp", support::escape_for_display(uri),
                proposal_scheme));
    };
    std::string const prefix = fmt::format("{}:/", proposal_scheme);
    if (!uri.starts_with(prefix))
        return not_ours();
    std::string const path = TRY(protocol::path_from_uri(fmt::format("{}{}", file_scheme, uri.substr(prefix.size() - 1))));
    std::size_t const after_id = path.find('/', 1);
    std::size_t const after_side = after_id == std::string::npos ? after_id : path.find('/', after_id + 1);
    if (after_side == std::string::npos)
        return not_ours();
    std::string_view const side = std::string_view(path).substr(after_id + 1, after_side - after_id - 1);
    if (std::find(side_names.begin(), side_names.end(), side) == side_names.end())
        return not_ours();

    std::string const id = path.substr(1, after_id - 1);
    std::string const name = path.substr(after_side + 1);
    review::Proposal const* const proposal = find(id);
    if (proposal == nullptr)
        return std::string();
    auto const file = std::find_if(proposal->files.begin(), proposal->files.end(),
        [&](review::ProposedFile const& candidate) { return candidate.change.path == name; });
    if (file == proposal->files.end())
        return fail(ErrorCode::not_found, fmt::format("proposal {} does not touch {}", id, support::escape_for_display(name)));
    review::Sides sides = review::sides(*file);
    return side == side_names[0] ? std::move(sides.before) : std::move(sides.after);
}

Result<std::string> ServedTexts::serve(std::string const& uri)
{
    std::string text = TRY(proposal_text(uri, find_));
    served_.insert(uri);
    return text;
}

void ServedTexts::changed()
{
    for (std::string const& uri : std::exchange(served_, {}))
        client_.request<protocol::TextDocumentContentRefreshRequest>({ .uri = uri }, [](auto const&) {});
}

}
