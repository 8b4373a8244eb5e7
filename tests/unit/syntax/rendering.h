// Trees, symbols and bindings as text, for tests that compare whole results.
#pragma once

#include "syntax/outline.h"
#include "syntax/scopes.h"

#include <algorithm>
#include <fmt/core.h>
#include <memory>
#include <string>
#include <vector>

namespace countersign::syntax::testing {

inline Tree parsed(std::string_view language, std::string text)
{
    return Tree::parse(*find_language_by_name(language), std::make_shared<std::string const>(std::move(text)), std::chrono::seconds(60))
        .value();
}

/// Positions as people count: from 1, columns in bytes.
class Positions {
public:
    explicit Positions(std::string_view text) : text_(text), lines_(text) { }

    std::string at(std::size_t offset) const
    {
        std::size_t const line = lines_.line_at(offset);
        return fmt::format("{}:{}", line + 1, offset - lines_.start(line) + 1);
    }
    std::string of(ByteRange range) const { return range.end == 0 ? "-" : fmt::format("{}-{}", at(range.begin), at(range.end)); }

private:
    std::string_view text_;
    support::LineIndex lines_;
};

inline std::string rendered(Tree const& tree, Symbol const& symbol)
{
    Positions const positions(tree.text());
    return fmt::format("{}{} {} | {} | {} head {} name {} parameters {} body {} doc {}\n", std::string(2 * symbol.depth, ' '),
        to_string(symbol.kind), qualified_name(tree, symbol), signature(tree, symbol), positions.of(symbol.range),
        positions.at(symbol.head), positions.of(symbol.name_range), positions.of(symbol.parameters), positions.of(symbol.body),
        positions.of(symbol.doc));
}

inline bool contains(std::vector<Node> const& nodes, Node node) { return std::find(nodes.begin(), nodes.end(), node) != nodes.end(); }

/// One binding: kind, name, where it is defined and visible; references with w for a write and s for a shorthand.
inline std::string rendered(Tree const& tree, Binding const& binding)
{
    Positions const positions(tree.text());
    std::string line = fmt::format("{}{} {} {}{} in {} :", binding.is_local ? "local " : "", binding.kind, binding.name,
        positions.at(binding.definition.begin()), contains(binding.shorthands, binding.definition) ? "s" : "", positions.of(binding.scope));
    for (Node const reference : binding.references) {
        line += " " + positions.at(reference.begin());
        line += contains(binding.writes, reference) ? "w" : "";
        line += contains(binding.shorthands, reference) ? "s" : "";
    }
    if (binding.named_by_callers)
        line += " (callers name it)";
    if (binding.uncertain)
        line += " ? " + *binding.uncertain;
    return line + "\n";
}

}
