#include "ledger/verify.h"

#include "ledger/anchors.h"
#include "ledger/numbering.h"
#include "ledger/placement.h"
#include "ledger/schema.h"
#include "ledger/writer.h"
#include "support/json.h"
#include "support/text.h"

#include <algorithm>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

namespace countersign::ledger {

std::string_view to_string(Damage damage)
{
    constexpr std::string_view words[] = { "changed", "inserted", "deleted", "reordered", "truncated", "replaced", "head", "anchor",
        "schema" };
    return words[static_cast<int>(damage)];
}

namespace {

/// What retention took away, as the entries "pruned" tell it.
struct Pruned {
    std::int64_t through = 0;
    std::string hash;
};

std::optional<Pruned> pruned_by(RowView const& row)
{
    if (row.entry.kind != "pruned")
        return std::nullopt;
    auto const fields = support::parse_json(row.entry.fields);
    if (!fields || !fields->is_object() || !fields->contains("through") || !fields->at("through").is_number_integer())
        return std::nullopt;
    return Pruned { fields->at("through").get<std::int64_t>(), from_hex(support::string_or(*fields, "hash")) };
}

class Examination {
public:
    Examination(Database& database, Key const& key, AnchorFile anchors, std::filesystem::path anchor_path)
        : database_(database)
        , key_(key)
        , anchors_(std::move(anchors))
        , anchor_path_(std::move(anchor_path))
    {
    }

    Result<Verdict> examine(std::optional<KnownHash> const& known)
    {
        // One snapshot for all that is read, while others may write.
        TRY(database_.execute("BEGIN", "read it"));
        auto const changed = TRY(changed_schema(database_));
        if (!changed.what.empty())
            find(Damage::schema, 0, {}, fmt::format("the tables of the ledger are not as they were made: {}", changed.what));
        // What only looks like a table may never end.
        if (!changed.is_readable)
            return std::move(verdict_);
        TRY(take_head());
        sort_anchors();
        if (known)
            anchors_.anchors.insert(std::upper_bound(anchors_.anchors.begin(), anchors_.anchors.end(), known->sequence,
                                        [](std::int64_t sequence, Anchor const& anchor) { return sequence < anchor.sequence; }),
                { head_.ledger, known->sequence, {}, from_hex(known->hash), 0 });
        TRY(take_entries());
        look_at_the_beginning();
        look_at_the_anchors();
        std::stable_sort(verdict_.findings.begin(), verdict_.findings.end(),
            [](Finding const& left, Finding const& right) { return left.sequence < right.sequence; });
        return std::move(verdict_);
    }

private:
    void find(Damage damage, std::int64_t sequence, std::string time, std::string message)
    {
        if (verdict_.findings.size() < most_findings)
            verdict_.findings.push_back({ damage, sequence, std::move(time), std::move(message) });
        else
            ++verdict_.more_findings;
    }

    Result<> take_head()
    {
        auto head = read_head(database_);
        if (head && key_.mac_of(*head) == head->mac) {
            head_ = std::move(*head);
            head_is_genuine_ = true;
        } else {
            find(Damage::head, 0, {},
                head ? "the record of the newest entry was changed, or the key is not the one that this ledger was written with"
                     : "the record of the newest entry is gone");
            // What it says of the ledger's id may still help to look at the entries.
            if (head)
                head_.ledger = head->ledger;
            if (!anchors_.anchors.empty() && (!head || head->ledger.size() != 16))
                head_.ledger = anchors_.anchors.back().ledger;
        }
        verdict_.ledger = to_hex(head_.ledger);
        return {};
    }

    void sort_anchors()
    {
        std::size_t const all = anchors_.anchors.size();
        std::erase_if(anchors_.anchors, [&](Anchor const& anchor) { return anchor.ledger != head_.ledger; });
        if (std::size_t const foreign = all - anchors_.anchors.size(); foreign > 0)
            find(Damage::anchor, 0, {},
                fmt::format("{} of {} belong to another ledger than {}: the database was exchanged", support::count_of(foreign, "line"),
                    anchor_path_.string(), database_.path()));
        std::stable_sort(anchors_.anchors.begin(), anchors_.anchors.end(),
            [](Anchor const& left, Anchor const& right) { return left.sequence < right.sequence; });
        if (!anchors_.unreadable.empty())
            find(Damage::anchor, 0, {},
                fmt::format("line {} of {}{} not as it was written", anchors_.unreadable.front(), anchor_path_.string(),
                    anchors_.unreadable.size() == 1 ? " is" : fmt::format(" and {} more are", anchors_.unreadable.size() - 1)));
        if (anchors_.ends_in_half_a_line)
            verdict_.notes.push_back(fmt::format("the last line of {} is half written, as a power loss leaves it", anchor_path_.string()));
        std::int64_t const newest = anchors_.anchors.empty() ? 0 : anchors_.anchors.back().sequence;
        if (newest < head_.anchored)
            find(Damage::anchor, 0, {},
                fmt::format("entry {} was anchored in {}, and is not there any more: lines were removed, or the file was", head_.anchored,
                    anchor_path_.string()));
    }

