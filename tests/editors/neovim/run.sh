#!/usr/bin/env bash
# The whole way in Neovim: Debian's 0.7 with configuration alone, and the plugin in those that ../fetch.sh unpacked.
# COUNTERSIGN names the program; without it, the one of this checkout's build is taken.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
[ -z "${COUNTERSIGN:-}" ] || COUNTERSIGN=$(realpath -- "$COUNTERSIGN")
exec "${PYTHON:-python3}" -B -m unittest -v test_config test_plugin test_screen
