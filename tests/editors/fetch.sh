#!/usr/bin/env bash
# Newer editors than Debian 12 has, for the tests: unpacked beside the system, never installed.
#
#   tests/editors/fetch.sh neovim-trixie neovim-sid emacs-trixie helix-trixie helix-sid
#
# Each is fetched by apt from the mirror that this machine uses, with a package list of our own, checked against Debian's keyring, and unpacked to
# ${COUNTERSIGN_EDITORS:-~/.cache/countersign-editors}/NAME, with what it is linked to, down to the C library. bin/ there starts
# it through that library's own loader. Nothing of the system is changed and no root is needed; about 300 MB in all.
set -euo pipefail

cache=${COUNTERSIGN_EDITORS:-$HOME/.cache/countersign-editors}
mirror=${COUNTERSIGN_DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head -n 1)}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

stop() {
  printf 'fetch.sh: %s\n' "$*" >&2
  exit 2
}

apt_root() { # SUITE: an apt of its own, that believes nothing is installed
  local suite=$1
  root=$cache/.apt-$suite
  mkdir -p "$root"/{lists/partial,archives/partial,parts,preferences}
  : >"$root/status"
  printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$mirror" "$suite" >"$root/sources.list"
  apt=(apt-get -q -o "Dir::Etc::SourceList=$root/sources.list" -o "Dir::Etc::SourceParts=$root/parts" -o "Dir::Etc::PreferencesParts=$root/preferences"
    -o "Dir::State::Lists=$root/lists" -o "Dir::State::status=$root/status" -o "Dir::Cache=$root" -o "Dir::Cache::archives=$root/archives"
    -o APT::Sandbox::User= -o Acquire::Languages=none -o APT::Install-Recommends=false -o Debug::NoLocking=1
    -o APT::Architecture=amd64 -o APT::Architectures=amd64)
  if [ -z "$(find "$root/lists" -name '*_Packages*' -mmin -1440)" ]; then
    "${apt[@]}" update
  fi
}

unpack() { # NAME SUITE PACKAGE: with all that it needs, into $cache/NAME
  local name=$1 suite=$2 package=$3 place=$cache/$1 archive
  [ -x "$place/.complete" ] && return 0
  apt_root "$suite"
  rm -rf "$place" "$root"/archives/*.deb
  "${apt[@]}" install --download-only --yes "$package"
  mkdir -p "$place/root"
  for archive in "$root"/archives/*.deb; do
    dpkg-deb -x "$archive" "$place/root"
  done
  rm -f "$root"/archives/*.deb
}

starter() { # NAME PROGRAM LINE...: a program that starts PROGRAM of the unpacked root
  local name=$1 place=$cache/$1 program=$2
  shift 2
  mkdir -p "$place/bin"
  {
    printf '#!/bin/sh\nroot=%q/root\n' "$place"
    printf '%s\n' "$@"
  } >"$place/bin/$program"
  chmod +x "$place/bin/$program"
  touch "$place/.complete" && chmod +x "$place/.complete"
  say_version "$place/bin/$program" "$name"
}

say_version() {
  local version
  version=$("$1" --version 2>&1 | head -n 1) || stop "$2 was unpacked and does not start: $version"
  printf '%s: %s (%s)\n' "$2" "$version" "$1"
}

# shellcheck disable=SC2016  # for the starter to expand
loader='exec "$root"/usr/lib64/ld-linux-x86-64.so.2 --library-path "$root/usr/lib/x86_64-linux-gnu"'

neovim() { # NAME SUITE
  unpack "$1" "$2" neovim
  starter "$1" nvim 'export VIMRUNTIME=$root/usr/share/nvim/runtime' "$loader"' "$root/usr/bin/nvim" "$@"'
}

helix() { # NAME SUITE
  unpack "$1" "$2" hx
  starter "$1" hx 'export HELIX_RUNTIME=$root/usr/lib/hx/runtime' "$loader"' "$root/usr/lib/hx/hx" "$@"'
}

emacs() { # NAME SUITE
  unpack "$1" "$2" emacs-nox
  # shellcheck disable=SC2016
  starter "$1" emacs 'version=$(basename "$root"/usr/share/emacs/[0-9]*)' \
    'export EMACSDATA=$root/usr/share/emacs/$version/etc EMACSDOC=$root/usr/share/emacs/$version/etc' \
    'export EMACSPATH=$root/usr/libexec/emacs/$version/x86_64-linux-gnu' \
    'export EMACSLOADPATH=$(find "$root/usr/share/emacs/$version/lisp" -type d | sort | paste -sd:)' \
    'dump=$(echo "$root"/usr/libexec/emacs/"$version"/*/emacs*.pdmp)' \
    "$loader"' "$root/usr/bin/emacs-nox" --dump-file="$dump" "$@"'
}

[ "$(uname -m)" = x86_64 ] || stop "these are fetched for x86_64 only"
[ -n "$mirror" ] || stop "apt knows no mirror of Debian here; name one in COUNTERSIGN_DEBIAN_MIRROR"
[ -r "$keyring" ] || stop "$keyring is missing: apt-get install debian-archive-keyring"
[ $# -gt 0 ] || set -- neovim-trixie neovim-sid emacs-trixie helix-trixie helix-sid
for name in "$@"; do
  case $name in
    neovim-trixie | neovim-sid) neovim "$name" "${name#*-}" ;;
    helix-trixie | helix-sid) helix "$name" "${name#*-}" ;;
    emacs-trixie) emacs "$name" trixie ;;
    *) stop "there is no $name; there are: neovim-trixie neovim-sid emacs-trixie helix-trixie helix-sid" ;;
  esac
done