    Result<> take_entries()
    {
        std::int64_t const oldest = TRY(database_.integer("SELECT min(sequence) FROM events", "read it"));
        std::int64_t const newest = TRY(database_.integer("SELECT max(sequence) FROM events", "read it"));
        Numbering numbering(database_, key_, head_.ledger, newest - std::max<std::int64_t>(oldest, 0));
        std::int64_t const first = head_is_genuine_ ? head_.first : oldest;
        Placement placement(first, [this](Stood const& entry) { entry_in_place(entry); });
        Statement select =
            TRY(database_.prepared("SELECT sequence, time, kind, fields, previous, hash FROM events ORDER BY sequence", "read it"));
        bool any_genuine = false;
        int code = select.step();
        for (; code == SQLITE_ROW; code = select.step()) {
            RowView const row = row_of(select);
            // Pages that lead back to themselves would go on for ever.
            if (verdict_.entries > 0 && row.entry.sequence <= verdict_.last)
                return fail(ErrorCode::io,
                    fmt::format("{} is damaged: entry {} follows entry {}", database_.path(), row.entry.sequence, verdict_.last));
            verdict_.first = verdict_.entries == 0 ? row.entry.sequence : verdict_.first;
            verdict_.last = row.entry.sequence;
            ++verdict_.entries;
            auto const number = TRY(numbering.number_of(row));
            any_genuine = any_genuine || number;
            if (number) {
                if (auto pruned = pruned_by(row))
                    pruned_.push_back(std::move(*pruned));
            }
            placement.take(
                { row.entry.sequence, number, std::string(row.entry.time), std::string(row.hash), std::string(row.entry.previous) });
        }
        if (code != SQLITE_DONE)
            return fail(ErrorCode::io, fmt::format("{} (read up to entry {})", database_.error("read it").message, verdict_.last));
        std::vector<Finding> placed = placement.finish(head_is_genuine_ ? head_.sequence : last_in_place_.sequence);
        verdict_.more_findings += placement.uncounted();
        if (!any_genuine && verdict_.entries > 0) {
            // With another key nothing fits, and that is one finding.
            verdict_.findings.clear();
            verdict_.more_findings = 0;
            find(Damage::changed, verdict_.first, {},
                fmt::format("none of the {} fits the key: it is not the one that this ledger was written with, or every entry was changed",
                    support::count_of(static_cast<std::size_t>(verdict_.entries), "entry", "entries")));
            return {};
        }
        for (Finding& finding : placed)
            find(finding.damage, finding.sequence, std::move(finding.time), std::move(finding.message));
        verdict_.head = to_hex(last_in_place_.hash);
        if (head_is_genuine_ && last_in_place_.number > head_.sequence)
            find(Damage::head, head_.sequence, last_in_place_.time,
                fmt::format("the record of the newest entry says {}, but genuine entries go on to {}: it was put back to an older one",
                    head_.sequence, *last_in_place_.number));
        if (head_is_genuine_ && last_in_place_.number == head_.sequence && last_in_place_.hash != head_.hash)
            find(Damage::head, head_.sequence, last_in_place_.time,
                fmt::format(
                    "entry {} is not the one that the record of the newest entry speaks of: a part of the ledger was put back to an "
                    "older copy",
                    head_.sequence));
        return {};
    }

    void entry_in_place(Stood const& entry)
    {
        if (first_in_place_.sequence == 0)
            first_in_place_ = entry;
        for (; next_anchor_ < anchors_.anchors.size() && anchors_.anchors[next_anchor_].sequence <= *entry.number; ++next_anchor_) {
            Anchor const& anchor = anchors_.anchors[next_anchor_];
            if (anchor.sequence < *entry.number)
                continue;
            if (anchor.hash != entry.hash) {
                find(Damage::replaced, *entry.number, entry.time,
                    fmt::format("entry {} of {} is not the one that {}: the ledger was put back to an older copy and written on",
                        *entry.number, entry.time, described(anchor)));
            } else {
                ++verdict_.anchors;
                verdict_.anchored = anchor.sequence;
            }
        }
        last_in_place_ = entry;
    }

    std::string described(Anchor const& anchor) const
    {
        if (anchor.line == 0)
            return "was given as known";
        return fmt::format("was anchored at {} (line {} of {})", anchor.time, anchor.line, anchor_path_.string());
    }

    void look_at_the_beginning()
    {
        if (!first_in_place_.number || *first_in_place_.number != (head_is_genuine_ ? head_.first : *first_in_place_.number))
            return;
        std::int64_t const number = *first_in_place_.number;
        if (number == 1) {
            if (first_in_place_.previous != no_hash())
                find(Damage::replaced, 1, first_in_place_.time, "entry 1 has an entry before it");
            return;
        }
        bool const is_told = std::any_of(pruned_.begin(), pruned_.end(),
            [&](Pruned const& pruned) { return pruned.through == number - 1 && pruned.hash == first_in_place_.previous; });
        if (!is_told)
            find(Damage::deleted, 1, first_in_place_.time,
                fmt::format(
                    "the entries before {} of {} are gone, and no entry tells that retention removed them", number, first_in_place_.time));
        else
            verdict_.notes.push_back(fmt::format("entries 1 to {} were removed by retention", number - 1));
    }

