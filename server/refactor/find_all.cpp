// One walk finds the candidates; their edits are then checked all at once, and only where that fails by halves, so that a large file
// is parsed a few times, not once a place.
#include "refactor/grammar_table.h"
#include "refactor/rule.h"
#include "refactor/tree_path.h"

#include <algorithm>

namespace countersign::refactor {

using syntax::Node;

namespace {

/// Candidates beneath more levels than this are left out: each level costs a look at all that is inside.
constexpr std::size_t candidate_depth_limit = 200;

using Applications = std::vector<Application>;

void keep_passing(syntax::Tree const& tree, Applications::iterator begin, Applications::iterator end, Applications& kept)
{
    if (begin == end)
        return;
    Application all { { begin->range.begin, std::prev(end)->range.end }, {}, {} };
    for (auto each = begin; each != end; ++each)
        all.edits.insert(all.edits.end(), each->edits.begin(), each->edits.end());
    if (checked(tree, all)) {
        kept.insert(kept.end(), std::make_move_iterator(begin), std::make_move_iterator(end));
    } else if (end - begin > 1) {
        auto const middle = begin + (end - begin) / 2;
        keep_passing(tree, begin, middle, kept);
        keep_passing(tree, middle, end, kept);
    }
}

}

std::vector<Application> find_all(Rule const& rule, syntax::Tree const& tree, ByteRange range, Places places)
{
    auto const types = rule.candidates(tree.language().name);
    Applications found, kept;
    if (types.empty())
        return kept;
    std::size_t free_from = range.begin;
    walk_all(tree.root(), [&](Node node, std::size_t depth) {
        if (node.end() <= free_from || node.begin() >= range.end || depth > candidate_depth_limit)
            return false;
        bool const is_candidate = node.is_named() && range.contains(node.range()) && node.begin() >= free_from
            && std::find(types.begin(), types.end(), node.type()) != types.end();
        if (!is_candidate)
            return true;
        auto application = rule.apply({ tree, { node.begin(), node.begin() }, {} });
        bool const wanted = application && (application->worthwhile || places == Places::all || !rule.improves);
        if (!wanted || !range.contains(application->range) || application->range.begin < free_from)
            return true;
        free_from = application->range.end;
        found.push_back(std::move(*application));
        return false;
    });
    keep_passing(tree, found.begin(), found.end(), kept);
    return kept;
}

}
