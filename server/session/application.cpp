#include "session/application.h"

#include "review/rebase.h"
#include "support/hash.h"
#include "workspace/diff.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace countersign::session {

using review::PlannedFile;
using workspace::ChangeKind;

bool same_text(std::string_view left, std::string_view right)
{
    auto const plain = [](std::string_view text) {
        std::string kept;
        kept.reserve(text.size());
        std::copy_if(text.begin(), text.end(), std::back_inserter(kept), [](char c) { return c != '\r'; });
        if (kept.ends_with('\n'))
            kept.pop_back();
        return kept;
    };
    return left == right || plain(left) == plain(right);
}

std::string_view to_string(Seen seen)
{
    constexpr std::array<std::string_view, 7> words { "full", "changed further", "partial", "none", "unclear", "unknown", "not shown" };
    return words[static_cast<std::size_t>(seen)];
}

std::vector<std::string> touched_paths(std::vector<PlannedFile> const& plan, std::vector<SeenFile> const& seen)
{
    std::vector<std::string> paths;
    for (std::size_t i = 0; i < plan.size() && i < seen.size(); ++i) {
        if (seen[i].seen != Seen::none)
            paths.push_back(plan[i].path);
    }
    return paths;
}

Result<> Proposals::Application::claim_in(review::Store const& store)
{
    claim = TRY(store.claim(proposal.id));
    if (!claim)
        return fail(ErrorCode::denied, "it is being applied in another window just now; try again when that is done");
    review::Proposal const stored = TRY(store.load(proposal.id));
    rebased = review::adopt_decisions(proposal, stored);
    return {};
}

Result<> Proposals::Application::make_plan()
{
    auto const text_of = [this](std::string const& path) { return texts.read(path); };
    if (auto moved = TRY(review::rebase(proposal, {}, text_of))) {
        proposal = std::move(*moved);
        rebased = true;
    }
    plan = pick.document.empty() ? TRY(review::plan(proposal, pick.selection, text_of)) : TRY(plan_of_document());
    return {};
}

namespace {

/// What a pick means on a review document: all that it shows, and not what is in conflict.
Result<review::Selection> shown_part(review::Proposal const& proposal, review::Selection const& picked)
{
    if (!picked.hunks.empty())
        return picked;
    auto const ids = TRY(review::selected_hunks(proposal, picked));
    std::vector<std::string> const shown = review::shown_hunks(proposal);
    review::Selection selection;
    for (std::string const& id : ids) {
        if (std::find(shown.begin(), shown.end(), id) != shown.end())
            selection.hunks.push_back(id);
    }
    if (selection.hunks.empty())
        return fail(ErrorCode::stale,
            "every hunk is in conflict with what the files say now; undo those changes, or discard the proposal and run the action again");
    return selection;
}

}

Result<std::vector<PlannedFile>> Proposals::Application::plan_of_document() const
{
    auto const text_of = [this](std::string const& path) { return texts.read(path); };
    if (review::is_unedited(proposal, document_text))
        return review::plan(proposal, TRY(shown_part(proposal, pick.selection)), text_of);
    review::ReviewDocument document = TRY(review::parse_review_document(document_text));
    if (pick.extent != Pick::Extent::all) {
        // Of an edited document, keep the block that the person stood in.
        std::size_t const line = *pick.line + 1;
        std::erase_if(document.files, [&](workspace::FileDiff& file) {
            if (pick.extent == Pick::Extent::file)
                return std::find(pick.selection.files.begin(), pick.selection.files.end(), file.path) == pick.selection.files.end();
            std::size_t const holds = [&] {
                std::size_t last = 0;
                for (workspace::DiffHunk const& hunk : file.hunks)
                    last = hunk.at_line <= line ? hunk.at_line : last;
                return last;
            }();
            std::erase_if(file.hunks,
                [&](workspace::DiffHunk const& hunk) { return hunk.at_line != holds || hunk.at_line + hunk.lines.size() < line; });
            return file.hunks.empty();
        });
    }
    return review::plan_document(proposal, document, text_of);
}

Result<> Proposals::Application::leave_guarded()
{
    std::string reasons;
    std::erase_if(plan, [&](PlannedFile const& file) {
        workspace::FileChange change;
        change.kind = file.kind;
        change.path = file.path;
        change.from = file.from;
        change.base_text = file.before;
        change.new_text = file.after;
        auto const flag = workspace::flag_of(change);
        if (!flag)
            return false;
        left.push_back(file.path);
        reasons += fmt::format("{}. ", flag->reason);
        return true;
    });
    if (!plan.empty())
        return {};
    return fail(ErrorCode::denied,
        fmt::format(
            "{}That needs a yes of its own: pick \"Apply {} of #{}\"", reasons, support::escape_for_display(left.front()), proposal.id));
}

void Proposals::Application::look()
{
    seen.clear();
    for (PlannedFile const& file : plan)
        seen.push_back(look_at(file));
}

/// An editor may have a buffer of the file without telling the server, which then sees the disk: no edit gets there before the person
/// saves. A new file's buffer every client was seen to tell of.
Seen Proposals::Application::seen_unchanged(PlannedFile const& file) const
{
    bool const is_shown = texts.buffer(beneath(proposal.workspace, file.path)) != nullptr;
    return !is_shown && file.kind == ChangeKind::modify && said_done.contains(file.path) ? Seen::not_shown : Seen::none;
}

