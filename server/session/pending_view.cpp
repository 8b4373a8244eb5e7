#include "session/pending_view.h"

#include "protocol/uri.h"
#include "review/lines.h"
#include "session/proposal_texts.h"
#include "support/text.h"

#include <algorithm>
#include <cctype>

namespace countersign::session {

namespace {

constexpr std::size_t longest_line = 120; ///< bytes of a line that stands in a list

char const* word_of(workspace::ChangeKind kind)
{
    switch (kind) {
    case workspace::ChangeKind::create:
        return "create";
    case workspace::ChangeKind::remove:
        return "remove";
    case workspace::ChangeKind::move:
        return "move";
    case workspace::ChangeKind::modify:
        break;
    }
    return "modify";
}

bool is_word_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 0x80; }

/// The first line of a piece of text that has a word in it, short enough for a list; a lone brace says nothing.
std::string first_words(std::string_view text)
{
    for (std::string_view const line : support::split_lines(text)) {
        std::string_view words = support::trim(line);
        if (std::none_of(words.begin(), words.end(), is_word_character))
            continue;
        bool const is_long = words.size() > longest_line;
        if (is_long) {
            words = words.substr(0, longest_line);
            words = words.substr(0, std::min(support::find_invalid_utf8(words), words.size())); // not half a character
        }
        return support::escape_for_display(words) + (is_long ? "..." : "");
    }
    return std::string(support::trim(text).substr(0, 1));
}

Json hunk_view(review::ProposedFile const& file, review::HunkPlace const& place)
{
    auto const found = std::find_if(file.hunks.begin(), file.hunks.end(), [&](review::Hunk const& hunk) { return hunk.id == place.id; });
    Json view { { "hunk", place.id }, { "line", place.begin }, { "removed", place.end - place.begin } };
    workspace::LineChange const& lines = found->lines;
    view["added"] = lines.new_end - lines.new_begin;
    bool const only_removes = lines.new_begin == lines.new_end;
    view["text"] = first_words(only_removes ? review::Lines(file.change.base_text).range(lines.old_begin, lines.old_end)
                                            : review::Lines(file.change.new_text).range(lines.new_begin, lines.new_end));
    return view;
}

Json proposal_view(review::Proposal const& proposal, std::string const& document, std::string_view note)
{
    Json files = Json::array();
    for (review::ProposedFile const& file : proposal.files) {
        Json hunks = Json::array();
        for (review::HunkPlace const& place : review::pending_places(file))
            hunks.push_back(hunk_view(file, place));
        if (hunks.empty())
            continue;
        Json view { { "path", file.change.path }, { "kind", word_of(file.change.kind) },
            { "uri", protocol::uri_from_path(beneath(proposal.workspace, file.change.path)) },
            { "before", proposal_text_uri(proposal, file, Side::before) }, { "after", proposal_text_uri(proposal, file, Side::after) },
            { "hunks", std::move(hunks) } };
        if (!file.change.from.empty())
            view["from"] = file.change.from;
        files.push_back(std::move(view));
    }
    return { { "proposal", proposal.id }, { "revision", proposal.revision }, { "title", proposal.title }, { "summary", proposal.summary },
        { "action", proposal.action }, { "provider", proposal.provider }, { "created", proposal.created },
        { "workspace", proposal.workspace }, { "document", protocol::uri_from_path(document) }, { "note", support::trim(note) },
        { "files", std::move(files) } };
}

}

Json pending_view(MenuSources const& sources, std::string_view provider, std::string const& cost)
{
    Json running = Json::array();
    for (Runs::Working const& run : sources.runs.working())
        running.push_back({ { "run", run.id }, { "title", run.title } });
    Json proposals = Json::array();
    for (ProposalHandle const& proposal : sources.proposals.open().all())
        proposals.push_back(proposal_view(*proposal, sources.proposals.document_path(*proposal), sources.proposals.note_on(*proposal)));
    Json view { { "provider", provider }, { "isModel", sources.is_model }, { "running", std::move(running) },
        { "proposals", std::move(proposals) } };
    if (!cost.empty())
        view["cost"] = cost;
    return view;
}

void PendingView::changed()
{
    if (is_due_ || !client_.capabilities().countersign)
        return;
    is_due_ = true;
    client_.connection().post([this] {
        is_due_ = false;
        client_.connection().notify(pending_method, look_());
    });
}

}
