#!/usr/bin/env bash
# Makes countersign-<version>-linux-<machine>.vsix, with the server inside: editors/vscode/package.sh [SERVER] [FOLDER]
# SERVER defaults to build/release/countersign (./bootstrap.sh build makes it), FOLDER to build/. Nothing outside build/, out/ and
# server/ is written; npm's packages are fetched from the lock if they are not there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
checkout=$(cd ../.. && pwd)
server=$(realpath -m "${1:-$checkout/build/release/countersign}")
folder=$(realpath -m "${2:-$checkout/build}")
most=$((12 * 1024 * 1024))

stop() {
  printf 'package.sh: %s\n' "$*" >&2
  exit 1
}

[ -x "$server" ] || stop "there is no server at $server; ./bootstrap.sh build makes one"
case $(uname -m) in
  x86_64) target=linux-x64 ;;
  aarch64) target=linux-arm64 ;;
  *) stop "no Visual Studio Code is made for $(uname -m)" ;;
esac
node=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null) || node=0
[ "$node" -ge 20 ] || stop "this needs Node 20 or newer (and npm) on PATH; Debian 12 has 18, npm has a newer one: npm install node@22, then put its bin folder on PATH"
exec 9<. # two at once would write the same files: the second waits
flock 9
[ -x node_modules/.bin/vsce ] || npm ci --ignore-scripts --no-audit --no-fund
npm run --silent check
npm run --silent build
mkdir -p server "$folder"
strip -o server/countersign "$server"
chmod 755 server/countersign
cp "$checkout/LICENSE" LICENSE
trap 'rm -f LICENSE' EXIT
made=$folder/countersign-$(node -p 'require("./package.json").version')-$target.vsix
node_modules/.bin/vsce package --target "$target" --no-dependencies --allow-missing-repository --no-rewrite-relative-links --out "$made"
size=$(stat -c %s "$made")
[ "$size" -le $most ] || stop "$made has $size bytes; it is meant to have at most $most"
printf '%s: %d bytes\n' "$made" "$size"
