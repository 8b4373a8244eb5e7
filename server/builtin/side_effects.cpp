#include "builtin/side_effects.h"

#include "builtin/known_calls.h"
#include "builtin/phrase.h"
#include "builtin/statement_words.h"
#include "builtin/traverse.h"
#include "syntax/scopes.h"

#include <algorithm>
#include <cctype>
#include <fmt/core.h>
#include <set>
#include <unordered_set>

namespace countersign::builtin {

namespace {
/// Names of C++ streams: they are written to with an operator, not a call.
constexpr std::string_view streams[] = { "std::cout", "std::cerr", "std::clog", "std::cin", "cout", "cerr" };

/// The name that a written place begins with, and whether something of it is written rather than the name itself.
struct Target {
    std::string root;
    bool is_part = false;
    std::size_t offset = 0;
};

Target target_of(syntax::Node node, std::string_view source)
{
    Target target;
    syntax::Node root = node;
    for (int i = 0; i < 32; ++i) {
        if (root.named_count() == 0 || root.is_any({ "identifier", "instance_variable", "class_variable", "global_variable" }))
            break;
        // `*p = 1` and `(*p).x` write to what p points to; `a[i]` and `a.b` to a part of a.
        target.is_part =
            target.is_part || !root.is_any({ "parenthesized_expression", "expression_list", "pattern_list", "left_assignment_list" });
        root = root.named_child(0);
    }
    target.root = std::string(root.text(source));
    target.offset = root.begin();
    return target;
}

bool is_self(std::string_view root) { return root == "this" || root == "self" || root == "cls" || root.starts_with("@"); }

/// What the walk over one function collects.
struct Seen {
    std::set<std::string> members, parameters, globals;
    std::vector<std::string> throws;
    std::vector<std::pair<Effect, std::string>> calls;
    std::set<std::string> created, freed, statics;
    std::set<std::string> changed; ///< "self.items.append", of what the function does not own
    bool rethrows = false;
};

class Observer {
public:
    Observer(syntax::Tree const& tree, syntax::Node function, std::vector<Parameter> const& parameters, Vocabulary const& vocabulary)
        : source_(tree.text())
        , function_(function)
        , parameters_(parameters)
        , vocabulary_(vocabulary)
    {
        collect_locals(tree);
    }

    Seen run()
    {
        traverse(function_, [this](syntax::Node node) {
            look(node);
            return true;
        });
        return std::move(seen_);
    }

private:
    /// Names that the function defines: by the language's scopes, and by what is written for languages that declare by assigning.
    void collect_locals(syntax::Tree const& tree)
    {
        syntax::Scopes const scopes(tree);
        for (syntax::Binding const& binding : scopes.bindings()) {
            if (binding.is_local && function_.range().contains(binding.definition.range()))
                locals_.insert(binding.name);
        }
        bool const declares_by_assigning = vocabulary_.language() == "python" || vocabulary_.language() == "ruby";
        if (!declares_by_assigning)
            return;
        std::set<std::string> global;
        traverse(function_, [&](syntax::Node node) {
            if (node.is_any({ "global_statement", "nonlocal_statement" })) {
                for (syntax::Node const name : node.named_children())
                    global.insert(std::string(name.text(source_)));
            }
            if (syntax::Node const left = node.field("left"); left && left.is("identifier"))
                locals_.insert(std::string(left.text(source_)));
            return true;
        });
        for (std::string const& name : global)
            locals_.erase(name);
    }

    Parameter const* parameter(std::string_view name) const
    {
        for (Parameter const& known : parameters_) {
            if (known.name == name)
                return &known;
        }
        return nullptr;
    }

    void write_to(syntax::Node place)
    {
        Target const target = target_of(place, source_);
        if (target.root.empty() || target.root.size() > 60
            || !(is_identifier_byte(target.root[0]) || target.root[0] == '@' || target.root[0] == '$'))
            return;
        Parameter const* known = parameter(target.root);
        if (is_self(target.root) || (known && known->is_receiver)) {
            seen_.members.insert(one_line(place.text(source_), 40));
        } else if (known) {
            bool const by_handle = target.is_part
                && (vocabulary_.language() == "python" || vocabulary_.language() == "javascript" || vocabulary_.language() == "typescript"
                    || vocabulary_.language() == "tsx" || vocabulary_.language() == "java" || vocabulary_.language() == "csharp"
                    || vocabulary_.language() == "ruby");
            if (known->is_mutable_reference || by_handle)
                seen_.parameters.insert(target.root);
        } else if (!locals_.contains(target.root)) {
            // House styles mark a member by an underscore.
            (target.root.ends_with("_") || target.root.starts_with("m_") ? seen_.members : seen_.globals).insert(target.root);
        }
    }

    void call(syntax::Node node)
    {
        std::string const name = callee_of(node, source_);
        if (name.empty())
            return;
        if (name == "panic" || name == "panic!" || (vocabulary_.language() == "ruby" && (name == "raise" || name == "fail")))
            seen_.throws.push_back(one_line(node.text(source_), 60));
        if (KnownCall const* known = known_call(name))
            seen_.calls.emplace_back(known->effect, name);
        else
            call_on(name);
    }

    /// A method of something that the function does not own, whose name says that it changes it.
    void call_on(std::string_view name)
    {
        std::size_t const at = name.find_last_of(".>:");
        if (at == std::string_view::npos || at == 0)
            return;
        std::string const method = support::to_lower_ascii(name.substr(at + 1));
        std::string_view const receiver = name.substr(0, name[at] == '>' ? at - 1 : at);
        if (is_locking(method))
            seen_.calls.emplace_back(Effect::locking, std::string(name));
        if (!changes_receiver(method) || name[at] == ':')
            return;
        std::string const root(receiver.substr(0, receiver.find_first_of(".->:?![(")));
        bool const is_type = !root.empty() && std::isupper(static_cast<unsigned char>(root[0])) && root == receiver;
        bool const is_outside = is_self(root) || parameter(root) || !locals_.contains(root);
        if (is_outside && !is_type && !root.empty())
            seen_.changed.insert(one_line(name, 60));
    }

