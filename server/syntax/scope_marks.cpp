#include "syntax/scope_marks.h"

#include <algorithm>
#include <vector>

namespace countersign::syntax {

namespace {

struct CaptureMeaning {
    std::string_view name; ///< up to the dot
    std::uint32_t part;
};

constexpr CaptureMeaning meanings[] = {
    { "scope", part::scope },
    { "definition", part::definition },
    { "bind", part::bind },
    { "name", part::name },
    { "reference", part::reference },
    { "write", part::write },
    { "ignore", part::ignore },
    { "outside", part::outside },
    { "shorthand", part::shorthand },
    { "global", part::global },
    { "nonlocal", part::nonlocal },
    { "uncertain", part::uncertain },
    { "interpolated", part::interpolated },
    { "tokens", part::tokens },
    { "dynamic", part::dynamic },
    { "named_argument", part::named_argument },
    { "only_reference", part::only_reference },
    { "known_type", part::known_type },
};

constexpr std::pair<std::string_view, ScopeKind> scope_kinds[] = {
    { "function", ScopeKind::function },
    { "block", ScopeKind::block },
    { "class", ScopeKind::type_class },
    { "comprehension", ScopeKind::comprehension },
    { "closed", ScopeKind::closed },
    { "parameters", ScopeKind::parameters },
};

/// A capture's name, understood once for all its matches.
struct Capture {
    std::uint32_t part = 0; ///< 0: only for a predicate
    std::string_view rest;  ///< behind the dot
    ScopeKind scope = ScopeKind::block;
};

std::optional<Capture> understand(std::string_view name)
{
    if (name.starts_with("_"))
        return Capture {};
    std::size_t const dot = name.find('.');
    std::string_view const rest = dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
    auto const meaning =
        std::find_if(std::begin(meanings), std::end(meanings), [&](auto const& known) { return known.name == name.substr(0, dot); });
    if (meaning == std::end(meanings))
        return std::nullopt;
    Capture capture { meaning->part, rest };
    if (capture.part == part::scope) {
        auto const kind =
            std::find_if(std::begin(scope_kinds), std::end(scope_kinds), [&](auto const& known) { return known.first == rest; });
        if (kind == std::end(scope_kinds))
            return std::nullopt;
        capture.scope = kind->second;
    } else if (capture.part == part::uncertain && !rest.empty()) {
        if (rest != "everywhere")
            return std::nullopt;
        capture.part = part::everywhere;
    } else if ((capture.part == part::definition || capture.part == part::bind) == rest.empty()) {
        return std::nullopt; // these two need a kind, the others have none
    }
    return capture;
}

// A node's id alone may repeat: a small leaf lives in its parent, and its id is the place in it.
std::uint64_t key_of(Node node) { return reinterpret_cast<std::uintptr_t>(node.raw().id) * 0x9e3779b97f4a7c15u + node.begin(); }

}

bool is_scope_capture(std::string_view name) { return understand(name).has_value(); }

ScopeMarks::ScopeMarks(Tree const& tree, Node within) : query_(tree.language().scopes())
{
    std::vector<Capture> captures;
    for (std::string const& name : query_.capture_names())
        captures.push_back(understand(name).value_or(Capture {}));
    query_.run(within, tree.text(), Query::Reach::subtree, [&](Query::Match const& match) {
        auto const pattern = static_cast<std::uint32_t>(match.pattern);
        for (auto const& [name_id, node] : match.captures) {
            Capture const& capture = captures[name_id];
            if (capture.part == 0)
                continue;
            Mark& mark = marks_[key_of(node)];
            // Of two patterns that say the same of a node the later in the file is the more particular.
            auto const take = [&](std::uint32_t& holder) {
                bool const later = !mark.has(capture.part) || pattern >= holder;
                if (later)
                    holder = pattern;
                return later;
            };
            switch (capture.part) {
            case part::scope:
                if (take(mark.scope_pattern))
                    mark.scope = capture.scope;
                break;
            case part::definition:
                if (take(mark.definition_pattern))
                    mark.definition_kind = capture.rest;
                break;
            case part::name:
                take(mark.name_pattern);
                break;
            case part::reference:
                take(mark.reference_pattern);
                break;
            case part::bind:
                if (take(mark.bind_pattern))
                    mark.bind_kind = capture.rest;
                break;
            case part::uncertain:
            case part::everywhere:
            case part::interpolated:
            case part::dynamic:
                take(mark.reason_pattern);
                break;
            default:
                break;
            }
            mark.parts |= capture.part;
        }
    });
}

Mark const* ScopeMarks::of(Node node) const
{
    auto const found = marks_.find(key_of(node));
    return found == marks_.end() ? nullptr : &found->second;
}

}
