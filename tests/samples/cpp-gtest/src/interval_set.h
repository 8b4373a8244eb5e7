// A set of whole numbers, kept as the fewest half-open intervals that hold them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace paragraphs {

struct Interval {
    int begin = 0;
    int end = 0; ///< not part of it

    bool operator==(Interval const& other) const { return begin == other.begin && end == other.end; }
};

class IntervalSet {
public:
    /// Adds [begin, end); nothing happens if that is empty. Gives back how many numbers are new.
    int add(int begin, int end);
    /// Takes [begin, end) out, wherever it was in.
    void remove(int begin, int end);
    bool contains(int number) const;
    /// The smallest number at or above `from` that is not in the set.
    int first_gap(int from) const;
    std::string to_string() const;
    std::vector<Interval> const& intervals() const { return intervals_; }

private:
    int size() const;

    std::vector<Interval> intervals_; ///< sorted, apart from each other
};

}
