#!/usr/bin/env bash
# The whole way in a real Visual Studio Code: code-server's workbench in Debian's Chromium, the .vsix installed as a person would.
#   tests/editors/vscode/run.sh [flow|faults|generic [WORDS]]     everything, or one file, or its scenarios whose name holds the words
#   tests/editors/vscode/run.sh activation                         what the extension costs a start, in figures that nothing judges
# COUNTERSIGN names the server (default: build/release/countersign). Pictures, also of what failed, are in build/editors/vscode.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
checkout=$(cd ../../.. && pwd)
cache=${COUNTERSIGN_EDITORS:-${XDG_CACHE_HOME:-$HOME/.cache}/countersign-editors}
server=$(realpath -m "${COUNTERSIGN:-$checkout/build/release/countersign}")
out=$checkout/build/editors/vscode

left_out() {
  printf 'LEFT OUT: Visual Studio Code: %s. Get it with tests/editors/vscode/install.sh (code-server and playwright-core from npm, Chromium from Debian; some minutes, 1.1 GB in %s)\n' "$1" "$cache"
  exit 0
}

[ -x "$server" ] || {
  printf 'run.sh: there is no server at %s; ./bootstrap.sh build makes one, or name it in COUNTERSIGN\n' "$server" >&2
  exit 1
}
[ -f "$cache/vscode-stamp" ] || left_out "code-server is not installed"
chromium=$(command -v chromium) || left_out "there is no chromium"
node=$(echo "$cache"/node/node_modules/node-linux-*/bin/node)
mkdir -p "$out"
made=$(mktemp -d) # of this run alone: another may be under way
trap 'rm -rf "$made"' EXIT
PATH=$(dirname "$node"):$PATH "$checkout/editors/vscode/package.sh" "$server" "$made" >"$made/log" 2>&1 || { tail -n 30 "$made/log" >&2; exit 1; }
tail -n 1 "$made/log"
vsix=("$made"/countersign-*.vsix)
export COUNTERSIGN=$server COUNTERSIGN_EDITORS=$cache COUNTERSIGN_CHROMIUM=$chromium COUNTERSIGN_VSIX=${vsix[0]} COUNTERSIGN_OUT=$out
files=(flow.test.mjs faults.test.mjs generic.test.mjs)
[ $# -eq 0 ] || files=("$1.test.mjs")
"$node" --test --test-concurrency=1 --test-reporter=spec "--test-name-pattern=${2:-.}" "${files[@]}"
