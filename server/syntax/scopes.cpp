#include "syntax/scopes.h"

#include "syntax/scope_marks.h"
#include "syntax/scope_walk.h"

#include <algorithm>
#include <fmt/core.h>
#include <iterator>
#include <unordered_map>
#include <unordered_set>

namespace countersign::syntax {

namespace {

bool is_seen_through_closed_scopes(std::string_view kind)
{
    return kind == "function" || kind == "type" || kind == "module" || kind == "constant" || kind == "import" || kind == "macro";
}

/// Turns events into bindings. Keeps what resolving needs beside them.
class Resolution {
public:
    Resolution(Tree const& tree, ScopeEvents& events) : tree_(tree), events_(events), tables_(events.scopes.size()) { }

    struct Use {
        ByteRange range;
        std::size_t binding;
    };

    void run()
    {
        for (NameEvent& event : events_.names) {
            if (event.kind == NameEvent::Kind::definition)
                define(event);
        }
        sorted_.clear(); // what `reuse` looked up, while there were fewer
        for (NameEvent const& event : events_.names) {
            if (event.kind != NameEvent::Kind::definition)
                refer(event);
        }
        for (Binding& binding : bindings_)
            order(binding);
        doubt_words();
        doubt_named_arguments();
        doubt_dynamic_places();
        if (tree_.language().name == "bash")
            doubt_dynamic_scope();
        if (tree_.language().name == "typescript" || tree_.language().name == "tsx")
            doubt_names_of_types();
    }

    std::vector<Binding> take_bindings() { return std::move(bindings_); }
    std::vector<Use> const& uses() const { return uses_; }

private:
    struct Facts {
        std::size_t scope = 0;
        std::size_t visible_from = 0;
        std::size_t declaration = 0;
    };

    void define(NameEvent& event)
    {
        Scope const& scope = events_.scopes[event.scope];
        if (scope.nonlocals.contains(event.name)) {
            event.kind = NameEvent::Kind::write; // of an outer function's variable
            return;
        }
        std::size_t const target = scope.globals.contains(event.name) ? 0 : event.scope;
        std::size_t existing = latest_in(target, event.name);
        if (event.reuses) {
            if (std::size_t const seen = resolve(event.name, event.seen_from, event.node.begin()); seen != no_index)
                existing = seen;
        }
        bool const anew = existing == no_index || (event.shadows && facts_[existing].declaration != event.declaration);
        if (!anew) {
            merge(existing, event);
            return;
        }
        Binding binding;
        binding.name = event.name;
        binding.kind = event.defined_as;
        binding.definition = event.node;
        binding.scope_node = events_.scopes[target].node;
        binding.scope = binding.scope_node.range();
        if (target == 0)
            binding.scope = { 0, tree_.text().size() };
        binding.scope.begin = std::min(std::max(binding.scope.begin, event.visible_from), binding.scope.end);
        binding.is_local = events_.scopes[target].in_function;
        binding.named_by_callers = event.named_by_callers;
        if (!event.reason.empty())
            binding.uncertain = event.reason;
        if (event.is_shorthand)
            binding.shorthands.push_back(event.node);
        std::size_t const index = bindings_.size();
        bindings_.push_back(std::move(binding));
        facts_.push_back({ target, event.visible_from, event.declaration });
        tables_[target][event.name].push_back(index);
        uses_.push_back({ event.node.range(), index });
    }

    void merge(std::size_t index, NameEvent const& event)
    {
        Binding& binding = bindings_[index];
        binding.references.push_back(event.node);
        if (event.is_shorthand)
            binding.shorthands.push_back(event.node);
        bool const is_value = event.defined_as == "variable" || event.defined_as == "parameter" || event.defined_as == "field";
        if (is_value)
            binding.writes.push_back(event.node);
        bool const was_value = binding.kind == "variable" || binding.kind == "parameter" || binding.kind == "field";
        if (binding.kind != event.defined_as && !(is_value && was_value))
            doubt(index, fmt::format("it names a {} and a {}", binding.kind, event.defined_as));
        else if (event.defined_as == "function" && event.may_be_overload)
            doubt(index, "it may be overloaded");
        uses_.push_back({ event.node.range(), index });
    }

    void refer(NameEvent const& event)
    {
        std::size_t const start = event.kind == NameEvent::Kind::write && events_.scopes[event.scope].nonlocals.contains(event.name)
            ? events_.scopes[event.scope].parent
            : event.scope;
        std::size_t const found = resolve(event.name, start, event.node.begin(), event.only_type);
        uses_.push_back({ event.node.range(), found });
        if (found == no_index)
            return;
        Binding& binding = bindings_[found];
        binding.references.push_back(event.node);
        if (event.kind == NameEvent::Kind::write)
            binding.writes.push_back(event.node);
        if (event.is_shorthand)
            binding.shorthands.push_back(event.node);
    }

