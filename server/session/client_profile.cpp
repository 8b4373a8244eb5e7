#include "session/client_profile.h"

#include "support/text.h"

#include <array>
#include <fmt/core.h>

namespace countersign::session {

namespace {

using protocol::ClientCapabilities;

struct Row {
    bool (*is)(ClientCapabilities const& capabilities, std::string_view client_name);
    ClientProfile profile;
};

constexpr std::chrono::milliseconds chunk_gap { 150 };

/// In the order that they are tried; what a client can show is filled in from its capabilities afterwards.
constexpr std::array<Row, 6> table { {
    // vscode-languageclient, in every product built on it: annotated file operations stop at the person.
    { [](ClientCapabilities const& can, std::string_view) {
         return can.failure_handling == "textOnlyTransactional" && can.change_annotations;
     },
        { .name = "vscode",
            .shape = EditShape::one_edit,
            .new_file = NewFile::annotated_create,
            .document_changes = true,
            .file_operations = true,
            .follows_files = true } },
    // Checks the version of the first document only, truncates on CreateFile, takes documentChanges without saying so.
    { [](ClientCapabilities const& can, std::string_view name) { return name == "Neovim" && can.apply_edit; },
        { .name = "neovim",
            .shape = EditShape::one_edit_per_file,
            .new_file = NewFile::bare_text_edit,
            .new_buffer_is_a_line = true,
            .document_changes = true } },
    { [](ClientCapabilities const& can, std::string_view name) { return name == "helix" && can.apply_edit; },
        { .name = "helix",
            .shape = EditShape::one_edit,
            .new_file = NewFile::bare_text_edit,
            .new_buffer_is_a_line = true,
            .document_changes = true,
            .shows_documents = true } },
    // eglot before 1.10 gives no name; it is known by what it says and leaves out.
    { [](ClientCapabilities const& can, std::string_view name) {
         bool const old = name.empty() && can.document_changes && can.configuration && can.execute_command && !can.create_file
             && !can.work_done_progress && can.position_encodings.empty();
         return can.apply_edit && (name == "Eglot" || old);
     },
        { .name = "eglot",
            .shape = EditShape::one_edit,
            .new_file = NewFile::bare_text_edit,
            .document_changes = true,
            .answers_questions = true,
            .quiet_after_reply = chunk_gap } },
    { [](ClientCapabilities const& can, std::string_view) { return !can.apply_edit; },
        { .name = "no edits", .shape = EditShape::none, .new_file = NewFile::refused, .quiet_after_reply = chunk_gap } },
    // Nobody we know: one file at a time, nothing that could reach the disk by itself.
    { [](ClientCapabilities const&, std::string_view) { return true; },
        { .name = "unknown", .shape = EditShape::one_edit_per_file, .new_file = NewFile::bare_text_edit, .quiet_after_reply = chunk_gap } },
} };

}

ClientProfile choose_profile(ClientCapabilities const& capabilities, std::string_view client_name)
{
    for (Row const& row : table) {
        if (!row.is(capabilities, client_name))
            continue;
        ClientProfile profile = row.profile;
        profile.document_changes = profile.document_changes || capabilities.document_changes;
        profile.shows_documents = profile.shows_documents || capabilities.show_document;
        profile.shows_disabled = capabilities.code_action_disabled && profile.name != "helix";
        // An extension of ours renders an explanation once, in a page of its own.
        profile.follows_files = profile.follows_files && !capabilities.countersign;
        profile.code_lenses = capabilities.code_lens_refresh;
        profile.progress = capabilities.work_done_progress;
        profile.answers_questions = profile.answers_questions || capabilities.show_message_request;
        // An extension of ours opens what does not exist as an unsaved document, whatever its editor would do with CreateFile.
        if (capabilities.countersign_options.is_object() && capabilities.countersign_options.value("unsavedFiles", Json()) == true)
            profile.new_file = NewFile::bare_text_edit;
        return profile;
    }
    return {};
}

std::string describe(ClientProfile const& profile)
{
    constexpr std::array<std::string_view, 3> shapes { "one edit for all files", "one edit for each file", "this editor applies no edits" };
    constexpr std::array<std::string_view, 3> new_files { "new files as unsaved buffers", "new files after a tick in the editor's preview",
        "no new files" };
    std::vector<std::string> parts { std::string(shapes[static_cast<std::size_t>(profile.shape)]) };
    if (profile.shape != EditShape::none)
        parts.emplace_back(new_files[static_cast<std::size_t>(profile.new_file)]);
    parts.emplace_back(profile.answers_questions ? "asks questions itself" : "questions are code actions");
    parts.emplace_back(profile.shows_documents ? "opens documents itself" : "documents are named in a message");
    return fmt::format("{}: {}", profile.name, support::join(parts, ", "));
}

}
