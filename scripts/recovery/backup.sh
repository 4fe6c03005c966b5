#!/usr/bin/env bash
# A base backup of the whole PostgreSQL server, while everything runs: see docs/disaster-recovery.md.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: DATABASE_URL=postgres://... bash scripts/recovery/backup.sh DIRECTORY

Makes DIRECTORY (which must not be there yet) with
  base/           what pg_basebackup copies, the write-ahead log that it needs included; checked by pg_verifybackup
  about.txt       when, of which server, and how far each partition of the log was stored then

The user of DATABASE_URL needs REPLICATION, and pg_hba.conf a line `host replication ...` for it. pg_basebackup must be of the server's
major version or a newer one. Everything may run meanwhile.
TEXT
}
fail() {
  echo "backup.sh: $1" >&2
  exit 1
}

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  usage
  exit 0
fi
[[ $# -eq 1 ]] || { usage >&2; exit 2; }
target=$1
[[ -n ${DATABASE_URL:-} ]] || fail 'DATABASE_URL is not set: the server to back up'
[[ ! -e $target ]] || fail "$target is there already: give a new directory, a backup is never overwritten"
for tool in pg_basebackup pg_verifybackup psql; do
  command -v "$tool" >/dev/null || fail "$tool is not in PATH: install PostgreSQL's client and server programs"
done

ask() { psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --dbname "$DATABASE_URL" --command "$1"; }
server=$(ask 'show server_version_num') || fail 'the database does not answer'
tool=$(pg_basebackup --version | sed -E 's/[^0-9]*([0-9]+).*/\1/')
((tool >= server / 10000)) || fail "pg_basebackup is of version $tool, the server of $((server / 10000)): take one of the server's"

# Half a backup is none: it gets its name when it is whole and checked.
part=$target.part
rm -rf "$part"
mkdir -p "$part"
trap 'rm -rf "$part"' EXIT
pg_basebackup --dbname "$DATABASE_URL" --pgdata "$part/base" --wal-method stream --checkpoint fast --no-password
pg_verifybackup --quiet "$part/base"
{
  echo "made         $(date -u +%FT%TZ)"
  echo "server       $(ask 'show server_version')"
  echo "migration    $(ask 'select max(name) from schema_migrations')"
  echo 'stored of the log, after the copy (topic, partition, next offset):'
  ask 'select topic, partition, next_offset from consumer_positions order by 1, 2'
} >"$part/about.txt"
mv "$part" "$target"
trap - EXIT
echo "Backed up to $target ($(du -sh "$target" | cut -f1))."
