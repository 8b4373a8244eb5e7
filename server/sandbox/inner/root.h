// What the confined command sees as its root: parts of the host, read-only, a temporary directory of its own, and the view of the
// workspace. The launcher has made the namespaces and bound the host's whole tree, read-only, at `/.under/host`; after close_root()
// that is gone again. Runs in the inner program, before there is a command.
#pragma once

#include "sandbox/messages.h"
#include "support/fd.h"

namespace countersign::sandbox::inner {

/// Where the workspace is inside, besides its own path on the host.
inline constexpr char const* workspace_alias = "/ws";

/// Descriptors of what the namespace itself no longer shows.
struct Layers {
    support::UniqueFd base;   ///< the workspace on disk, read-only
    support::UniqueFd upper;  ///< what differs from it; in a copy, everything
    support::UniqueFd merged; ///< the view: what is written here lands in `upper`
    bool copied = false;      ///< the kernel would not overlay: the view is a copy
};

/// Mounts all but the last touches. Errors: denied (the kernel forbids mounts), not_found (no workspace), too_large (a copy), io.
Result<Layers> build_root(Job const& job);

/// Takes the host's tree away and makes the rest read-only. Errors: denied.
Result<> close_root(Job const& job);

}
