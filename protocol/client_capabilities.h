// What the editor said it can do: the bits that we use, picked by hand, out of some three hundred.
//
// Decoding never fails. A capability of a nonsensical type is one that the client does not have; a client must
// not lose the session because one of its plugins wrote `"applyEdit": "yes"`. session/ turns this, together with
// clientInfo, into the profile of a client.
#pragma once

#include "protocol/codec.h"

#include <string>
#include <vector>

namespace countersign::protocol {

struct ClientCapabilities {
    // workspace
    bool apply_edit = false;
    bool document_changes = false;
    bool create_file = false;
    bool rename_file = false;
    bool delete_file = false;
    std::string failure_handling;    ///< abort, transactional, textOnlyTransactional, undo, or empty
    bool change_annotations = false; ///< workspaceEdit.changeAnnotationSupport is there
    bool change_annotations_group_on_label = false;
    bool workspace_edit_metadata = false;
    bool configuration = false;
    bool workspace_folders = false;
    bool did_change_configuration_dynamic = false;
    bool did_change_watched_files_dynamic = false;
    bool execute_command = false; ///< workspace.executeCommand is there
    bool execute_command_dynamic = false;
    bool code_lens_refresh = false;
    bool text_document_content = false; ///< workspace.textDocumentContent is there
    // textDocument
    bool did_save = false;
    bool code_action = false; ///< textDocument.codeAction is there
    bool code_action_literals = false;
    std::vector<std::string> code_action_kinds; ///< of the literals; empty if there is no literal support
    bool code_action_disabled = false;
    bool code_action_is_preferred = false;
    bool code_action_data = false;
    std::vector<std::string> code_action_resolve; ///< properties that may be resolved late
    bool code_action_honors_change_annotations = false;
    bool code_action_tag_llm_generated = false;
    bool code_lens = false;           ///< textDocument.codeLens is there
    bool publish_diagnostics = false; ///< textDocument.publishDiagnostics is there
    bool diagnostic_version = false;
    bool diagnostic_related_information = false;
    bool diagnostic_data = false;
    // window
    bool work_done_progress = false;
    bool show_message_request = false;           ///< window.showMessage is there
    bool show_message_action_properties = false; ///< messageActionItem.additionalPropertiesSupport
    bool show_document = false;
    // general
    std::vector<std::string> position_encodings; ///< in the client's order; empty means utf-16
    bool stale_request_cancel = false;
    // experimental
    bool countersign = false; ///< experimental.countersign: true or an object
    Json countersign_options; ///< that object, or null

    bool operator==(ClientCapabilities const&) const = default;
};

/// Always true: see above.
bool decode(Json const& value, ClientCapabilities& out, At const& at, Problem& problem);
/// The same bits where the protocol has them. Decoding it gives the same value again.
Json encode(ClientCapabilities const& capabilities);
inline bool fits(Json const& value, std::type_identity<ClientCapabilities>) { return value.is_object(); }

}