    void look(syntax::Node node)
    {
        switch (vocabulary_.kind(node)) {
        case Kind::assignment:
        case Kind::update: {
            for (std::string_view const field : { "left", "argument", "name" }) {
                if (syntax::Node const place = node.field(field)) {
                    write_to(place);
                    return;
                }
            }
            if (node.named_count() > 0)
                write_to(node.named_child(0));
            return;
        }
        case Kind::call:
            call(node);
            return;
        case Kind::creation:
            if (vocabulary_.language() == "cpp")
                seen_.created.insert(one_line(node.text(source_), 40));
            return;
        case Kind::deletion:
            if (vocabulary_.language() == "cpp")
                seen_.freed.insert(one_line(node.text(source_), 40));
            return;
        case Kind::jump_throw: {
            std::string text = one_line(node.text(source_), 60);
            while (!text.empty() && text.back() == ';')
                text.pop_back();
            for (std::string_view const word : { "throw", "raise" }) {
                if (text.starts_with(word))
                    text = std::string(support::trim(std::string_view(text).substr(word.size())));
            }
            if (text.empty())
                seen_.rethrows = true;
            else
                seen_.throws.push_back(text);
            return;
        }
        case Kind::declaration:
            if (node.text(source_).starts_with("static "))
                seen_.statics.insert(one_line(node.text(source_), 40));
            return;
        default:
            break;
        }
        if (node.is("go_statement"))
            seen_.calls.emplace_back(Effect::concurrency, one_line(node.text(source_), 40));
        if (node.is_any({ "lock_statement", "synchronized_statement" }))
            seen_.calls.emplace_back(Effect::locking, one_line(node.text(source_).substr(0, node.text(source_).find('{')), 40));
        if (node.is_any({ "qualified_identifier", "identifier" }) && !node.parent().is("qualified_identifier")) {
            std::string_view const text = node.text(source_);
            if (vocabulary_.language() == "cpp" && std::find(std::begin(streams), std::end(streams), text) != std::end(streams))
                seen_.calls.emplace_back(Effect::input_output, std::string(text));
        }
    }

    std::string_view source_;
    syntax::Node function_;
    std::vector<Parameter> const& parameters_;
    Vocabulary const& vocabulary_;
    std::unordered_set<std::string> locals_;
    Seen seen_;
};

/// "`a`, `b` and 3 more".
template<typename Names>
std::string listed(Names const& names)
{
    constexpr std::size_t shown = 6;
    std::vector<std::string> items;
    for (std::string const& name : names) {
        std::string const item = code(name, 60);
        if (std::find(items.begin(), items.end(), item) == items.end())
            items.push_back(item);
    }
    if (items.size() > shown) {
        std::size_t const more = items.size() - shown;
        items.resize(shown);
        items.push_back(fmt::format("{} more", more));
    }
    return enumerate(items);
}

}

std::vector<std::string> side_effects(
    syntax::Tree const& tree, syntax::Node function, std::vector<Parameter> const& parameters, Vocabulary const& vocabulary)
{
    Seen const seen = Observer(tree, function, parameters, vocabulary).run();
    std::vector<std::string> found;
    auto const add = [&](std::string_view words, auto const& names) {
        if (!names.empty())
            found.push_back(fmt::format("{}{}.", words, listed(names)));
    };
    add("Writes to its object: ", seen.members);
    add("Changes what the caller handed in: ", seen.parameters);
    add("Writes to names from outside the function: ", seen.globals);
    add("Changes things that it does not own, going by the names of the calls: ", seen.changed);
    add("Keeps state between calls: ", seen.statics);
    add(vocabulary.language() == "python"                                      ? "Raises: "
            : vocabulary.language() == "go" || vocabulary.language() == "rust" ? "Panics: "
                                                                               : "Throws: ",
        seen.throws);
    if (seen.rethrows)
        found.emplace_back("Throws again what it caught.");
    for (Effect const effect : { Effect::input_output, Effect::process, Effect::network, Effect::time, Effect::randomness,
             Effect::environment, Effect::memory, Effect::locking, Effect::concurrency }) {
        std::set<std::string> names;
        for (auto const& [kind, name] : seen.calls) {
            if (kind == effect)
                names.insert(name);
        }
        add(effect_words(effect), names);
    }
    add("Makes objects that something must free: ", seen.created);
    add("Frees: ", seen.freed);
    return found;
}

std::vector<Callee> callees_of(syntax::Node function, Vocabulary const& vocabulary, std::string_view source)
{
    std::vector<Callee> callees;
    std::unordered_set<std::string> known;
    traverse(function, [&](syntax::Node node) {
        Kind const kind = vocabulary.kind(node);
        if (kind != Kind::call && kind != Kind::creation)
            return true;
        std::string name = callee_of(node, source);
        // Words of the language that look like calls: a shell's return, Ruby's raise, Rust's Ok.
        bool const is_word = is_jump(statement_kind(node, vocabulary, source)) || (vocabulary.language() == "bash" && name == ":")
            || (vocabulary.language() == "rust" && (name == "Ok" || name == "Err" || name == "Some"));
        if (!name.empty() && !is_word && known.insert(name).second)
            callees.push_back({ std::move(name), node.first_row() + 1 });
        return true;
    });
    return callees;
}

}
