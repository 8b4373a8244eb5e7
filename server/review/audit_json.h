// What the ledger keeps of a proposal: each file and each hunk with the hashes of its lines before and after, so that it can be shown later
// which texts were proposed and approved without keeping them. Pure.
#pragma once

#include "review/proposal.h"
#include "support/json.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace countersign::review {

/// [{"path", "kind", "from"?, "before", "after", "hunks": [{"id", "before", "after"}]}], with the hashes of whole files and of a hunk's
/// lines.
Json audit_json(Proposal const& proposal);

/// [{"id", "before", "after"}] of the hunks of `file` that are named in `ids`, as they were edited if they were.
Json audit_json(ProposedFile const& file, std::vector<std::string> const& ids);

}