SeenFile Proposals::Application::look_at(PlannedFile const& file) const
{
    auto now = texts.read(file.path);
    bool const gone = !now && now.error().code == ErrorCode::not_found;
    if (file.already_there)
        return { Seen::full, file.hunks, now ? std::move(*now) : std::string() };
    // Of such a file only the buffer is there, as empty as it was to become.
    bool const is_emptied = gone && file.kind != ChangeKind::remove && holds_nothing(file.after)
        && texts.buffer(beneath(proposal.workspace, file.path)) != nullptr;
    if (is_emptied)
        return { Seen::full, file.hunks, {} };
    if (gone)
        return { file.kind == ChangeKind::remove  ? Seen::full
                : file.kind == ChangeKind::modify ? Seen::unknown
                                                  : Seen::none,
            file.kind == ChangeKind::remove ? file.hunks : std::vector<std::string>(), {} };
    if (!now)
        return { Seen::unknown, {}, {} };
    SeenFile seen_file { Seen::unclear, {}, std::move(*now) };
    std::string const& text = seen_file.text;
    if (file.kind != ChangeKind::remove && same_text(text, file.after)) {
        seen_file.seen = Seen::full;
        seen_file.there = file.hunks;
        return seen_file;
    }
    if (same_text(text, file.before) || (file.kind == ChangeKind::create && text.empty())) {
        seen_file.seen = seen_unchanged(file);
        return seen_file;
    }
    if (file.kind != ChangeKind::modify)
        return seen_file;

    // Hunk by hunk: some clients apply a part, some people type while the edit is on its way.
    auto const proposed = std::find_if(
        proposal.files.begin(), proposal.files.end(), [&](review::ProposedFile const& each) { return each.change.path == file.path; });
    if (proposed == proposal.files.end())
        return seen_file;
    review::ProposedFile copy = *proposed;
    for (review::Hunk& hunk : copy.hunks) {
        for (review::Hunk const& edited : file.edited) {
            if (edited.id == hunk.id)
                hunk = edited;
        }
    }
    review::place_hunks(copy, text);
    bool unclear = false;
    for (review::Hunk const& hunk : copy.hunks) {
        if (std::find(file.hunks.begin(), file.hunks.end(), hunk.id) == file.hunks.end())
            continue;
        if (hunk.standing == review::Standing::already_there)
            seen_file.there.push_back(hunk.id);
        unclear = unclear || hunk.standing == review::Standing::conflicting;
    }
    if (!unclear)
        seen_file.seen = seen_file.there.empty()          ? seen_unchanged(file)
            : seen_file.there.size() == file.hunks.size() ? Seen::changed_further
                                                          : Seen::partial;
    else
        seen_file.misplaced = find_misplaced(file);
    return seen_file;
}

/// Some clients do not check the version of a document, or not of every one: what the person typed while the edit was on its way then moves
/// it to other lines. The buffer's own history shows that it happened.
std::optional<std::pair<std::string, std::string>> Proposals::Application::find_misplaced(PlannedFile const& file) const
{
    auto const found = history.find(beneath(proposal.workspace, file.path));
    if (found == history.end())
        return std::nullopt;
    support::LineIndex const made_for(file.before);
    std::vector<protocol::TextEdit> edits;
    for (ByteEdit const& edit : workspace::minimal_edits(file.before, file.after))
        edits.push_back({ .range = protocol::range_at(file.before, made_for, edit.range, encoding), .newText = edit.text });
    auto const& texts_then = found->second;
    for (std::size_t i = 0; i + 1 < texts_then.size(); ++i) {
        std::string text = *texts_then[i];
        support::LineIndex const lines(text);
        for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit) {
            ByteRange const range = protocol::byte_range(*texts_then[i], lines, edit->range, encoding);
            if (range.begin > range.end || range.end > text.size())
                break;
            text.replace(range.begin, range.size(), edit->newText);
        }
        if (same_text(text, *texts_then[i + 1]))
            return std::pair(*texts_then[i], *texts_then[i + 1]);
    }
    return std::nullopt;
}

std::vector<PlannedFile> Proposals::Application::reverse_plan(ClientProfile const& profile) const
{
    std::vector<PlannedFile> reverse;
    for (std::size_t i = 0; i < plan.size(); ++i) {
        PlannedFile const& file = plan[i];
        if (!seen[i].changed() || file.already_there)
            continue;
        bool const whole = seen[i].seen == Seen::full;
        if (file.kind == ChangeKind::create && whole) {
            bool const removes = profile.file_operations;
            reverse.push_back({ removes ? ChangeKind::remove : ChangeKind::modify, file.path, "", seen[i].text, "", {}, {}, file.format });
            continue;
        }
        if (file.kind != ChangeKind::modify)
            continue;
        // What the approval made of the file is undone, what else was changed in it stays.
        std::string const& before = seen[i].misplaced ? seen[i].misplaced->first : file.before;
        std::string const& after = seen[i].misplaced ? seen[i].misplaced->second : file.after;
        workspace::FileChange change { ChangeKind::modify, file.path, "", after, support::content_hash(after), {}, before, file.format };
        review::Proposal back = review::make_proposal("", proposal.workspace, "", "", "", "", { std::move(change) });
        if (back.files.empty())
            continue;
        review::place_hunks(back.files[0], seen[i].text);
        auto const text_of = [&](std::string const&) -> Result<std::string> { return seen[i].text; };
        auto const shown = review::shown_hunks(back);
        auto planned = shown.empty() ? Result<std::vector<PlannedFile>>() : review::plan(back, { {}, shown }, text_of);
        if (planned && !planned->empty() && planned->front().after != seen[i].text)
            reverse.push_back(std::move(planned->front()));
    }
    return reverse;
}

}
