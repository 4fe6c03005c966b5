# Of rehearse.sh: charge points that send, what happens to the roles meanwhile, and what became of each reading.
# shellcheck shell=bash
# shellcheck disable=SC2154  # its variables and functions are those of rehearse.sh

sender='' asker='' burst='' forward=''

stop_load() {
  for process in "$sender" "$asker" "$burst" "$forward"; do [[ -z $process ]] || kill "$process" 2>/dev/null || true; done
  kubectl delete -k kubernetes/rehearsal --ignore-not-found --wait=false >/dev/null 2>&1 || true
}

workload() { case $1 in kafka | postgres) echo "statefulset/$1" ;; *) echo "deployment/$1" ;; esac; }
selector() { case $1 in kafka | postgres) echo "app.kubernetes.io/name=$1" ;; *) echo "app.kubernetes.io/name=meterpulse,app.kubernetes.io/component=$1" ;; esac; }
in_charge_points() { k exec charge-points -- sh -c "$1"; }
acknowledged() { in_charge_points 'cat /tmp/*.ndjson 2>/dev/null | wc -l'; }
unanswered() { in_charge_points 'grep -c failed /tmp/asked.txt || true'; }

# Waits until charge points get answers again: a step that begins while nothing flows proves nothing.
flows() {
  local before now
  before=$(acknowledged)
  SECONDS=0
  until now=$(acknowledged) && (( now > before )); do
    (( SECONDS < patience )) || fail "nothing is acknowledged any more after $1"
    sleep 1
  done
}

wanted() { k get "hpa/$1" -o 'jsonpath={.status.desiredReplicas}'; }
# Waits until the autoscaler wants `more` than one pod, or `one` again.
scaled() {
  local now
  SECONDS=0
  until now=$(wanted "$1") && case $2 in more) (( ${now:-0} > 1 )) ;; one) (( ${now:-0} == 1 )) ;; esac; do
    (( SECONDS < patience )) || { k describe "hpa/$1" >&2; fail "the autoscaler of $1 does not want $2"; }
    sleep 2
  done
}

# Until it is told to end, by SIGINT: it then waits for what is not acknowledged yet. simulate NAME OPTION ...
simulate() {
  local name=$1
  shift
  exec kubectl --namespace "$NAMESPACE" exec charge-points -- meterpulse simulate --url ws://gateway:3000 --passwords-file /tmp/passwords \
    --charge-points "$charge_points" --duration 1h --begin now --grace 120s --ledger "/tmp/$name.ndjson" --json "$@" \
    > "$work/$name.json" 2> "$work/$name.log"
}
# Whose ids begin with this. (The brackets keep grep from finding itself.)
end_simulation() { in_charge_points "kill -INT \$(grep -lxz '${1%-}[-]' /proc/[0-9]*/cmdline 2>/dev/null | cut -d/ -f3)"; }
# 130: it was told to end.
ended() { wait "$1" || (( $? == 130 )) || { tail -n 5 "$work/$2.log" >&2; fail "the charge points of the $2 load did not end in order"; }; }

# What charge points show at the door, and who asks at the API and the live feed: made in a pod that has the database, kept in theirs.
give_credentials() {
  local prefix ids=()
  for prefix in STEADY BURST; do mapfile -t -O "${#ids[@]}" ids < <(seq -f "$prefix-%.0f" "$charge_points"); done
  k exec toolbox-0 -- meterpulse credentials charge-point create "${ids[@]}" | k exec -i charge-points -- sh -c 'cat > /tmp/passwords'
  k exec toolbox-0 -- meterpulse credentials key create --name rehearsal --scope readings:read --expires 1d |
    k exec -i charge-points -- sh -c 'cat > /tmp/key'
}

start_load() {
  begin "$charge_points charge points begin to send, $rate messages a second, through the Service of the gateway"
  kubectl apply -k kubernetes/rehearsal >/dev/null
  k wait --for=condition=Ready pod/charge-points --timeout "$timeout" >/dev/null || fail 'the pod for the load is not ready'
  give_credentials
  simulate steady --prefix STEADY- --rate "$rate" &
  sender=$!
  k exec -i charge-points -- node --input-type=module - < kubernetes/rehearsal/ask.mjs > "$work/ask.log" 2>&1 &
  asker=$!
  flows 'the start'
  done_with "$(acknowledged) readings are acknowledged"
}

# When the newest pod became ready, in s since 1970.
ready_at() {
  k get pods -l "$(selector "$1")" -o json | node -e '
    const { items } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    const created = ({ metadata }) => Date.parse(metadata.creationTimestamp);
    const [newest] = items.sort((a, b) => created(b) - created(a));
    const { lastTransitionTime } = newest.status.conditions.find(({ type }) => type === "Ready");
    console.log(Date.parse(lastTransitionTime) / 1000);
  '
}

