// The syntax tree of one text. Immutable; copies are cheap and may go to other threads.
//
// Text is bytes: NUL bytes and invalid UTF-8 are parsed as errors, not refused. Work is bounded in size and time, because
// some inputs cost a parser far more than their size. Rows and columns inside tree-sitter count '\n' only, which is not what
// the protocol counts: they never leave this room, byte offsets do.
#pragma once

#include "support/result.h"
#include "support/text.h"
#include "syntax/language.h"
#include "syntax/node.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace countersign::syntax {

/// Larger texts are not parsed.
inline constexpr std::size_t parse_size_limit = 4 * 1024 * 1024;

class Tree {
public:
    /// Errors: too_large, timeout.
    static Result<Tree> parse(Language const& language, std::shared_ptr<std::string const> text,
        std::chrono::milliseconds limit = std::chrono::milliseconds(2000));

    /// The tree of `text`, which is this tree's text with `range` replaced by `inserted` bytes. Reuses what did not change.
    /// A text that is not that is parsed anew. Errors: too_large, timeout.
    Result<Tree> edited(std::shared_ptr<std::string const> text, ByteRange range, std::size_t inserted,
        std::chrono::milliseconds limit = std::chrono::milliseconds(2000)) const;

    Language const& language() const { return *language_; }
    std::string const& text() const { return *text_; }
    std::shared_ptr<std::string const> shared_text() const { return text_; }
    Node root() const;
    /// The smallest named node that holds all of `range`; the root if that reaches past the end.
    Node node_at(ByteRange range) const;
    /// From the root to node_at(range). One descent.
    std::vector<Node> path_to(ByteRange range) const;
    /// ERROR and MISSING nodes: an edit may not add to them.
    std::size_t error_count() const;

private:
    Tree() = default;
    static Result<Tree> parse_over(
        Language const& language, std::shared_ptr<std::string const> text, TSTree const* old, std::chrono::milliseconds limit);

    Language const* language_ = nullptr;
    std::shared_ptr<std::string const> text_;
    std::shared_ptr<TSTree> tree_;
};

}
