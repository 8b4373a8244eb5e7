#include "ledger/placement.h"

#include "support/text.h"

#include <algorithm>
#include <fmt/core.h>

namespace countersign::ledger {

void Placement::take(Stood entry)
{
    if (waiting_)
        place(*waiting_, &entry);
    waiting_ = std::move(entry);
}

bool Placement::is_in_place(Stood const& entry, Stood const* next) const
{
    if (!entry.number || *entry.number < expected_)
        return false;
    std::int64_t const offset = entry.sequence - *entry.number;
    if (offset == offset_)
        return true;
    // One entry elsewhere was moved; when the next one is off by as much, everything from here on was renumbered.
    if (next != nullptr && next->number)
        return next->sequence - *next->number == offset;
    return offset < offset_ || out_of_place_before_ >= offset - offset_;
}

void Placement::place(Stood const& entry, Stood const* next)
{
    if (!is_in_place(entry, next)) {
        ++out_of_place_before_;
        if (displaced_.size() + unknown_.size() >= 2 * most_findings)
            ++uncounted_;
        else if (entry.number)
            displaced_.push_back(entry);
        else
            unknown_.emplace_back(entry.sequence - offset_, entry);
        return;
    }
    out_of_place_before_ = 0;
    offset_ = entry.sequence - *entry.number;
    if (*entry.number > expected_)
        missing_[expected_] = { *entry.number, last_ ? last_->time : std::string() };
    else if (last_ && entry.previous != last_->hash)
        find({ Damage::replaced, *entry.number, entry.time,
            fmt::format("entry {} of {} was not written behind entry {} as it is here: an older copy of the ledger was put back, or a part "
                        "of one",
                *entry.number, entry.time, *last_->number) });
    expected_ = *entry.number + 1;
    on_placed_(entry);
    last_ = entry;
}

bool Placement::take_missing(std::int64_t number)
{
    auto gap = missing_.upper_bound(number);
    if (gap == missing_.begin() || number >= (--gap)->second.end)
        return false;
    Gap const rest = gap->second;
    if (gap->first == number)
        missing_.erase(gap);
    else
        gap->second.end = number;
    if (number + 1 < rest.end)
        missing_[number + 1] = rest;
    return true;
}

void Placement::find(Finding finding)
{
    if (findings_.size() < most_findings)
        findings_.push_back(std::move(finding));
    else
        ++uncounted_;
}

std::vector<Finding> Placement::finish(std::int64_t last)
{
    if (waiting_)
        place(*waiting_, nullptr);
    waiting_.reset();
    if (expected_ <= last)
        missing_[expected_] = { last + 1, last_ ? last_->time : std::string() };
    for (Stood const& entry : displaced_) {
        if (take_missing(*entry.number))
            find({ Damage::reordered, entry.sequence, entry.time,
                fmt::format("entry {} of {} stands in place {}", *entry.number, entry.time, entry.sequence) });
        else
            find({ Damage::inserted, entry.sequence, entry.time,
                fmt::format("place {} holds a second copy of entry {} of {}", entry.sequence, *entry.number, entry.time) });
    }
    for (auto const& [number, entry] : unknown_) {
        std::string const time = support::escape_for_display(entry.time);
        if (take_missing(number))
            find({ Damage::changed, number, time, fmt::format("entry {}, which says {}, was changed after it was written", number, time) });
        else
            find({ Damage::inserted, entry.sequence, time,
                fmt::format("place {}, which says {}, holds an entry that Countersign did not write", entry.sequence, time) });
    }
    for (auto const& [begin, gap] : missing_) {
        std::string const which = gap.end - begin == 1 ? fmt::format("entry {} is", begin)
                                                       : fmt::format("the {} entries {} to {} are", gap.end - begin, begin, gap.end - 1);
        std::string const after = gap.time.empty() ? "at the beginning" : fmt::format("after {}", gap.time);
        bool const is_end = gap.end == last + 1;
        find({ is_end ? Damage::truncated : Damage::deleted, begin, gap.time,
            fmt::format("{} missing {}{}", which, is_end ? "at the end, " : "", after) });
    }
    std::stable_sort(
        findings_.begin(), findings_.end(), [](Finding const& left, Finding const& right) { return left.sequence < right.sequence; });
    return std::move(findings_);
}

}
