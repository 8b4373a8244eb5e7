#include "protocol/client_capabilities.h"

#include <algorithm>

namespace countersign::protocol {

namespace {

using Strings = std::vector<std::string>;

/// A bit and where it stands, as a JSON pointer.
struct Bit {
    bool ClientCapabilities::*member;
    char const* pointer;
};

/// true means yes; anything else, no.
constexpr Bit flags[] {
    { &ClientCapabilities::apply_edit, "/workspace/applyEdit" },
    { &ClientCapabilities::document_changes, "/workspace/workspaceEdit/documentChanges" },
    { &ClientCapabilities::change_annotations_group_on_label, "/workspace/workspaceEdit/changeAnnotationSupport/groupsOnLabel" },
    { &ClientCapabilities::workspace_edit_metadata, "/workspace/workspaceEdit/metadataSupport" },
    { &ClientCapabilities::configuration, "/workspace/configuration" },
    { &ClientCapabilities::workspace_folders, "/workspace/workspaceFolders" },
    { &ClientCapabilities::did_change_configuration_dynamic, "/workspace/didChangeConfiguration/dynamicRegistration" },
    { &ClientCapabilities::did_change_watched_files_dynamic, "/workspace/didChangeWatchedFiles/dynamicRegistration" },
    { &ClientCapabilities::execute_command_dynamic, "/workspace/executeCommand/dynamicRegistration" },
    { &ClientCapabilities::code_lens_refresh, "/workspace/codeLens/refreshSupport" },
    { &ClientCapabilities::did_save, "/textDocument/synchronization/didSave" },
    { &ClientCapabilities::code_action_disabled, "/textDocument/codeAction/disabledSupport" },
    { &ClientCapabilities::code_action_is_preferred, "/textDocument/codeAction/isPreferredSupport" },
    { &ClientCapabilities::code_action_data, "/textDocument/codeAction/dataSupport" },
    { &ClientCapabilities::code_action_honors_change_annotations, "/textDocument/codeAction/honorsChangeAnnotations" },
    { &ClientCapabilities::diagnostic_version, "/textDocument/publishDiagnostics/versionSupport" },
    { &ClientCapabilities::diagnostic_related_information, "/textDocument/publishDiagnostics/relatedInformation" },
    { &ClientCapabilities::diagnostic_data, "/textDocument/publishDiagnostics/dataSupport" },
    { &ClientCapabilities::work_done_progress, "/window/workDoneProgress" },
    { &ClientCapabilities::show_message_action_properties, "/window/showMessage/messageActionItem/additionalPropertiesSupport" },
    { &ClientCapabilities::show_document, "/window/showDocument/support" },
    { &ClientCapabilities::stale_request_cancel, "/general/staleRequestSupport/cancel" },
};

/// An object there means yes, whatever it holds. An empty array does too: that is how Lua writes an empty object.
constexpr Bit sections[] {
    { &ClientCapabilities::change_annotations, "/workspace/workspaceEdit/changeAnnotationSupport" },
    { &ClientCapabilities::execute_command, "/workspace/executeCommand" },
    { &ClientCapabilities::text_document_content, "/workspace/textDocumentContent" },
    { &ClientCapabilities::code_action, "/textDocument/codeAction" },
    { &ClientCapabilities::code_action_literals, "/textDocument/codeAction/codeActionLiteralSupport" },
    { &ClientCapabilities::code_lens, "/textDocument/codeLens" },
    { &ClientCapabilities::publish_diagnostics, "/textDocument/publishDiagnostics" },
    { &ClientCapabilities::show_message_request, "/window/showMessage" },
};

/// Arrays of strings; what is no string in them is passed over.
constexpr struct {
    Strings ClientCapabilities::*member;
    char const* pointer;
} lists[] {
    { &ClientCapabilities::code_action_kinds, "/textDocument/codeAction/codeActionLiteralSupport/codeActionKind/valueSet" },
    { &ClientCapabilities::code_action_resolve, "/textDocument/codeAction/resolveSupport/properties" },
    { &ClientCapabilities::position_encodings, "/general/positionEncodings" },
};

constexpr struct {
    bool ClientCapabilities::*member;
    char const* name;
} resource_operations[] {
    { &ClientCapabilities::create_file, "create" },
    { &ClientCapabilities::rename_file, "rename" },
    { &ClientCapabilities::delete_file, "delete" },
};

constexpr char const* resource_operations_at = "/workspace/workspaceEdit/resourceOperations";
constexpr char const* failure_handling_at = "/workspace/workspaceEdit/failureHandling";
constexpr char const* tags_at = "/textDocument/codeAction/tagSupport/valueSet";
constexpr char const* countersign_at = "/experimental/countersign";
constexpr int llm_generated = 1;

/// Null where there is nothing. Only objects are walked: an array in between is nonsense, not a path.
Json const& at_pointer(Json const& root, char const* pointer)
{
    static Json const nothing;
    std::string_view rest(pointer);
    Json const* value = &root;
    while (!rest.empty()) {
        rest.remove_prefix(1);
        auto const end = std::min(rest.find('/'), rest.size());
        if (!value->is_object())
            return nothing;
        auto const found = value->find(std::string(rest.substr(0, end)));
        if (found == value->end())
            return nothing;
        value = &*found;
        rest.remove_prefix(end);
    }
    return *value;
}

Strings strings_at(Json const& root, char const* pointer)
{
    Strings out;
    Json const& list = at_pointer(root, pointer);
    if (!list.is_array())
        return out;
    for (Json const& entry : list) {
        if (entry.is_string())
            out.push_back(entry.get<std::string>());
    }
    return out;
}

Json& place(Json& root, char const* pointer) { return root[Json::json_pointer(pointer)]; }

}

bool decode(Json const& value, ClientCapabilities& out, At const&, Problem&)
{
    out = {};
    for (Bit const& flag : flags) {
        Json const& found = at_pointer(value, flag.pointer);
        out.*flag.member = found.is_boolean() && found.get<bool>();
    }
    for (Bit const& section : sections) {
        Json const& found = at_pointer(value, section.pointer);
        out.*section.member = found.is_object() || (found.is_array() && found.empty());
    }
    for (auto const& list : lists)
        out.*list.member = strings_at(value, list.pointer);
    Strings const operations = strings_at(value, resource_operations_at);
    for (auto const& operation : resource_operations)
        out.*operation.member = std::find(operations.begin(), operations.end(), operation.name) != operations.end();
    if (Json const& handling = at_pointer(value, failure_handling_at); handling.is_string())
        out.failure_handling = handling.get<std::string>();
    if (Json const& tags = at_pointer(value, tags_at); tags.is_array())
        out.code_action_tag_llm_generated = std::find(tags.begin(), tags.end(), Json(llm_generated)) != tags.end();
    Json const& ours = at_pointer(value, countersign_at);
    out.countersign = ours.is_object() || (ours.is_boolean() && ours.get<bool>());
    if (ours.is_object())
        out.countersign_options = ours;
    return true;
}

Json encode(ClientCapabilities const& capabilities)
{
    Json out = Json::object();
    for (Bit const& section : sections) {
        if (capabilities.*section.member)
            place(out, section.pointer) = Json::object();
    }
    for (Bit const& flag : flags) {
        if (capabilities.*flag.member)
            place(out, flag.pointer) = true;
    }
    for (auto const& list : lists) {
        if (!(capabilities.*list.member).empty())
            place(out, list.pointer) = capabilities.*list.member;
    }
    for (auto const& operation : resource_operations) {
        if (capabilities.*operation.member)
            place(out, resource_operations_at).push_back(operation.name);
    }
    if (!capabilities.failure_handling.empty())
        place(out, failure_handling_at) = capabilities.failure_handling;
    if (capabilities.code_action_tag_llm_generated)
        place(out, tags_at).push_back(llm_generated);
    if (capabilities.countersign)
        place(out, countersign_at) = capabilities.countersign_options.is_object() ? capabilities.countersign_options : Json(true);
    return out;
}

}
