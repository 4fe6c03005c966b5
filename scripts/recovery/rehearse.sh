#!/usr/bin/env bash
# Backs up, destroys, restores and compares, on a PostgreSQL of its own and a topic of its own: see docs/disaster-recovery.md.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: KAFKA_BROKERS=host:port bash scripts/recovery/rehearse.sh [DIRECTORY]

Makes a PostgreSQL server in DIRECTORY (default: a temporary one, removed at the end), runs the roles on it, replays the sample
workbook, backs up in the midst of it, goes on to the end, kills the server and removes its data, restores the backup, lets the workers read
again what is missing, and compares `meterpulse digest` of before and after. Needs PostgreSQL's programs in PATH, node, `npm run build`, and
another user than root. Ends with 0 when the digests are equal.
TEXT
}
fail() {
  echo "rehearse.sh: $1" >&2
  exit 1
}
step() { printf '\n%4ss  %s\n' "$((SECONDS))" "$1"; }

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  usage
  exit 0
fi
[[ $# -le 1 ]] || { usage >&2; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
[[ -n ${KAFKA_BROKERS:-} ]] || fail 'KAFKA_BROKERS is not set: what was lost since a backup is read again from Kafka'
[[ $(id -u) -ne 0 ]] || fail 'PostgreSQL refuses to run as root: take another user'
for tool in initdb pg_ctl pg_basebackup psql node; do
  command -v "$tool" >/dev/null || fail "$tool is not in PATH"
done
[[ -f $root/dist/server/main.js ]] || fail 'there is no dist/: run npm run build'

made=
if [[ $# -eq 1 ]]; then
  work=$1
  mkdir -p "$work"
else
  work=$(mktemp -d)
  made=$work
fi
data=$work/data
free_port() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }
port=$(free_port)
export DATABASE_URL=postgres://meterpulse@127.0.0.1:$port/postgres
export KAFKA_TOPIC=rehearsal-$$-$RANDOM KAFKA_PARTITIONS=4 ADMIN_PORT=0 DATA_DIR=$work/unused LOG_FORMAT=json
export KAFKA_GROUP=$KAFKA_TOPIC
GATEWAY_PORT=$(free_port)
export GATEWAY_PORT GATEWAY_PROCESSES=1 GATEWAY_DRAIN_MS=0

meterpulse() { node --enable-source-maps "$root/dist/server/main.js" "$@"; }
roles=()
start() {
  # Not by the function: the process to be stopped is node's own.
  node --enable-source-maps "$root/dist/server/main.js" "$1" 2>>"$work/$1.log" &
  roles+=($!)
}
stop_roles() {
  local pid
  for pid in "${roles[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${roles[@]}"; do wait "$pid" 2>/dev/null || true; done
  roles=()
}
serve() { pg_ctl -D "$data" -l "$work/postgres.log" -w -t 120 -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=''" start >/dev/null; }
clean_up() {
  stop_roles
  [[ ! -f $data/postmaster.pid ]] || pg_ctl -D "$data" -m immediate stop >/dev/null 2>&1 || true
  [[ -z $made ]] || rm -rf "$made"
}
trap clean_up EXIT
ask() { psql --no-psqlrc --quiet --tuples-only --no-align --dbname "$DATABASE_URL" --command "$1"; }
# Waits for a number, as long as it takes and ten minutes at most.
until_number() {
  local what=$1 sql=$2 wanted=$3 deadline=$((SECONDS + 600)) have
  while have=$(ask "$sql"); [[ ${have:-0} -lt $wanted ]]; do
    ((SECONDS < deadline)) || fail "$what: $have of $wanted after ten minutes; see $work"
    # As a supervisor does: a worker that notices a restore ends, to be started anew.
    kill -0 "${roles[-1]}" 2>/dev/null || start worker
    sleep 0.2
  done
}
received='select coalesce(sum(messages_received), 0) from consumer_positions'
until_logged() {
  local role=$1 deadline=$((SECONDS + 300))
  until grep -q "$2" "$work/$role.log" 2>/dev/null; do
    ((SECONDS < deadline)) || fail "$role did not start; see $work/$role.log"
    sleep 0.2
  done
}
# Records of the topic that are not stored yet, as the worker says; -1 while it says nothing of all partitions.
lag() {
  local admin
  admin=$(grep -oE 'health and metrics on http://[0-9.:]+' "$work/worker.log" | tail -1 | cut -d' ' -f5)
  node -e '
    fetch(`${process.argv[1]}/metrics`).then((answer) => answer.text()).then((text) => {
      const lags = [...text.matchAll(/^meterpulse_log_lag_messages\{.*\} (\S+)$/gm)].map(([, lag]) => Number(lag));
      console.log(lags.length < Number(process.argv[2]) ? -1 : lags.reduce((sum, lag) => sum + lag, 0));
    }).catch(() => console.log(-1))' "$admin" "$KAFKA_PARTITIONS"
}
# All that was sent is on the log at least once: a client that hears nothing sends again. Aggregates follow a moment behind, and are as
# they must be when there is nothing left to compute.
settled() {
  local deadline=$((SECONDS + 600))
  until_number 'stored messages' "$received" "$1"
  until [[ $(lag) -eq 0 ]]; do
    ((SECONDS < deadline)) || fail "the log is not stored to its end after ten minutes; see $work"
    sleep 0.2
  done
  meterpulse rebuild --check >/dev/null || fail "aggregates differ from the readings; see $work"
}

step 'a server, the schema, the topic, the roles'
initdb -D "$data" -U meterpulse --auth=trust --encoding=UTF8 --locale=C >/dev/null
serve
meterpulse migrate >/dev/null 2>"$work/migrate.log"
start gateway
start worker
until_logged gateway 'gateway on ws'

step 'half of the sample, and a backup in the midst of it'
node --enable-source-maps "$root/dist/server/main.js" replay --file "$root/Files/meter-values-sample.xlsx" --url "ws://127.0.0.1:$GATEWAY_PORT" --speed 300x --json >"$work/replay.json" 2>"$work/replay.log" &
replay=$!
acknowledged() { grep -soE '[0-9]+ acknowledged' "$work/replay.log" | tail -1 | cut -d' ' -f1; }
until [[ $(acknowledged) -ge 2000 ]]; do
  kill -0 "$replay" || fail "the replay failed; see $work/replay.log"
  sleep 0.2
done
# Else a quick sender is done before a slow disk has copied: then nothing would be left to be lost.
kill -STOP "$replay" || fail "the replay was done before the backup began; see $work/replay.log"
until_number 'stored messages' "$received" 2000
bash "$root/scripts/recovery/backup.sh" "$work/backup"
kill -CONT "$replay"

step 'the rest, and what is stored then'
wait "$replay" || fail "the replay failed; see $work/replay.log"
settled 10000
in_all=$(ask "$received")
meterpulse digest >"$work/before.txt"
tail -1 "$work/before.txt"

step 'the server is killed, and its data removed'
kill -9 "$(head -1 "$data/postmaster.pid")"
stop_roles
rm -rf "$data"

step 'the backup is restored'
bash "$root/scripts/recovery/restore.sh" "$work/backup" "$data" | tail -1
serve
in_backup=$(ask "$received")
echo "$in_backup messages are in the backup"
meterpulse restored
start worker
settled "$in_all"
meterpulse digest >"$work/after.txt"
tail -1 "$work/after.txt"

diff "$work/before.txt" "$work/after.txt" || fail "what is stored differs from what was; see $work"
((in_backup < in_all)) || fail 'the backup had everything: nothing was rehearsed'
step "PASSED: $((in_all - in_backup)) messages were read again from the log, and everything is as it was"
