#include "session/open_files.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace countersign::session {

ByteRange to_bytes(workspace::Document const& document, protocol::Range const& range, protocol::PositionEncoding encoding)
{
    return protocol::byte_range(*document.text, document.lines, range, encoding);
}

tools::Diagnostic to_diagnostic(
    protocol::Diagnostic const& diagnostic, workspace::Document const& document, protocol::PositionEncoding encoding)
{
    constexpr std::array<std::string_view, 4> severities { "error", "warning", "information", "hint" };
    ByteRange const range = to_bytes(document, diagnostic.range, encoding);
    tools::Diagnostic result;
    result.path = document.path;
    result.line = document.lines.line_at(range.begin) + 1;
    result.column = range.begin - document.lines.start(result.line - 1) + 1;
    result.end_line = document.lines.line_at(range.end) + 1;
    result.end_column = range.end - document.lines.start(result.end_line - 1) + 1;
    if (diagnostic.severity)
        result.severity = severities[std::clamp<std::size_t>(static_cast<std::size_t>(*diagnostic.severity), 1, 4) - 1];
    else
        result.severity = severities[0];
    result.source = diagnostic.source.value_or("");
    if (diagnostic.code) {
        if (auto const* text = std::get_if<std::string>(&*diagnostic.code))
            result.code = *text;
        else
            result.code = std::to_string(std::get<std::int32_t>(*diagnostic.code));
    }
    if (auto const* text = std::get_if<std::string>(&diagnostic.message))
        result.message = *text;
    else
        result.message = std::get<protocol::MarkupContent>(diagnostic.message).value;
    return result;
}

void OpenFiles::open(std::string path, protocol::TextDocumentItem item)
{
    documents_.open(path, std::move(item.languageId), item.version, std::move(item.text));
    OpenFile& file = files_[path];
    file = {};
    file.document = documents_.find(path);
    parse(path, file);
}

namespace {

/// The one replaced stretch that turns `before` into `after`: what several edits at once come down to for a parser.
ByteEdit replaced_middle(std::string_view before, std::string_view after)
{
    std::size_t const shorter = std::min(before.size(), after.size());
    auto const prefix = static_cast<std::size_t>(
        std::mismatch(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(shorter), after.begin()).first - before.begin());
    std::size_t suffix = 0;
    while (suffix < shorter - prefix && before[before.size() - 1 - suffix] == after[after.size() - 1 - suffix])
        ++suffix;
    return { { prefix, before.size() - suffix }, std::string(after.substr(prefix, after.size() - suffix - prefix)) };
}

/// The edits of a change notification as bytes; each one's offsets are those of the text that the one before left.
std::vector<ByteEdit> to_edits(workspace::Document const& document, std::vector<protocol::TextDocumentContentChangeEvent> const& changes,
    protocol::PositionEncoding encoding)
{
    std::vector<ByteEdit> edits;
    std::string text;
    support::LineIndex lines;
    bool const several = changes.size() > 1;
    if (several) {
        text = *document.text;
        lines = document.lines;
    }
    for (auto const& change : changes) {
        std::string_view const now = several ? std::string_view(text) : std::string_view(*document.text);
        support::LineIndex const& index = several ? lines : document.lines;
        ByteEdit edit;
        if (auto const* part = std::get_if<protocol::TextDocumentContentChangePartial>(&change)) {
            edit = { protocol::byte_range(now, index, part->range, encoding), part->text };
        } else {
            edit = { { 0, now.size() }, std::get<protocol::TextDocumentContentChangeWholeDocument>(change).text };
        }
        if (several) {
            text.replace(edit.range.begin, edit.range.size(), edit.text);
            lines.replace(edit.range, edit.text.size(), text);
        }
        edits.push_back(std::move(edit));
    }
    return edits;
}

}

Result<> OpenFiles::change(
    std::string const& path, protocol::DidChangeTextDocumentParams const& params, protocol::PositionEncoding encoding)
{
    auto const found = files_.find(path);
    if (found == files_.end())
        return documents_.change(path, params.textDocument.version, {}); // which refuses, and remembers it
    OpenFile& file = found->second;
    bool const has_all = std::any_of(params.contentChanges.begin(), params.contentChanges.end(),
        [](auto const& change) { return std::holds_alternative<protocol::TextDocumentContentChangeWholeDocument>(change); });
    std::vector<ByteEdit> const edits = to_edits(*file.document, params.contentChanges, encoding);
    std::shared_ptr<std::string const> const before = file.document->text;
    auto const changed =
        documents_.change(path, params.textDocument.version, edits, has_all ? workspace::Brings::all : workspace::Brings::parts);
    file.document = documents_.find(path);
    TRY(Result<>(changed));
    file.diagnostics.clear();
    if (!file.tree) {
        parse(path, file);
        return {};
    }
    bool const one_part = edits.size() == 1 && edits[0].range.size() < before->size();
    ByteEdit const edit = one_part ? edits[0] : replaced_middle(*before, *file.document->text);
    auto tree = file.tree->edited(file.document->text, edit.range, edit.text.size());
    if (tree) {
        file.tree = std::move(*tree);
    } else {
        file.tree.reset();
        file.no_tree_reason = tree.error().message;
    }
    return {};
}

void OpenFiles::close(std::string const& path)
{
    documents_.close(path);
    files_.erase(path);
}

OpenFile const* OpenFiles::find(std::string const& path) const
{
    auto const found = files_.find(path);
    return found == files_.end() ? nullptr : &found->second;
}

void OpenFiles::parse(std::string const& path, OpenFile& file)
{
    workspace::Document const& document = *file.document;
    syntax::Language const* language = syntax::find_language(path, document.language_id, document.lines.line(*document.text, 0));
    if (language == nullptr) {
        file.no_tree_reason = document.language_id.empty() ? "there is no grammar for this kind of file"
                                                           : fmt::format("there is no grammar for {}", document.language_id);
        return;
    }
    auto tree = syntax::Tree::parse(*language, document.text);
    if (tree)
        file.tree = std::move(*tree);
    else
        file.no_tree_reason = tree.error().message;
}

void OpenFiles::learn(std::string const& path, ByteRange range, std::vector<tools::Diagnostic> diagnostics)
{
    auto const found = files_.find(path);
    if (found == files_.end())
        return;
    OpenFile& file = found->second;
    std::size_t const first = file.document->lines.line_at(range.begin) + 1;
    std::size_t const last = file.document->lines.line_at(range.end) + 1;
    std::erase_if(file.diagnostics, [&](tools::Diagnostic const& known) { return known.line <= last && known.end_line >= first; });
    file.diagnostics.insert(
        file.diagnostics.end(), std::make_move_iterator(diagnostics.begin()), std::make_move_iterator(diagnostics.end()));
}

std::vector<tools::Diagnostic> OpenFiles::diagnostics() const
{
    std::vector<tools::Diagnostic> all;
    for (auto const& [path, file] : files_)
        all.insert(all.end(), file.diagnostics.begin(), file.diagnostics.end());
    return all;
}

}