    std::size_t latest_in(std::size_t scope, std::string_view name) const
    {
        auto const found = tables_[scope].find(name);
        return found == tables_[scope].end() ? no_index : found->second.back();
    }

    using Candidates = std::vector<std::size_t>;

    /// From where to look backwards. A name may be bound anew thousands of times; most often each is in sight after the one before.
    Candidates::const_reverse_iterator last_visible(Candidates const& candidates, std::size_t offset) const
    {
        constexpr std::size_t few = 16;
        if (candidates.size() < few)
            return candidates.rbegin();
        auto const by_visibility = [&](std::size_t a, std::size_t b) { return facts_[a].visible_from < facts_[b].visible_from; };
        auto const [sorted, is_new] = sorted_.try_emplace(&candidates, false);
        if (is_new)
            sorted->second = std::is_sorted(candidates.begin(), candidates.end(), by_visibility);
        if (!sorted->second)
            return candidates.rbegin();
        auto const after = std::upper_bound(candidates.begin(), candidates.end(), offset,
            [&](std::size_t at, std::size_t candidate) { return at < facts_[candidate].visible_from; });
        return std::make_reverse_iterator(after);
    }

    /// What `name` means at `offset` in `scope`.
    std::size_t resolve(std::string_view name, std::size_t start, std::size_t offset, bool only_type = false) const
    {
        bool crossed_closed = false;
        for (std::size_t index = start; index != no_index; index = events_.scopes[index].parent) {
            Scope const& scope = events_.scopes[index];
            if (scope.globals.contains(name))
                index = 0;
            auto const found = tables_[index].find(name);
            bool const hidden = index != start && events_.scopes[index].is_blind_class;
            if (found != tables_[index].end() && !hidden) {
                // Bindings of a scope come in source order, so the first that fits from the end is the nearest.
                for (auto candidate = last_visible(found->second, offset); candidate != found->second.rend(); ++candidate) {
                    std::string_view const kind = bindings_[*candidate].kind;
                    bool const fits = (!crossed_closed || is_seen_through_closed_scopes(kind)) && (!only_type || kind == "type");
                    if (fits && facts_[*candidate].visible_from <= offset)
                        return *candidate;
                }
            }
            crossed_closed = crossed_closed || scope.kind == ScopeKind::closed;
            if (index == 0)
                break;
        }
        return no_index;
    }

    static void order(Binding& binding)
    {
        auto const by_position = [](Node a, Node b) { return a.begin() < b.begin(); };
        for (auto* nodes : { &binding.references, &binding.writes, &binding.shorthands })
            std::sort(nodes->begin(), nodes->end(), by_position);
    }

    void doubt(std::size_t index, std::string reason)
    {
        if (!bindings_[index].uncertain)
            bindings_[index].uncertain = std::move(reason);
    }

    std::string with_line(std::string_view reason, std::size_t offset)
    {
        if (line_starts_.empty()) {
            line_starts_.push_back(0);
            for (std::size_t i = 0; i < tree_.text().size(); ++i) {
                if (tree_.text()[i] == '\n')
                    line_starts_.push_back(i + 1);
            }
        }
        auto const line = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset) - line_starts_.begin();
        return fmt::format("{} (line {})", reason, line);
    }

    void doubt_words()
    {
        std::unordered_map<std::string_view, UncertainWord const*> everywhere;
        for (UncertainWord const& word : events_.words) {
            if (word.scope == no_index) {
                everywhere.emplace(word.word, &word);
                continue;
            }
            if (!word.unless_type.empty() && events_.known_types.contains(word.unless_type))
                continue;
            std::size_t const found = resolve(word.word, word.scope, word.offset);
            if (found != no_index && !bindings_[found].uncertain)
                doubt(found, with_line(word.reason, word.offset));
        }
        for (std::size_t i = 0; i < bindings_.size(); ++i) {
            auto const found = everywhere.find(bindings_[i].name);
            if (found != everywhere.end() && !bindings_[i].uncertain)
                doubt(i, with_line(found->second->reason, found->second->offset));
        }
    }

    void doubt_named_arguments()
    {
        std::unordered_map<std::string_view, NamedArgument const*> named;
        for (NamedArgument const& argument : events_.named_arguments) {
            // A plain callee that nothing in this file binds is none of this file's functions.
            bool const foreign = !argument.callee.empty() && !is_bound_somewhere(argument.callee);
            if (!foreign)
                named.emplace(argument.name, &argument);
        }
        for (std::size_t i = 0; i < bindings_.size(); ++i) {
            if (bindings_[i].kind != "parameter" || bindings_[i].uncertain)
                continue;
            if (auto const found = named.find(bindings_[i].name); found != named.end())
                doubt(i, with_line("a call passes it by name", found->second->offset));
        }
    }

