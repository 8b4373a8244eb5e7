// Lines, indentation and what may not be touched when code moves left.
//
// Code that leaves a block loses one level of indentation. The lines that begin inside a string, a template or a here-document are
// data and keep every byte; comments move with the code. Line ends and tabs stay what they are in the file.
#pragma once

#include "refactor/grammar_table.h"
#include "support/result.h"
#include "syntax/node.h"

#include <string>
#include <string_view>

namespace countersign::refactor {

/// The blanks at the beginning of the line that holds `offset`.
std::string_view indentation_at(std::string_view text, std::size_t offset);
/// Whether only blanks are before `offset` on its line.
bool begins_line(std::string_view text, std::size_t offset);
/// Whether only blanks are from `offset` to the end of its line.
bool ends_line(std::string_view text, std::size_t offset);
std::size_t line_begin(std::string_view text, std::size_t offset);
/// Offset of the line end (not past it).
std::size_t line_end(std::string_view text, std::size_t offset);
/// "\r\n" where the line of `offset`, or else the file's first, ends so; else "\n".
std::string_view newline_at(std::string_view text, std::size_t offset);

/// `range` without blanks and line ends at either side.
ByteRange trimmed(std::string_view text, ByteRange range);

/// One level of indentation, seen from a block whose header is indented by `outer` and whose first line is by `inner`.
std::string indentation_unit(std::string_view text, std::string_view outer, std::string_view inner);

/// The indentation of the first line that begins inside `content`'s first row or later and holds something; `content` begins at a
/// token. Empty view with null data if all of it stands on a line that begins before it.
std::string_view inner_indentation(std::string_view text, ByteRange content);

/// Whether the code in `around` is JavaScript whose statements end without a semicolon, by the first one that could have one.
bool leaves_semicolons_out(Grammar const& grammar, std::string_view text, syntax::Node around);

/// Whether a line that begins so would be read as going on with a statement before it that ends without a semicolon.
bool continues_statement(std::string_view line);

/// Whether `statement` is one of JavaScript's that may end without a semicolon, and does.
bool lacks_semicolon(Grammar const& grammar, std::string_view text, syntax::Node statement);

/// `content`, whose lines are indented by `from`, as it reads when they are indented by `to`. The first line comes without
/// indentation. `around` is a node that holds all of `content`. Errors: denied (where `strict`, a line that is not indented by `from`).
Result<std::string> reindented(
    std::string_view text, syntax::Node around, ByteRange content, std::string_view from, std::string_view to, bool strict);

}
