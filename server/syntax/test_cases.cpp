#include "syntax/outline.h"
#include "syntax/query.h"

#include <algorithm>

namespace countersign::syntax {

namespace {

struct Found {
    bool is_test = false;
    ByteRange range;
    std::string suite; ///< written beside the name, as TEST(suite, name) does
    std::string name;
};

/// 'name' and "name" without their quotes.
std::string_view unquoted(std::string_view name)
{
    bool const quoted =
        name.size() >= 2 && name.front() == name.back() && (name.front() == '"' || name.front() == '\'' || name.front() == '`');
    return quoted ? name.substr(1, name.size() - 2) : name;
}

std::vector<Found> find_all(Tree const& tree)
{
    std::vector<Found> result;
    Query const& query = tree.language().tests();
    query.run(tree.root(), tree.text(), Query::Reach::subtree, [&](Query::Match const& match) {
        Found found;
        Node whole, body;
        for (auto const& [name_id, node] : match.captures) {
            std::string const& capture = query.capture_names()[name_id];
            if (capture == "test" || capture == "group") {
                whole = node;
                found.is_test = capture == "test";
            } else if (capture == "suite") {
                found.suite = unquoted(node.text(tree.text()));
            } else if (capture == "body") {
                body = node;
            } else if (capture == "name") {
                found.name = unquoted(node.text(tree.text()));
            }
        }
        if (!whole)
            return;
        found.range = { whole.begin(), body ? body.end() : whole.end() };
        result.push_back(std::move(found));
    });
    std::stable_sort(result.begin(), result.end(), [](Found const& a, Found const& b) {
        return a.range.begin != b.range.begin ? a.range.begin < b.range.begin : a.range.end > b.range.end;
    });
    auto const same = [](Found const& a, Found const& b) { return a.range == b.range; };
    result.erase(std::unique(result.begin(), result.end(), same), result.end());
    return result;
}

}

std::vector<TestCase> test_cases(Tree const& tree)
{
    // A name is spelled out from at most this many groups around it.
    constexpr std::size_t depth_limit = 32;
    std::string const& separator = tree.language().test_separator;
    std::vector<TestCase> result;
    std::vector<Found> around;
    for (Found& found : find_all(tree)) {
        while (!around.empty() && around.back().range.end <= found.range.begin)
            around.pop_back();
        if (found.is_test) {
            std::string name;
            for (std::size_t i = around.size() > depth_limit ? around.size() - depth_limit : 0; i < around.size(); ++i)
                name += around[i].name + separator;
            if (!found.suite.empty())
                name += found.suite + separator;
            result.push_back({ name + found.name, found.range });
        }
        around.push_back(std::move(found));
    }
    return result;
}

}
