// A planned change as the WorkspaceEdits that a client handles right: see client_profile.h for what that means. Pure.
#pragma once

#include "protocol/lsp.h"
#include "protocol/positions.h"
#include "review/proposal.h"
#include "session/client_profile.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace countersign::session {

/// What goes out in one workspace/applyEdit, and the planned files that it carries out.
struct Outgoing {
    protocol::WorkspaceEdit edit;
    std::vector<std::size_t> files; ///< indexes into the plan
};

/// The version of an open document by absolute path; nothing if it is not open.
using VersionOf = std::function<std::optional<std::int32_t>(std::string const& path)>;

/// Nothing the plan holds is left out. Errors: denied, with what the person can do instead, if this client cannot be handed one of the
/// changes.
Result<std::vector<Outgoing>> build_edits(std::vector<review::PlannedFile> const& plan, std::string const& root,
    ClientProfile const& profile, protocol::PositionEncoding encoding, std::string const& label, VersionOf const& version_of);

}
