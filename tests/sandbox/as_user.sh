#!/bin/sh
# Runs a test program as an ordinary user: as root, a copy of it under a number that is nobody's, in a folder of its own.
set -eu
program=$1
shift
if [ "$(id -u)" -ne 0 ]; then
  exec "$program" "$@"
fi
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cp "$program" "$room/program"
chmod 755 "$room" "$room/program"
mkdir -m 700 "$room/home" "$room/tmp"
chown 41234:41234 "$room/home" "$room/tmp"
setpriv --reuid=41234 --regid=41234 --clear-groups env HOME="$room/home" TMPDIR="$room/tmp" "$room/program" "$@"
