// What a client does with what it is sent, as observed in real editors: the table behind every decision about how a
// proposal reaches a file. Keyed by capabilities first and by the client's name second; a client nobody knows gets
// the safest row. `status` prints the row.
#pragma once

#include "protocol/client_capabilities.h"

#include <chrono>
#include <span>
#include <string>
#include <string_view>

namespace countersign::session {

enum class EditShape {
    one_edit,          ///< one applyEdit for all files: the client checks every version, or none
    one_edit_per_file, ///< the client checks only the first document's version
    none,              ///< the client cannot apply an edit
};

enum class NewFile {
    bare_text_edit,   ///< a text edit on a file that does not exist makes an unsaved buffer
    annotated_create, ///< CreateFile that waits for the person's tick
    refused,          ///< no shape that this client handles without touching the disk
};

struct ClientProfile {
    std::string_view name; ///< "vscode"
    EditShape shape = EditShape::one_edit;
    NewFile new_file = NewFile::refused;
    bool new_buffer_is_a_line = false; ///< a buffer on a file that is not there begins as one empty line, line end included
    bool document_changes = false;     ///< else the plain `changes` map
    bool file_operations = false;      ///< renames and deletes, annotated, stop at the person
    bool shows_documents = false;
    bool follows_files = false;  ///< a document that it shows is read again when its file changes
    bool shows_disabled = false; ///< disabled actions are drawn with their reason
    bool code_lenses = false;
    bool progress = false;
    bool answers_questions = false;                    ///< window/showMessageRequest reaches the person and comes back
    std::chrono::milliseconds quiet_after_reply { 0 }; ///< before the next request: a client that drops one in the same chunk
};

/// `client_name` is clientInfo.name, empty if there was none.
ClientProfile choose_profile(protocol::ClientCapabilities const& capabilities, std::string_view client_name);

/// "vscode: one edit for all files, new files by annotated CreateFile, ..." for `status`.
std::string describe(ClientProfile const& profile);

}
