// The documents of the scheme `countersign-proposal`: both sides of every proposed file, for editors that show a diff of two documents
// (workspace/textDocumentContent, LSP 3.18). Main thread, from memory.
//
//   countersign-proposal:/7/before/src/a.cpp     what src/a.cpp says, and the text that proposal 7 was made for
//   countersign-proposal:/7/after/src/a.cpp      what it would say once all that is pending was applied
//
// An address stays the same while hunks are decided; who shows one is told by workspace/textDocumentContent/refresh.
#pragma once

#include "review/proposal.h"
#include "session/client.h"

#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace countersign::session {

constexpr std::string_view proposal_scheme = "countersign-proposal";

enum class Side { before, after };

std::string proposal_text_uri(review::Proposal const& proposal, review::ProposedFile const& file, Side side);

/// Null if no such proposal is open.
using FindProposal = std::function<review::Proposal const*(std::string const& id)>;

/// A proposal that is decided has no sides any more: a view that is still open then shows two empty texts, not an error.
/// Errors: invalid_params (no address of ours), not_found (a file that the proposal does not touch).
Result<std::string> proposal_text(std::string_view uri, FindProposal const& find);

/// Remembers which of them the client took, so that it is told of those, and only those, when they change.
class ServedTexts {
public:
    ServedTexts(Client& client, FindProposal find) : client_(client), find_(std::move(find)) { }

    /// Errors: as proposal_text.
    Result<std::string> serve(std::string const& uri);
    /// Something is pending that was not, or the reverse. The client asks again for what it still shows.
    void changed();

private:
    Client& client_;
    FindProposal find_;
    std::set<std::string> served_;
};

}
