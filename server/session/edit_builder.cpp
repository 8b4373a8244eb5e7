#include "session/edit_builder.h"

#include "protocol/uri.h"
#include "session/folders.h"
#include "session/open_files.h"
#include "workspace/diff.h"

#include <fmt/core.h>

namespace countersign::session {

namespace {

using review::PlannedFile;
using workspace::ChangeKind;

constexpr char const* annotation = "countersign";
using DocumentChange = std::variant<protocol::TextDocumentEdit, protocol::CreateFile, protocol::RenameFile, protocol::DeleteFile>;

struct Builder {
    std::string const& root;
    ClientProfile const& profile;
    protocol::PositionEncoding encoding;
    VersionOf const& version_of;

    std::string uri(std::string const& path) const { return protocol::uri_from_path(beneath(root, path)); }

    std::vector<protocol::TextEdit> text_edits(PlannedFile const& file) const
    {
        support::LineIndex const lines(file.before);
        std::vector<protocol::TextEdit> edits;
        for (ByteEdit const& edit : workspace::minimal_edits(file.before, file.after))
            edits.push_back({ .range = protocol::range_at(file.before, lines, edit.range, encoding), .newText = edit.text });
        // The line end that such a buffer begins with is the file's last.
        if (file.kind == ChangeKind::create && profile.new_buffer_is_a_line && !edits.empty() && edits.back().newText.ends_with('\n'))
            edits.back().newText.pop_back();
        return edits;
    }

    protocol::TextDocumentEdit document_edit(PlannedFile const& file, bool annotated) const
    {
        protocol::TextDocumentEdit edit;
        edit.textDocument.uri = uri(file.path);
        edit.textDocument.version = version_of(beneath(root, file.path));
        for (protocol::TextEdit& part : text_edits(file)) {
            if (annotated)
                edit.edits.push_back(
                    protocol::AnnotatedTextEdit { .range = part.range, .newText = std::move(part.newText), .annotationId = annotation });
            else
                edit.edits.push_back(std::move(part));
        }
        return edit;
    }
};

/// What a person can type instead of what this client would do unasked or wrong.
std::string by_hand(PlannedFile const& file)
{
    if (file.kind == ChangeKind::move)
        return fmt::format("move it yourself: git mv '{}' '{}'", file.from, file.path);
    if (file.kind == ChangeKind::remove)
        return fmt::format("delete it yourself: git rm '{}'", file.path);
    return fmt::format("make {} yourself from the review document, with `git apply`", file.path);
}

Result<> check(PlannedFile const& file, ClientProfile const& profile)
{
    bool const moves = file.kind == ChangeKind::move || file.kind == ChangeKind::remove;
    if (profile.shape == EditShape::none) {
        return fail(ErrorCode::denied,
            "this editor cannot apply edits from a language server; apply the review document yourself with `git apply`");
    }
    if ((moves && !profile.file_operations) || (file.kind == ChangeKind::create && profile.new_file == NewFile::refused)) {
        return fail(ErrorCode::denied,
            fmt::format("{} cannot be handed to this editor without it touching the disk at once; {}", file.path, by_hand(file)));
    }
    return {};
}

}

Result<std::vector<Outgoing>> build_edits(std::vector<PlannedFile> const& plan, std::string const& root, ClientProfile const& profile,
    protocol::PositionEncoding encoding, std::string const& label, VersionOf const& version_of)
{
    for (PlannedFile const& file : plan) {
        if (!file.already_there)
            TRY(check(file, profile));
    }

    Builder const builder { root, profile, encoding, version_of };
    std::vector<Outgoing> all;
    for (std::size_t i = 0; i < plan.size(); ++i) {
        PlannedFile const& file = plan[i];
        if (file.already_there)
            continue;
        if (all.empty() || profile.shape == EditShape::one_edit_per_file)
            all.emplace_back();
        Outgoing& outgoing = all.back();
        outgoing.files.push_back(i);
        if (!profile.document_changes && file.kind == ChangeKind::modify) {
            if (!outgoing.edit.changes)
                outgoing.edit.changes.emplace();
            (*outgoing.edit.changes)[builder.uri(file.path)] = builder.text_edits(file);
            continue;
        }

        bool const annotated = file.kind == ChangeKind::create ? profile.new_file == NewFile::annotated_create
                                                               : file.kind != ChangeKind::modify && profile.file_operations;
        if (!outgoing.edit.documentChanges)
            outgoing.edit.documentChanges.emplace();
        auto& changes = *outgoing.edit.documentChanges;
        if (annotated) {
            outgoing.edit.changeAnnotations.emplace();
            (*outgoing.edit.changeAnnotations)[annotation] = { .label = label, .needsConfirmation = true };
        }
        if (annotated && file.kind == ChangeKind::create)
            changes.push_back(protocol::CreateFile { .annotationId = annotation,
                .uri = builder.uri(file.path),
                .options = protocol::CreateFileOptions { .overwrite = false, .ignoreIfExists = false } });
        if (file.kind == ChangeKind::move)
            changes.push_back(protocol::RenameFile { .annotationId = annotation,
                .oldUri = builder.uri(file.from),
                .newUri = builder.uri(file.path),
                .options = protocol::RenameFileOptions { .overwrite = false, .ignoreIfExists = false } });
        if (file.kind == ChangeKind::remove)
            changes.push_back(protocol::DeleteFile { .annotationId = annotation, .uri = builder.uri(file.path) });
        else if (file.before != file.after)
            changes.push_back(builder.document_edit(file, annotated));
    }
    return all;
}

}
