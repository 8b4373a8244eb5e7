#!/bin/bash
root=/srv
backup() {
  local target=$1 name
  local -r stamp="$(date)" 
  name="$target/${stamp:-none}"
  count=$((count + 1))
  for file in "$@"; do
    cp "$file" "$name" "$root"
  done
  read -r answer
  trap 'rm $target' EXIT
  helper
}
helper() { echo "$name" "${count}"; }
export root
backup "$root"
