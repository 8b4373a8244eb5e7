#!/usr/bin/env bash
# The whole way in Emacs: Debian's 28 with eglot and with lsp-mode, and with countersign.el in it and in those that ../fetch.sh unpacked.
# COUNTERSIGN names the program; without it, the one of this checkout's build is taken.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
[ -z "${COUNTERSIGN:-}" ] || COUNTERSIGN=$(realpath -- "$COUNTERSIGN")
exec "${PYTHON:-python3}" -B -m unittest -v test_eglot test_lsp_mode test_mode test_screen
