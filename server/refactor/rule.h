// Mechanical refactorings: small functions over a syntax tree that prove their preconditions or say why they do not apply.
//
// One file a rule, one line in rules(). Called by actions/ to offer (must be cheap: look at the ancestors of the selection
// only), and by builtin/ to carry out. Pure: no I/O, any thread. What each rule needs to be safe is said at the top of its .cpp.
#pragma once

#include "support/result.h"
#include "support/text.h"
#include "syntax/tree.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::refactor {

/// How much a rule may look at.
enum class Effort {
    proof,  ///< all that it needs
    glance, ///< for a menu: a rule that must know every use of a name looks for them in the function around, and where that is too long
            ///< answers without edits if it may apply
};

/// What a rule looks at.
struct Site {
    syntax::Tree const& tree;
    ByteRange selection;  ///< bytes; empty means a cursor
    std::string new_name; ///< for rename and the extracted variable; empty: the rule picks one or does not apply
    Effort effort = Effort::proof;
};

/// A place where a rule applies.
struct Application {
    ByteRange range;             ///< what the edits stay inside
    std::vector<ByteEdit> edits; ///< sorted, not overlapping
    std::string reason;          ///< one sentence for the hunk: "the else branch is not needed after return"
    bool worthwhile = true;      ///< of a rule that improves code: whether it does here
};

struct Rule {
    std::string_view name;  ///< "invert_if"
    std::string_view title; ///< "invert if"
    /// Whether `Refactor f` on a whole symbol applies it by itself, because it improves code by common agreement.
    bool improves;
    /// Whether it needs a name from the person (then offered only through an instruction).
    bool needs_name;
    /// The rule at the selection. Errors: not_found (nothing of the kind here), denied (the reason why it would not be safe).
    Result<Application> (*apply)(Site const& site);
    /// The node types, per language name, at which `find_all` tries the rule; empty for rules that need a selection.
    std::vector<std::string_view> (*candidates)(std::string_view language);
};

/// In display order.
std::span<Rule const> rules();
Rule const* find_rule(std::string_view name);

/// Checks an application as every edit is checked: parses with no new error, keeps every comment, stays inside its range.
/// Returns the new text. Errors: denied.
Result<std::string> checked(syntax::Tree const& tree, Application const& application);

enum class Places {
    worthwhile, ///< only where a rule that improves code does improve it
    all,
};

/// The places inside `range` where `rule` applies and passes `checked`, in source order, not overlapping; all of them may be applied
/// at once. Empty for a rule that needs a selection. Code nested deeper than anyone writes is left out.
std::vector<Application> find_all(Rule const& rule, syntax::Tree const& tree, ByteRange range, Places places = Places::worthwhile);

}
