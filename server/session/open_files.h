// What the editor has open, with a syntax tree for each that follows every keystroke, and the problems that the editor
// told us about. Main thread; runs get the documents as immutable values.
#pragma once

#include "agent/task.h"
#include "protocol/lsp.h"
#include "protocol/positions.h"
#include "syntax/tree.h"
#include "workspace/documents.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace countersign::session {

/// A document, what we know of its syntax, and why we know nothing.
struct OpenFile {
    workspace::Document const* document = nullptr;
    std::optional<syntax::Tree> tree;
    std::string no_tree_reason;
    std::vector<tools::Diagnostic> diagnostics; ///< `path` is absolute
};

class OpenFiles {
public:
    void open(std::string path, protocol::TextDocumentItem item);
    /// What is refused may leave the document out of step. Errors: not_found, stale (an old version), invalid_params.
    Result<> change(std::string const& path, protocol::DidChangeTextDocumentParams const& params, protocol::PositionEncoding encoding);
    void close(std::string const& path);

    /// Null if it is not open. Valid until the next change.
    OpenFile const* find(std::string const& path) const;
    std::vector<std::shared_ptr<workspace::Document const>> documents() const { return documents_.all(); }

    /// Replaces what is known of the lines that `range` touches.
    void learn(std::string const& path, ByteRange range, std::vector<tools::Diagnostic> diagnostics);
    std::vector<tools::Diagnostic> diagnostics() const;

private:
    void parse(std::string const& path, OpenFile& file);

    workspace::Documents documents_;
    std::map<std::string, OpenFile> files_;
};

/// LSP range to bytes of a document.
ByteRange to_bytes(workspace::Document const& document, protocol::Range const& range, protocol::PositionEncoding encoding);
/// What the editor sent, with 1-based lines and byte columns.
tools::Diagnostic to_diagnostic(
    protocol::Diagnostic const& diagnostic, workspace::Document const& document, protocol::PositionEncoding encoding);

}
