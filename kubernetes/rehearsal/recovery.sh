# Of rehearse.sh: a backup of PostgreSQL in the midst of it all, and its data destroyed and restored, as docs/disaster-recovery.md says.
# shellcheck shell=bash
# shellcheck disable=SC2154  # its variables and functions are those of rehearse.sh

# On the volume of the server itself, since a rehearsal has no other place: a real backup is elsewhere.
BACKUP=/var/lib/postgresql/backup
AWAY_MEANWHILE='worker api live'
acknowledged_at_backup=''

milliseconds() { node -p 'Date.now()'; }
# Of a time from milliseconds(), in s with one decimal.
since() { node -p '((Date.now() - process.argv[1]) / 1000).toFixed(1)' "$1"; }
# A script on standard input, with its arguments, in the pod of the database, as its superuser.
in_postgres() {
  k exec -i postgres-0 -- bash -c 'export PGPASSWORD=$POSTGRES_PASSWORD DATABASE_URL=postgres://$POSTGRES_USER@127.0.0.1:5432/$POSTGRES_DB; exec bash -s -- "$@"' - "$@"
}
# Messages on the log that are not stored yet; nothing while the worker does not say.
lag() {
  kubectl get --raw "/api/v1/namespaces/$NAMESPACE/services/worker:admin/proxy/metrics" 2>/dev/null |
    awk '/^meterpulse_log_lag_messages/ { sum += $2; found = 1 } END { if (found) print int(sum) }'
}

backup_postgres() {
  local started
  begin "a backup of PostgreSQL, with $ballast MB beside the readings, while charge points send"
  in_postgres > "$work/ballast.log" 2>&1 <<SQL || { tail -n 5 "$work/ballast.log" >&2; fail 'the database takes no ballast'; }
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --dbname "\$DATABASE_URL" --command \
  "create table rehearsal_ballast as select number, repeat(md5(number::text), 30) from generate_series(1, $ballast * 1000) number"
SQL
  started=$(milliseconds)
  in_postgres "$BACKUP" < scripts/recovery/backup.sh > "$work/backup.log" 2>&1 || { tail -n 5 "$work/backup.log" >&2; fail 'scripts/recovery/backup.sh failed'; }
  acknowledged_at_backup=$(acknowledged)
  fact backup seconds "$(since "$started")" bytes "$(k exec postgres-0 -- du -sb "$BACKUP/base" | cut -f1)"
  flows 'the backup'
  done_with "$acknowledged_at_backup readings are acknowledged"
}

restore_postgres() {
  local role started restored copied server all behind
  [[ -n $acknowledged_at_backup ]] || fail 'restore:postgres needs backup:postgres before it'
  begin 'the data of PostgreSQL are destroyed, and the backup is restored; gateways go on'
  # shellcheck disable=SC2086  # three roles
  for role in $AWAY_MEANWHILE; do k scale "deployment/$role" --replicas 0 >/dev/null; done
  for role in $AWAY_MEANWHILE; do k wait --for=delete pod -l "$(selector "$role")" --timeout "$timeout" >/dev/null || fail "$role does not end"; done
  k scale statefulset/postgres --replicas 0 >/dev/null
  k wait --for=delete pod/postgres-0 --timeout "$timeout" >/dev/null || fail 'postgres does not end'
  kubectl apply -k kubernetes/recovery >/dev/null
  k wait --for=condition=Ready pod/postgres-recovery --timeout "$timeout" >/dev/null || fail 'there is no pod on the volume of the database'
  # shellcheck disable=SC2016  # of the pod
  k exec postgres-recovery -- sh -c 'rm -rf "$PGDATA"'
  started=$(milliseconds)
  # shellcheck disable=SC2016
  k exec -i postgres-recovery -- bash -c 'exec bash -s -- "$1" "$PGDATA"' - "$BACKUP" < scripts/recovery/restore.sh > "$work/restore.log" 2>&1 ||
    { tail -n 5 "$work/restore.log" >&2; fail 'scripts/recovery/restore.sh failed'; }
  copied=$(since "$started")
  restored=$(milliseconds)
  kubectl delete -k kubernetes/recovery --wait >/dev/null
  k scale statefulset/postgres --replicas 1 >/dev/null
  k rollout status statefulset/postgres --timeout "$timeout" >/dev/null || fail 'the restored database does not start'
  # For a few seconds its name leads nowhere yet.
  SECONDS=0
  until k exec toolbox-0 -- meterpulse restored > "$work/restored.log" 2>&1; do
    (( SECONDS < patience )) || { tail -n 5 "$work/restored.log" >&2; fail 'meterpulse restored failed'; }
    sleep 1
  done
  server=$(since "$restored")
  all=$(acknowledged)
  restored=$(milliseconds)
  for role in $AWAY_MEANWHILE; do k scale "deployment/$role" --replicas 1 >/dev/null; done
  for role in $AWAY_MEANWHILE; do k rollout status "deployment/$role" --timeout "$timeout" >/dev/null || fail "$role is not ready again"; done
  # Charge points go on sending: what they send in a second may be on its way.
  SECONDS=0
  until behind=$(lag) && [[ -n $behind ]] && (( behind <= rate )); do
    (( SECONDS < patience )) || fail "the workers do not catch up: $behind messages are not stored"
    sleep 0.5
  done
  fact restore copySeconds "$copied" serverSeconds "$server" againSeconds "$(since "$restored")" readings "$(( all - acknowledged_at_backup ))"
  in_postgres <<< 'psql --no-psqlrc --quiet --dbname "$DATABASE_URL" --command "drop table rehearsal_ballast"; rm -rf '"$BACKUP" >/dev/null
  flows 'the restore'
  done_with "$(( all - acknowledged_at_backup )) acknowledged readings were in no backup, and are read again from Kafka"
}
