// The file that a task is about, read through the read_file tool page by page, with its syntax tree where there is one.
#pragma once

#include "builtin/conversation.h"
#include "builtin/task.h"
#include "support/result.h"
#include "support/text.h"
#include "syntax/outline.h"
#include "syntax/tree.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace countersign::builtin {

struct Source {
    std::string path;
    std::shared_ptr<std::string const> text;
    support::LineIndex lines;
    syntax::Language const* language = nullptr; ///< null: no grammar for it
    std::optional<syntax::Tree> tree;
    std::string no_tree_reason; ///< for people; empty if there is a tree

    /// 1-based.
    std::size_t line_of(std::size_t offset) const { return lines.line_at(offset) + 1; }
};

/// The whole text of a file; nothing while a page is still to come. Errors: the tool's own, too_large.
std::optional<Result<std::string>> read_text(Conversation& conversation, std::string const& path);

/// As read_text, parsed. `language_name` is the task's; empty: by the path. A text without tree is no error.
std::optional<Result<Source>> read_source(Conversation& conversation, std::string const& path, std::string_view language_name = {});

/// As read_source, of a text that is at hand.
Source parse_source(std::string path, std::string text, std::string_view language_name = {});

/// The tree of `text`, which shares most with the tree's own text. Errors: as Tree::edited.
Result<syntax::Tree> reparsed(syntax::Tree const& tree, std::shared_ptr<std::string const> text);

/// The task's selection inside the text, from its bytes or else its lines.
ByteRange selection_in(Source const& source, Task const& task);

/// The symbol that the task is about: the innermost around its selection whose name is the task's, else the innermost callable, else
/// the innermost one. Nothing if the selection stands in none.
std::optional<syntax::Symbol> symbol_of(Source const& source, Task const& task);

}
