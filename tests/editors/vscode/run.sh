#!/usr/bin/env bash
# The whole way in a real Visual Studio Code: code-server's workbench in Debian's Chromium, the .vsix installed as a person would.
#   tests/editors/vscode/run.sh [SCENARIO...]     all of them, or those whose name holds one of the words
# COUNTERSIGN names the server (default: build/release/countersign). Pictures of what failed are in build/editors/vscode;
# COUNTERSIGN_PICTURES=1 renews those of the README. Exit status 77 means that nothing was run, because the editor is not installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
checkout=$(cd ../../.. && pwd)
cache=${COUNTERSIGN_EDITORS:-${XDG_CACHE_HOME:-$HOME/.cache}/countersign-editors}
server=$(realpath -m "${COUNTERSIGN:-$checkout/build/release/countersign}")
out=$checkout/build/editors/vscode

say() { printf '%s\n' "$*"; }
not_here() {
  say "SKIPPED: nothing was tested in Visual Studio Code: $1"
  say "To get it: tests/editors/vscode/install.sh (code-server and playwright-core from npm, Chromium from Debian; some minutes, 1.1 GB in $cache)"
  [ "${CI:-}" = true ] && [ "${COUNTERSIGN_VSCODE_OPTIONAL:-}" != 1 ] && exit 1
  exit 77
}

[ -x "$server" ] || { say "there is no server at $server; ./bootstrap.sh build makes one, or name it in COUNTERSIGN" >&2; exit 1; }
[ -f "$cache/vscode-stamp" ] || not_here "code-server is not installed"
chromium=$(command -v chromium) || not_here "there is no chromium"
node=$(echo "$cache"/node/node_modules/node-linux-*/bin/node)
mkdir -p "$out"
PATH=$(dirname "$node"):$PATH "$checkout/editors/vscode/package.sh" "$server" "$out" >"$out/package.log" 2>&1 || { tail -n 30 "$out/package.log" >&2; exit 1; }
tail -n 1 "$out/package.log"
export COUNTERSIGN_EDITORS=$cache COUNTERSIGN_CHROMIUM=$chromium COUNTERSIGN_VSIX=$(ls -t "$out"/countersign-*.vsix | head -n 1) COUNTERSIGN_OUT=$out
exec "$node" --test --test-concurrency=1 --test-reporter=spec "--test-name-pattern=${1:-.}" flow.test.mjs
