#!/usr/bin/env bash
# Makes the secrets of compose.yaml in secrets/, those that are not there yet: safe to run again. Others on this machine can't get into
# the directory; the files themselves can be read, since containers run as users of their own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mkdir -p secrets
chmod 700 secrets
umask 022

# $1 is made of what the rest prints; whole, or not at all.
make() {
  local file="secrets/$1"
  shift
  [[ -s $file ]] && return
  "$@" > "$file.new"
  mv "$file.new" "$file"
  printf 'made %s\n' "$file"
}
data_keys() { printf '1=%s\n' "$(openssl rand -base64 32)"; }

make credentials.key openssl rand -hex 32
make data.keys data_keys
for user in owner worker api live gateway; do make "database-$user.key" openssl rand -hex 32; done
