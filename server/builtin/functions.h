// From a symbol of the outline to the nodes of its definition.
#pragma once

#include "builtin/vocabulary.h"
#include "syntax/outline.h"

namespace countersign::builtin {

/// The body's node; null if the symbol has none.
syntax::Node body_node(syntax::Tree const& tree, syntax::Symbol const& symbol);

/// The function or class itself, without decorators, template head or export around it.
syntax::Node function_node(syntax::Tree const& tree, syntax::Symbol const& symbol);

}
