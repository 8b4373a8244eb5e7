// What one statement does, in words: "throws `x`", "sets `a` to `b`", "for each `x` in `items`". The walk over a whole function is
// control_flow.h's.
#pragma once

#include "builtin/vocabulary.h"

#include <string>
#include <string_view>

namespace countersign::builtin {

/// The kind of a statement; a call or command that is a jump by its name only (Ruby's raise, a shell's return) is one.
Kind statement_kind(syntax::Node node, Vocabulary const& vocabulary, std::string_view source);

/// Whether statements of this kind end the way through a block, or are said like it.
bool is_jump(Kind kind);

/// "returns `x`", lower-case, without full stop. `kind` must be a jump.
std::string jump_words(syntax::Node node, Kind kind, Vocabulary const& vocabulary, std::string_view source);

/// "sets `a` to `b`", lower-case, without full stop; empty for a statement that does nothing.
std::string plain_words(syntax::Node node, Kind kind, Vocabulary const& vocabulary, std::string_view source);

/// "for each `x` in `items`", "while `more`", or the loop's own head: "in the loop `for (...)`".
std::string loop_head(syntax::Node loop, Vocabulary const& vocabulary, std::string_view source);

/// What stands between the keyword and the body: the exception of a handler, the resource of a with.
std::string_view head_of(syntax::Node node, syntax::Node body, std::string_view source);

}
