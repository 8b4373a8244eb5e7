// A transcript that tells the ledger as well: what was asked, every reply's cost, every tool call with its arguments and outcome.
//
// The ledger keeps hashes of texts, and the texts themselves only if the person turned that on; arguments stand in it as they are, but for
// long ones (whole files in an edit). A ledger that cannot be written is logged once and does not end a run: what must be
// recorded before it happens, an approval, is not recorded here. Threads as Transcript.
#pragma once

#include "agent/transcript.h"
#include "ledger/ledger.h"

#include <memory>
#include <string>

namespace countersign::agent {

struct AuditedRun {
    std::string id;
    std::string workspace; ///< absolute path
    std::string client;    ///< who started it: "Neovim 0.9", "command line"
    bool keeps_texts = false;
};

/// `ledger` must outlive it; null gives back `transcript` itself.
std::unique_ptr<Transcript> audited(std::unique_ptr<Transcript> transcript, ledger::Ledger* ledger, AuditedRun run);

}
