#!/usr/bin/env bash
# Backs things up.

root=/srv
declare -r limit=3

# Copies all files.
# Slowly.
backup() {
  local target=$1
  nested() { echo "$target"; }
  count=1
}

function restore { tar -x; }
function both() ( cd / )

testBackup() { backup; }

@test "restores a file" {
  restore
}
