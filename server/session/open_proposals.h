// The proposals that wait for a decision, and which files they touch. Each is an immutable value that the background thread may keep while
// the person types; a change puts another one in its place. Main thread. Deliberately without disk: review::Store keeps them.
#pragma once

#include "review/proposal.h"

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace countersign::session {

using ProposalHandle = std::shared_ptr<review::Proposal const>;

class OpenProposals {
public:
    /// Takes the place of the one with the same id. One in which nothing is pending is dropped.
    ProposalHandle put(review::Proposal proposal);
    void erase(std::string const& id);
    /// Null if it is not open.
    ProposalHandle find(std::string const& id) const;
    /// Oldest first.
    std::vector<ProposalHandle> all() const;

    /// A file with a pending hunk.
    struct Touch {
        ProposalHandle proposal;
        review::ProposedFile const* file;      ///< in it
        std::vector<review::HunkPlace> places; ///< of the hunks that can be applied, in what the file said when it was last looked at
    };
    /// By absolute path; a move touches both its ends.
    std::vector<Touch> touching(std::string const& path) const;
    bool touches(std::string const& path) const { return by_path_.count(path) > 0; }

private:
    struct ByNumber {
        bool operator()(std::string const& left, std::string const& right) const
        {
            return left.size() != right.size() ? left.size() < right.size() : left < right;
        }
    };
    struct Entry {
        std::string id;
        std::size_t file = 0;
        std::vector<review::HunkPlace> places;
    };

    std::map<std::string, ProposalHandle, ByNumber> by_id_;
    std::unordered_map<std::string, std::vector<Entry>> by_path_;
};

}
