// What is pending, as one value for an extension of ours that draws it: `countersign/proposals`, a notification beside the standard
// protocol, sent only to a client that says `experimental.countersign`. Nothing can be decided through it: the extension sends
// the same commands as everybody. Main thread, from memory.
//
//   { provider, isModel, cost?, running: [{run, title}],
//     proposals: [{ proposal, revision, title, summary, action, provider, created, workspace, document, note,
//                   files: [{ path, from?, kind, uri, before, after, hunks: [{ hunk, line, removed, added, text }] }] }] }
//
// `cost` is in words, of this process's runs, once a model was asked. `kind` is modify, create, remove or move; `document`, `uri`, `before`
// and `after` are URIs; `line` is 0-based in what the file says now; `removed` and `added` count lines; `text` is the first line that
// differs. Only pending hunks, and only files that have one.
#pragma once

#include "session/code_actions.h"

#include <string_view>

namespace countersign::session {

constexpr std::string_view pending_method = "countersign/proposals";

Json pending_view(MenuSources const& sources, std::string_view provider, std::string const& cost);

/// Sends it whenever something changed, once for all changes of one turn of the main loop, and before any request that is made afterwards.
class PendingView {
public:
    PendingView(Client& client, std::function<Json()> look) : client_(client), look_(std::move(look)) { }

    void changed();

private:
    Client& client_;
    std::function<Json()> look_;
    bool is_due_ = false;
};

}
