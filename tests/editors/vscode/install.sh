#!/usr/bin/env bash
# Installs what the test in this folder drives: code-server (Visual Studio Code's workbench with an extension host of its own, from npm)
# and playwright-core. Chromium and the headers that its native modules want come from Debian. Everything lands in one cache directory outside
# the checkout; a second call finds it there and does nothing. It takes some minutes: five modules are compiled.
set -euo pipefail

cache=${COUNTERSIGN_EDITORS:-${XDG_CACHE_HOME:-$HOME/.cache}/countersign-editors}
node_version=24.8.0
code_server_version=4.139.1
playwright_version=1.65.1
packages=(chromium g++ make pkg-config python3 libkrb5-dev libsecret-1-dev libx11-dev libxkbfile-dev)

stamp="node $node_version, code-server $code_server_version, playwright-core $playwright_version"
log=$cache/vscode-install.log

say() { printf '%s\n' "$*"; }
step() { # WHAT COMMAND...
  say "$1"
  shift
  "$@" >>"$log" 2>&1 </dev/null || {
    tail -n 30 "$log" >&2
    say "install.sh: \`$*\` failed; all it said is in $log" >&2
    exit 1
  }
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

missing_packages() {
  local package
  for package in "${packages[@]}"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || printf '%s\n' "$package"
  done
}

mkdir -p "$cache"
: >"$log"
mapfile -t missing < <(missing_packages)
if [ ${#missing[@]} -gt 0 ]; then
  step "apt-get update" as_root apt-get -q update
  step "apt-get install ${missing[*]}" as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
fi
if [ -f "$cache/vscode-stamp" ] && [ "$(<"$cache/vscode-stamp")" = "$stamp" ]; then
  exit 0
fi

rm -rf "$cache/node" "$cache/code-server" "$cache/playwright" "$cache/vscode-stamp"
mkdir -p "$cache/node" "$cache/code-server" "$cache/playwright"
step "Node $node_version" npm --prefix "$cache/node" install --no-audit --no-fund --ignore-scripts "node-linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')@$node_version"
platform_node=$(echo "$cache"/node/node_modules/node-linux-*)
export PATH=$platform_node/bin:$PATH npm_config_nodedir=$platform_node
step "playwright-core $playwright_version" npm --prefix "$cache/playwright" install --no-audit --no-fund --ignore-scripts "playwright-core@$playwright_version"
step "code-server $code_server_version" npm --prefix "$cache/code-server" install --no-audit --no-fund --ignore-scripts "code-server@$code_server_version"
vscode=$cache/code-server/node_modules/code-server/lib/vscode
step "its modules (compiled)" npm --prefix "$vscode" install --omit=dev --no-audit --no-fund
step "its extensions' modules" npm --prefix "$vscode/extensions" install --omit=dev --no-audit --no-fund
printf '%s\n' "$stamp" >"$cache/vscode-stamp"
say "Installed in $cache"
