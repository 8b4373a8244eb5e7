#!/usr/bin/env bash
# The whole way in Helix, on a screen of tmux, in those that ../fetch.sh unpacked: Debian 12 has none.
# COUNTERSIGN names the program; without it, the one of this checkout's build is taken.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
[ -z "${COUNTERSIGN:-}" ] || COUNTERSIGN=$(realpath -- "$COUNTERSIGN")
exec "${PYTHON:-python3}" -B -m unittest -v test_helix
