// Where the entries of a ledger stand, beside where they were written: tells changed, inserted, deleted and moved entries apart.
//
// Fed with the entries in the order of their numbers in the file. An entry's hash covers its number, so what stands elsewhere is known by
// the number that its hash fits. Renumbering a whole tail, to hide a removal or an insertion, is one shift and not a thousand moves.
#pragma once

#include "ledger/verify.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace countersign::ledger {

/// An entry of the file.
struct Stood {
    std::int64_t sequence = 0;          ///< in the file
    std::optional<std::int64_t> number; ///< that it was written as; nothing if its hash fits none
    std::string time;
    std::string hash;
    std::string previous;
};

class Placement {
public:
    /// `first` is the oldest entry that has to be there. `on_placed` gets every genuine entry that is in its place.
    Placement(std::int64_t first, std::function<void(Stood const&)> on_placed) : expected_(first), on_placed_(std::move(on_placed)) { }

    void take(Stood entry);
    /// Everything that is wrong, once all entries were taken. `last` is the newest entry that has to be there.
    std::vector<Finding> finish(std::int64_t last);
    /// Findings beyond what finish() returned.
    std::size_t uncounted() const { return uncounted_; }

private:
    void place(Stood const& entry, Stood const* next);
    bool is_in_place(Stood const& entry, Stood const* next) const;
    bool take_missing(std::int64_t number);
    void find(Finding finding);

    std::int64_t expected_;
    std::int64_t offset_ = 0;              ///< of the file's numbers from those that the entries were written as
    std::int64_t out_of_place_before_ = 0; ///< entries directly before the next one
    std::optional<Stood> waiting_;         ///< until the next one shows whether it begins a shift
    std::optional<Stood> last_;            ///< that was placed
    struct Gap {
        std::int64_t end = 0;
        std::string time; ///< of the entry before it
    };
    std::map<std::int64_t, Gap> missing_; ///< by its beginning
    std::vector<Stood> displaced_;
    std::vector<std::pair<std::int64_t, Stood>> unknown_; ///< with the number that belongs there
    std::vector<Finding> findings_;
    std::size_t uncounted_ = 0;
    std::function<void(Stood const&)> on_placed_;
};

}
