#include "review/edited_hunks.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::review {

namespace {

using Placed = FileState::Placed;

/// Pending hunks [first, last] that stand or fall together, the lines of the present text that they now cover, and the changes in it.
struct Cluster {
    std::size_t first = 0, last = 0; ///< indices in state.pending()
    std::size_t begin = 0, end = 0;
    std::vector<BlockChange const*> changes;
};

/// Whether the two share a line, or one is a place strictly inside the other.
bool overlaps(BlockChange const& change, Placed const& placed) { return change.begin < placed.end && placed.begin < change.end; }

bool is_shown(PlacedBlock const& block, Placed const& placed) { return block.begin <= placed.begin && placed.end <= block.end; }

std::size_t distance(BlockChange const& change, Placed const& placed)
{
    if (placed.end <= change.begin)
        return change.begin - placed.end;
    return placed.begin >= change.end ? placed.begin - change.end : 0;
}

Error away(BlockChange const& change)
{
    return { ErrorCode::denied,
        fmt::format("line {}: no pending hunk is at this place. The document can drop or change the proposed hunks; make other changes in "
                    "the file itself",
            change.at_line) };
}

class Attribution {
public:
    explicit Attribution(FileState const& state) : state_(state), pending_(state.pending()) { }

    /// The pending hunks [first, last] that `change` belongs to.
    Result<std::pair<std::size_t, std::size_t>> of(PlacedBlock const& block, BlockChange const& change) const
    {
        auto const past =
            std::partition_point(pending_.begin(), pending_.end(), [&](Placed const& placed) { return placed.begin < change.end; });
        std::size_t const after = static_cast<std::size_t>(past - pending_.begin());
        std::size_t first = after;
        while (first > 0 && overlaps(change, pending_[first - 1]))
            --first;
        if (first < after)
            return std::pair(first, after - 1);
        return beside(block, change, after);
    }

private:
    /// For a change that replaces no line of a hunk: only the next hunk before or after it can be meant, and only one that its block shows.
    Result<std::pair<std::size_t, std::size_t>> beside(PlacedBlock const& block, BlockChange const& change, std::size_t after) const
    {
        std::size_t best = pending_.size();
        for (std::size_t i = after == 0 ? 0 : after - 1; i < std::min(after + 1, pending_.size()); ++i) {
            if (!is_shown(block, pending_[i]))
                continue;
            if (state_.file().hunks[pending_[i].hunk].id == block.hunk)
                return std::pair(i, i);
            if (best == pending_.size() || distance(change, pending_[i]) < distance(change, pending_[best]))
                best = i;
        }
        if (best == pending_.size())
            return tl::unexpected(away(change));
        return std::pair(best, best);
    }

