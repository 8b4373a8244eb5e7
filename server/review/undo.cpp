#include "review/undo.h"

#include "review/rebase.h"
#include "support/clock.h"
#include "support/hash.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/core.h>
#include <map>

namespace countersign::review {

using workspace::ChangeKind;
using workspace::FileChange;

namespace {

/// One file on the way back: what it says now, and what it will have said once all is taken back.
struct Way {
    std::optional<std::string> now;
    std::optional<std::string> then;
    workspace::TextFormat format;
};

class TakingBack {
public:
    TakingBack(TextOf const& text_of, CurrentText const& current, CreatedFiles created)
        : text_of_(text_of)
        , current_(current)
        , created_(created)
    {
    }

    Result<> take_back(CheckpointFile const& file)
    {
        std::string const before = file.before.empty() ? std::string() : TRY(text_of_(file.before));
        std::string const after = file.after.empty() ? std::string() : TRY(text_of_(file.after));
        Way* const way = TRY(way_of(file.path, file.format));
        switch (file.kind) {
        case ChangeKind::modify:
            modified(file, *way, before, after);
            return {};
        case ChangeKind::create:
            if (!way->then)
                return {};
            if (*way->then != after)
                refuse(file, 0, "it was created then and changed since; delete it yourself if you want it gone");
            else if (created_ == CreatedFiles::empty)
                way->then = "";
            else
                way->then.reset();
            return {};
        case ChangeKind::remove:
            if (!way->then)
                way->then = before;
            else if (*way->then != before)
                refuse(file, 0, "it was removed then, and another one is there now");
            return {};
        case ChangeKind::move:
            break;
        }
        Way* const source = TRY(way_of(file.from, file.format));
        if (!way->then && source->then == before)
            return {};
        if (way->then != after || source->then) {
            refuse(
                file, 0, fmt::format("it was moved from {} then, and one of the two is not what it was; move it back yourself", file.from));
            return {};
        }
        way->then.reset();
        source->then = before;
        return {};
    }

    Undo result()
    {
        for (auto const& [path, way] : ways_) {
            if (way.now == way.then)
                continue;
            ChangeKind const kind = !way.now ? ChangeKind::create : !way.then ? ChangeKind::remove : ChangeKind::modify;
            FileChange change { kind, path, "", way.now.value_or(""), "", {}, way.then.value_or(""), way.format };
            change.base_hash = way.now ? support::content_hash(*way.now) : "";
            undo_.changes.push_back(std::move(change));
        }
        return std::move(undo_);
    }

private:
    Result<Way*> way_of(std::string const& path, workspace::TextFormat const& format)
    {
        auto const found = ways_.find(path);
        if (found != ways_.end())
            return &found->second;
        Way way { {}, {}, format };
        auto text = current_(path);
        if (text)
            way.now = way.then = std::move(*text);
        else if (text.error().code == ErrorCode::io || text.error().code == ErrorCode::stale)
            return tl::unexpected(text.error());
        else if (text.error().code != ErrorCode::not_found)
            way.now = way.then = std::string(1, '\0'); // something is there that is no text that we wrote
        return &ways_.emplace(path, std::move(way)).first->second;
    }

    void modified(CheckpointFile const& file, Way& way, std::string const& before, std::string const& after)
    {
        if (!way.then)
            return refuse(file, 0, "it is not there any more");
        FileChange change { ChangeKind::modify, file.path, "", after, file.after, {}, before, file.format };
        Proposal back = make_proposal("", "", "", "", "", "", { std::move(change) });
        if (back.files.empty())
            return;
        ProposedFile& reversed = back.files.front();
        place_hunks(reversed, *way.then);
        for (Hunk const& hunk : reversed.hunks) {
            if (hunk.standing == Standing::conflicting)
                refuse(file, hunk.lines.old_begin + 1, "the text has moved on there");
        }
        auto const there = [&](std::string const&) -> Result<std::string> { return *way.then; };
        auto const shown = shown_hunks(back);
        auto const planned = shown.empty() ? Result<std::vector<PlannedFile>>() : plan(back, { {}, shown }, there);
        if (planned && !planned->empty())
            way.then = planned->front().after;
    }

    void refuse(CheckpointFile const& file, std::size_t line, std::string reason)
    {
        undo_.refused.push_back({ file.path, line, std::move(reason) });
    }

    TextOf const& text_of_;
    CurrentText const& current_;
    CreatedFiles created_;
    std::map<std::string, Way> ways_;
    Undo undo_;
};

}

std::vector<Checkpoint> pick_checkpoints(std::vector<Checkpoint> all, std::string const& proposal, std::string const& since)
{
    if (!proposal.empty())
        std::erase_if(all, [&](Checkpoint const& each) { return each.proposal != proposal; });
    if (!since.empty())
        std::erase_if(all, [&](Checkpoint const& each) { return each.time < since; });
    if (proposal.empty() && since.empty() && all.size() > 1)
        all.resize(1);
    return all;
}

Result<Undo> undo(std::vector<Checkpoint> const& checkpoints, TextOf const& text_of, CurrentText const& current, CreatedFiles created)
{
    TakingBack taking_back(text_of, current, created);
    for (Checkpoint const& checkpoint : checkpoints) {
        // Within one approval each path is there once, so their order does not matter.
        for (CheckpointFile const& file : checkpoint.files)
            TRY(taking_back.take_back(file));
    }
    return taking_back.result();
}

Result<std::string> parse_since(std::string_view text, std::chrono::system_clock::time_point now)
{
    text = support::trim(text);
    constexpr std::array<std::pair<char, long>, 4> units { { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } } };
    for (auto const& [letter, seconds] : units) {
        long count = 0;
        auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
        if (error == std::errc() && count >= 0 && count < 1'000'000 && end + 1 == text.data() + text.size() && *end == letter)
            return support::format_time(now - std::chrono::seconds(count * seconds));
    }
    // "2026-03-01T09:30:00.125Z" or the beginning of that, from the day on: times compare as texts.
    constexpr std::string_view pattern = "dddd-dd-ddTdd:dd:dd.dddZ";
    bool const cut_well = text.size() == 10 || text.size() == 16 || text.size() == 19 || text.size() == 20 || text.size() == 24;
    std::string moment(text);
    if (moment.size() > 10 && moment[10] == ' ')
        moment[10] = 'T';
    if (moment.size() == 20 && moment.back() == 'Z')
        moment.pop_back();
    bool fits = cut_well && moment.size() <= pattern.size();
    for (std::size_t i = 0; fits && i < moment.size(); ++i)
        fits = pattern[i] == 'd' ? moment[i] >= '0' && moment[i] <= '9' : moment[i] == pattern[i];
    if (!fits) {
        return fail(ErrorCode::invalid_params,
            fmt::format("'{}' is no time: say how long ago, as 30m, 2h or 1d, or a day and perhaps a time in UTC, as 2026-03-01 or "
                        "2026-03-01T09:30",
                support::escape_for_display(text)));
    }
    return moment;
}

std::string describe(std::vector<Undo::Refused> const& refused)
{
    std::string text;
    for (Undo::Refused const& each : refused) {
        std::string const path = support::escape_for_display(each.path);
        text +=
            each.line == 0 ? fmt::format("{}: {}\n", path, each.reason) : fmt::format("{}, line {}: {}\n", path, each.line, each.reason);
    }
    return text;
}

}
