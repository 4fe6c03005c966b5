#!/usr/bin/env bash
# Puts a base backup in the place of a server's data directory: see docs/disaster-recovery.md.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: bash scripts/recovery/restore.sh BACKUP PGDATA

BACKUP   what backup.sh made
PGDATA   the data directory of a server that is stopped, or one that isn't there. What is in it is moved to PGDATA.before-TIME, never deleted

Then start PostgreSQL, run `meterpulse restored`, and start the roles: workers read again from Kafka what came after the backup.
Run it as the user that PostgreSQL runs as.
TEXT
}
fail() {
  echo "restore.sh: $1" >&2
  exit 1
}

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  usage
  exit 0
fi
[[ $# -eq 2 ]] || { usage >&2; exit 2; }
backup=$1
data=${2%/}
[[ -f $backup/base/PG_VERSION && -f $backup/base/backup_label ]] || fail "$backup is no backup of backup.sh: it has no base/backup_label"
if [[ -f $data/postmaster.pid ]] && kill -0 "$(head -1 "$data/postmaster.pid")" 2>/dev/null; then
  fail "a server runs on $data (process $(head -1 "$data/postmaster.pid")): stop it first"
fi
if command -v pg_verifybackup >/dev/null; then
  pg_verifybackup --quiet "$backup/base" || fail "$backup is damaged: take another one"
else
  echo 'restore.sh: pg_verifybackup is not in PATH: the backup is not checked' >&2
fi

cp -a "$backup/base" "$data.restored"
if [[ -e $data ]]; then
  before=$data.before-$(date -u +%Y%m%dT%H%M%SZ)
  mv "$data" "$before"
  echo "What was in $data is in $before."
fi
mv "$data.restored" "$data"
chmod 700 "$data"
cat "$backup/about.txt"
echo
echo "Restored to $data. Start PostgreSQL, run \`meterpulse restored\`, then start the roles."