# One step, named ACT:WORKLOAD.
under_load() {
  local act=${1%%:*} name=${1#*:} pod pods claim volume failed asked
  case $act in
    restart)
      begin "rolling restart of $name"
      pods=$(k get pods -l "$(selector "$name")" -o name)
      failed=$(unanswered)
      k rollout restart "$(workload "$name")" >/dev/null
      # To its very end: a rollout counts as done while the old pods still drain.
      for pod in $pods; do k wait --for=delete "$pod" --timeout "$timeout" >/dev/null || fail "$pod does not end"; done
      ;;
    delete)
      # The newest: any others may be about to go anyway.
      pod=$(k get pods -l "$(selector "$name")" --sort-by .metadata.creationTimestamp -o name | tail -n 1)
      begin "deleting $pod"
      claim=data-$name-0
      volume=$(k get pvc "$claim" --ignore-not-found -o 'jsonpath={.spec.volumeName}')
      asked=$(date +%s)
      k delete "$pod" --wait=false >/dev/null
      k wait --for=delete "$pod" --timeout "$timeout" >/dev/null || fail "$pod does not end"
      ;;
    scale)
      begin "three times the load: the autoscaler adds pods of $name"
      simulate burst --prefix BURST- --rate "$(( 2 * rate ))" &
      burst=$!
      scaled "$name" more
      end_simulation BURST-
      ended "$burst" burst
      burst=''
      ;;
  esac
  k rollout status "$(workload "$name")" --timeout "$timeout" >/dev/null || fail "$name is not ready again"
  # Its successor's: of a Deployment it is ready before the old pod has drained.
  [[ $act != delete ]] || fact recovered name "$name" seconds "$(( $(ready_at "$name") - asked ))"
  flows "$1"
  case $1 in
    # None of these may cost a single answer: the next pod is ready before the last one goes.
    restart:api | restart:live)
      failed=$(( $(unanswered) - failed ))
      (( failed == 0 )) || { in_charge_points 'grep failed /tmp/asked.txt | tail -n 5' >&2; fail "$failed questions got no answer during the rolling restart of $name"; }
      done_with "$(acknowledged) readings are acknowledged, and every question got its answer"
      ;;
    delete:kafka | delete:postgres)
      [[ -n $volume && $volume == "$(k get pvc "$claim" -o 'jsonpath={.spec.volumeName}')" ]] || fail "$claim is not on its volume again"
      done_with "$(acknowledged) readings are acknowledged; the new pod is on the volume of the old one, $claim"
      ;;
    scale:*) done_with "$(wanted "$name") of $name, and $(acknowledged) readings are acknowledged" ;;
    *) done_with "$(acknowledged) readings are acknowledged" ;;
  esac
}

end_load() {
  begin 'the charge points end, and wait for what is not acknowledged'
  end_simulation STEADY-
  ended "$sender" steady
  sender=''
  kill "$asker" 2>/dev/null || true
  asker=''
  fact load summary "$(tail -n 1 "$work/steady.json")" asked "$(in_charge_points 'wc -l < /tmp/asked.txt')" unanswered "$(unanswered)"
  in_charge_points 'cat /tmp/*.ndjson' > "$work/ledger.ndjson"
  done_with "$(wc -l < "$work/ledger.ndjson" | tr -d ' ') readings are acknowledged in all"
}

compare_ledger() {
  local url
  begin 'what was acknowledged is held against what is stored'
  url=$(k get secret database-owner -o json | node -e '
    const { data } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    console.log(`postgres://meterpulse:${Buffer.from(data.password, "base64")}@127.0.0.1:15432/meterpulse`);
  ')
  k port-forward pod/postgres-0 15432:5432 > "$work/forward.log" 2>&1 &
  forward=$!
  # Rows follow acknowledgements: compared again until all are there.
  SECONDS=0
  until DATABASE_URL=$url npx tsx scripts/compare-ledger.ts "$work/ledger.ndjson" > "$work/comparison.json" 2> "$work/comparison.log"; do
    (( SECONDS < patience )) || { cat "$work/comparison.json" "$work/comparison.log" "$work/forward.log" >&2; fail 'acknowledged readings are missing'; }
    sleep 2
  done
  kill "$forward" 2>/dev/null || true
  forward=''
  fact ledger comparison "$(cat "$work/comparison.json")"
  done_with 'each is there once: none lost, none doubled'
}

# The pod for the load may talk to gateway and api alone. Whether that is enforced is up to the cluster's network.
policies_enforced() {
  begin 'whether this network enforces NetworkPolicies'
  if k exec charge-points -- node -e '
    const socket = require("node:net").connect(5432, "postgres");
    socket.setTimeout(5000, () => process.exit(1));
    socket.on("connect", () => process.exit(0)).on("error", () => process.exit(1));
  '; then
    fact policies enforced no
    done_with 'it does not: a pod that may not reach PostgreSQL reaches it'
  else
    fact policies enforced yes
    done_with 'it does: a pod that may not reach PostgreSQL does not'
  fi
}
