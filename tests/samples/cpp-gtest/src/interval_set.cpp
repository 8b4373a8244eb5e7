#include "interval_set.h"

#include <algorithm>

namespace paragraphs {

int IntervalSet::add(int begin, int end)
{
    if (begin >= end) {
        return 0;
    } else {
        int const before = size();
        std::vector<Interval> merged;
        Interval added { begin, end };
        bool placed = false;
        for (Interval const& interval : intervals_) {
            if (interval.end < added.begin) {
                merged.push_back(interval);
            } else if (interval.begin > added.end) {
                if (!placed) {
                    merged.push_back(added);
                    placed = true;
                }
                merged.push_back(interval);
            } else {
                added.begin = std::min(added.begin, interval.begin);
                added.end = std::max(added.end, interval.end);
            }
        }
        if (!placed)
            merged.push_back(added);
        intervals_ = merged;
        return size() - before;
    }
}

void IntervalSet::remove(int begin, int end)
{
    if (begin < end) {
        std::vector<Interval> kept;
        for (Interval const& interval : intervals_) {
            // What sticks out on the left, then on the right.
            if (interval.begin < begin)
                kept.push_back({ interval.begin, std::min(interval.end, begin) });
            if (interval.end > end)
                kept.push_back({ std::max(interval.begin, end), interval.end });
        }
        intervals_ = kept;
    }
}

bool IntervalSet::contains(int number) const
{
    for (Interval const& interval : intervals_) {
        if (interval.begin <= number) {
            if (number < interval.end) {
                return true;
            }
        }
    }
    return false;
}

int IntervalSet::first_gap(int from) const
{
    int candidate = from;
    for (Interval const& interval : intervals_) {
        if (candidate < interval.begin) {
            return candidate;
        } else {
            if (candidate < interval.end) {
                candidate = interval.end;
            }
        }
    }
    return candidate;
}

std::string IntervalSet::to_string() const
{
    if (intervals_.empty())
        return "{}";
    std::string text;
    for (Interval const& interval : intervals_) {
        text += text.empty() ? "{" : ", ";
        int const last = interval.end - 1;
        if (last == interval.begin)
            text += std::to_string(last);
        else
            text += std::to_string(interval.begin) + ".." + std::to_string(last);
    }
    return text + "}";
}

int IntervalSet::size() const
{
    int count = 0;
    for (Interval const& interval : intervals_)
        count += interval.end - interval.begin;
    return count;
}

}