    bool is_bound_somewhere(std::string_view name)
    {
        if (names_.empty()) {
            for (Binding const& binding : bindings_)
                names_.insert(binding.name);
        }
        return names_.contains(name);
    }

    void doubt_dynamic_places()
    {
        std::unordered_set<std::size_t> done; // a scope's first dynamic place is enough
        for (DynamicPlace const& place : events_.dynamic_places) {
            for (std::size_t index = place.scope; index != no_index && done.insert(index).second; index = events_.scopes[index].parent) {
                for (auto const& [name, bindings] : tables_[index]) {
                    for (std::size_t const binding : bindings) {
                        if (!bindings_[binding].uncertain)
                            doubt(binding, with_line(place.reason, place.offset));
                    }
                }
            }
        }
    }

    /// In a shell a function sees its callers' local variables: a name that is local here and free elsewhere may be one.
    void doubt_dynamic_scope()
    {
        std::unordered_set<std::string_view> free_names;
        for (NameEvent const& event : events_.names) {
            std::size_t const found = resolve(event.name, event.scope, event.node.begin());
            if (found == no_index || !bindings_[found].is_local)
                free_names.insert(event.name);
        }
        for (std::size_t i = 0; i < bindings_.size(); ++i) {
            if (bindings_[i].is_local && free_names.contains(bindings_[i].name))
                doubt(i, "a function that is called from here may use it too, as shells let it");
        }
    }

    /// In TypeScript a type and a variable of one name are two things, and a use may be resolved to the wrong one.
    void doubt_names_of_types()
    {
        std::unordered_multimap<std::string_view, std::size_t> types;
        for (std::size_t i = 0; i < bindings_.size(); ++i) {
            if (bindings_[i].kind == "type")
                types.emplace(bindings_[i].name, i);
        }
        for (std::size_t i = 0; i < bindings_.size(); ++i) {
            auto const [begin, end] = types.equal_range(bindings_[i].name);
            bool const is_shared =
                std::any_of(begin, end, [&](auto const& type) { return bindings_[type.second].scope.overlaps(bindings_[i].scope); });
            if (bindings_[i].kind != "type" && is_shared)
                doubt(i, "a type has the same name");
        }
    }

    Tree const& tree_;
    ScopeEvents& events_;
    std::vector<Binding> bindings_;
    std::vector<Facts> facts_;                                                           ///< beside bindings_
    std::vector<std::unordered_map<std::string_view, std::vector<std::size_t>>> tables_; ///< beside the scopes
    std::vector<Use> uses_;
    mutable std::unordered_map<Candidates const*, bool> sorted_; ///< for last_visible, once all are defined
    std::vector<std::size_t> line_starts_;
    std::unordered_set<std::string_view> names_;
};

}

Scopes::Scopes(Tree const& tree, Node within) : tree_(tree)
{
    ScopeMarks const marks(tree_, within);
    ScopeEvents events = collect_scope_events(tree_, within, marks);
    Resolution resolution(tree_, events);
    resolution.run();
    bindings_ = resolution.take_bindings();
    for (auto const& use : resolution.uses())
        uses_.push_back({ use.range, use.binding });
    std::stable_sort(uses_.begin(), uses_.end(), [](Use const& a, Use const& b) { return a.range.begin < b.range.begin; });
}

Binding const* Scopes::binding_at(std::size_t offset) const
{
    auto const after =
        std::upper_bound(uses_.begin(), uses_.end(), offset, [](std::size_t at, Use const& use) { return at < use.range.begin; });
    // A cursor may stand behind the last letter; what begins there goes first.
    for (auto use = std::make_reverse_iterator(after); use != uses_.rend() && std::distance(use.base(), after) < 2; ++use) {
        if (use->range.contains(offset) || use->range.end == offset)
            return use->binding == no_index ? nullptr : &bindings_[use->binding];
    }
    return nullptr;
}

bool Scopes::is_visible(std::string_view name, ByteRange scope) const
{
    for (Binding const& binding : bindings_) {
        if (binding.name == name && (binding.scope.overlaps(scope) || scope.contains(binding.definition.range())))
            return true;
    }
    return std::any_of(uses_.begin(), uses_.end(), [&](Use const& use) {
        return scope.contains(use.range) && std::string_view(tree_.text()).substr(use.range.begin, use.range.size()) == name;
    });
}

}
