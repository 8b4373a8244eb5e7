// The answer to textDocument/codeAction: what can be asked for here, decided on, or stopped. From memory alone: editors ask on
// every cursor move. Everything carries a command and nothing carries an edit, because editors apply an edit unasked.
#pragma once

#include "session/client.h"
#include "session/folders.h"
#include "session/open_files.h"
#include "session/proposals.h"
#include "session/runs.h"

#include <string>
#include <vector>

namespace countersign::session {

/// Everything that a menu is made from. Main thread.
struct MenuSources {
    Client& client;
    OpenFiles& open_files;
    Folders& folders;
    Proposals& proposals;
    Runs& runs;
    Questions& questions;
    bool is_model = false; ///< the configured provider is a language model
};

using MenuEntry = std::variant<protocol::Command, protocol::CodeAction>;

std::vector<MenuEntry> code_actions(MenuSources const& sources, protocol::CodeActionParams const& params);
std::vector<protocol::CodeLens> code_lenses(MenuSources const& sources, std::string const& uri);

/// The actions' offers at a place, disabled ones with their reasons; for the menu and for `status`.
/// Errors: not_found (not open), denied (outside the workspace).
Result<std::vector<actions::Offer>> offers_at(MenuSources const& sources, std::string const& uri, protocol::Range const& range);

/// Every code action kind that a menu can hold, for initialize.
std::vector<std::string> code_action_kinds();

}