    void look_at_the_anchors()
    {
        std::int64_t const last = std::max(last_in_place_.sequence == 0 ? 0 : *last_in_place_.number, head_.sequence);
        auto const beyond =
            std::find_if(anchors_.anchors.begin(), anchors_.anchors.end(), [&](Anchor const& anchor) { return anchor.sequence > last; });
        if (beyond == anchors_.anchors.end()) {
            if (verdict_.anchored < verdict_.last && verdict_.findings.empty())
                verdict_.notes.push_back(fmt::format("the newest anchor is of entry {}; a cut that left {} or more entries would not show",
                    verdict_.anchored, verdict_.anchored));
            return;
        }
        Anchor const& newest = anchors_.anchors.back();
        find(Damage::truncated, last + 1, last_in_place_.time,
            fmt::format("the ledger ends at entry {}{}, but entry {} {}: the {} after it are missing", last,
                last_in_place_.time.empty() ? "" : " of " + last_in_place_.time, newest.sequence, described(newest),
                support::count_of(static_cast<std::size_t>(newest.sequence - last), "entry", "entries")));
    }

    Database& database_;
    Key const& key_;
    AnchorFile anchors_;
    std::filesystem::path anchor_path_;
    Head head_;
    bool head_is_genuine_ = false;
    std::size_t next_anchor_ = 0;
    Stood first_in_place_;
    Stood last_in_place_;
    std::vector<Pruned> pruned_;
    Verdict verdict_;
};

/// Once more if it was written meanwhile and nothing could lock it.
Result<Verdict> examined(std::filesystem::path const& state_directory, Key const& key, AnchorFile const& anchors,
    std::filesystem::path const& anchor_path, std::optional<KnownHash> const& known)
{
    constexpr int most_tries = 3;
    for (int tries = 1;; ++tries) {
        Database database = TRY(open_ledger_to_read(state_directory));
        auto verdict = Examination(database, key, anchors, anchor_path).examine(known);
        auto const unwritten = database.check_unwritten();
        if (unwritten)
            return verdict;
        if (tries == most_tries)
            return tl::unexpected(unwritten.error());
    }
}

void look_at_earlier(Anchors const& anchors, Key const& key, Verdict& verdict)
{
    for (std::filesystem::path const& path : anchors.earlier()) {
        auto const file = Anchors::read(path, key);
        if (!file || file->anchors.empty())
            continue;
        Anchor const& last = file->anchors.back();
        verdict.findings.push_back({ Damage::truncated, 0, last.time,
            fmt::format("an earlier ledger, whose entry {} was anchored at {}, is gone; if you moved it away yourself, move {} to it",
                last.sequence, last.time, path.string()) });
    }
}

}

Result<Verdict> verify(std::filesystem::path const& state_directory, std::optional<KnownHash> const& known)
{
    Anchors const anchors(state_directory);
    auto const key = Key::load(state_directory);
    bool const is_there = std::filesystem::exists(std::filesystem::symlink_status(database_path(state_directory)));
    if (!key && key.error().code == ErrorCode::not_found && !is_there)
        return fail(ErrorCode::not_found, fmt::format("there is no ledger in {}", state_directory.string()));
    if (!key)
        return fail(ErrorCode::io, fmt::format("the ledger cannot be verified without its key: {}", key.error().message));
    // Anchors first: what is anchored is in the ledger by then, whatever others write meanwhile.
    AnchorFile file = TRY(Anchors::read(anchors.path(), *key));
    Verdict verdict;
    if (!is_there) {
        if (file.anchors.empty() && anchors.earlier().empty())
            return fail(ErrorCode::not_found, fmt::format("there is no ledger in {}", state_directory.string()));
        if (!file.anchors.empty())
            verdict.findings.push_back({ Damage::truncated, 0, file.anchors.back().time,
                fmt::format("{} is gone, whose entry {} was anchored at {} (line {} of {})", database_path(state_directory).string(),
                    file.anchors.back().sequence, file.anchors.back().time, file.anchors.back().line, anchors.path().string()) });
    } else {
        verdict = TRY(examined(state_directory, *key, file, anchors.path(), known));
    }
    look_at_earlier(anchors, *key, verdict);
    struct stat status { };
    if (::stat(key_path(state_directory).c_str(), &status) == 0 && (status.st_mode & 077) != 0)
        verdict.notes.push_back(fmt::format(
            "others may read {}, and whoever does can write another history: chmod 600 it", key_path(state_directory).string()));
    return verdict;
}

}