    FileState const& state_;
    std::vector<Placed> const& pending_;
};

/// Changes come in the order of their places; the hunks that they belong to nearly so, hence the loop.
void add_to(std::vector<Cluster>& clusters, std::vector<Placed> const& pending, std::pair<std::size_t, std::size_t> hunks,
    BlockChange const& change)
{
    Cluster fresh { hunks.first, hunks.second, std::min(change.begin, pending[hunks.first].begin),
        std::max(change.end, pending[hunks.second].end), { &change } };
    while (!clusters.empty() && clusters.back().last >= fresh.first) {
        Cluster& before = clusters.back();
        before.changes.insert(before.changes.end(), fresh.changes.begin(), fresh.changes.end());
        fresh = { std::min(fresh.first, before.first), std::max(fresh.last, before.last), std::min(fresh.begin, before.begin),
            std::max(fresh.end, before.end), std::move(before.changes) };
        clusters.pop_back();
    }
    clusters.push_back(std::move(fresh));
}

/// No pending hunk may grow over lines that the base does not have: nothing could tell afterwards what it stands for.
Result<> check_clear_of_foreign(FileState const& state, std::vector<FileState::Foreign> const& foreign, Cluster const& cluster)
{
    for (FileState::Foreign const& each : foreign) {
        if (each.begin >= cluster.end)
            break;
        bool const inside = each.begin == each.end && cluster.begin < each.begin;
        if (inside || each.end > cluster.begin) {
            return fail(ErrorCode::denied,
                fmt::format("line {}: this reaches into {}; change those in the file itself", cluster.changes.front()->at_line,
                    each.hunk ? fmt::format("the lines of hunk {}, which is applied already", state.file().hunks[*each.hunk].id)
                              : "lines that were changed since the proposal was made"));
        }
    }
    return {};
}

/// The first line, in the base, of `line` in the text. Between lines that were removed, the one after.
std::size_t base_line(std::vector<FileState::Foreign> const& foreign, std::size_t line)
{
    std::size_t base = line;
    for (FileState::Foreign const& each : foreign) {
        if (each.end > line)
            break;
        base = each.base_end + (line - each.end);
    }
    return base;
}

/// Nor over another hunk, which keeps its own lines, nor away from its own.
Result<> check_clear_of_others(FileState const& state, Cluster const& cluster, std::size_t base_begin, std::size_t base_end)
{
    std::size_t const first = state.pending()[cluster.first].hunk;
    std::size_t const last = state.pending()[cluster.last].hunk;
    std::vector<Hunk> const& hunks = state.file().hunks;
    for (std::size_t i = 0; i < hunks.size(); ++i) {
        Hunk const& hunk = hunks[i];
        bool const own = i >= first && i <= last && is_applicable(hunk);
        bool const inside = hunk.lines.old_begin >= base_begin && hunk.lines.old_end <= base_end;
        bool const overlaps = hunk.lines.old_begin < base_end && base_begin < hunk.lines.old_end;
        if (own ? !inside : hunk.decision != Decision::discarded && overlaps) {
            return fail(ErrorCode::denied,
                fmt::format("line {}: this reaches into the lines of hunk {}, which are not in this diff; change those in the file itself",
                    cluster.changes.front()->at_line, hunk.id));
        }
    }
    return {};
}

std::string text_after(FileState const& state, Cluster const& cluster)
{
    Lines const& lines = state.lines();
    std::string text;
    std::size_t position = cluster.begin;
    for (BlockChange const* change : cluster.changes) {
        text += lines.range(position, change->begin);
        text += change->text;
        position = change->end;
    }
    text += lines.range(position, cluster.end);
    return text;
}

Result<> append_hunks(
    FileState const& state, std::vector<FileState::Foreign> const& foreign, Cluster const& cluster, std::vector<Hunk>& hunks)
{
    std::vector<Placed> const& pending = state.pending();
    Placed const& only = pending[cluster.first];
    std::string const text = text_after(state, cluster);
    bool const as_proposed = cluster.first == cluster.last && cluster.begin == only.begin && cluster.end == only.end && text == only.text;
    std::size_t const base_begin = base_line(foreign, cluster.begin);
    std::size_t const base_end = base_begin + (cluster.end - cluster.begin);
    if (!as_proposed)
        TRY(check_clear_of_others(state, cluster, base_begin, base_end));
    for (std::size_t i = cluster.first; i <= cluster.last; ++i) {
        Hunk hunk = state.file().hunks[pending[i].hunk];
        if (!as_proposed) {
            hunk.lines.old_begin = i == cluster.first ? base_begin : base_end;
            hunk.lines.old_end = base_end;
            hunk.edited = i == cluster.first ? text : std::string();
        }
        hunks.push_back(std::move(hunk));
    }
    return {};
}

}

Result<std::vector<Hunk>> hunks_of_blocks(FileState const& state, std::vector<PlacedBlock> const& blocks)
{
    Attribution const attribution(state);
    std::vector<Cluster> clusters;
    for (PlacedBlock const& block : blocks) {
        for (BlockChange const& change : block.changes)
            add_to(clusters, state.pending(), TRY(attribution.of(block, change)), change);
    }
    std::vector<Hunk> hunks;
    auto const foreign = state.foreign();
    for (Cluster const& cluster : clusters) {
        TRY(check_clear_of_foreign(state, foreign, cluster));
        TRY(append_hunks(state, foreign, cluster, hunks));
    }
    return hunks;
}

}
