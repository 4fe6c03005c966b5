#!/usr/bin/env bash
# The rehearsal: against whatever cluster KUBECONFIG names, after `npm run minikube:up` (or BUILD_IMAGE and LOAD_IMAGE as there).
# Charge points send without a pause while every role is restarted and loses a pod, and while Kafka and PostgreSQL lose
# theirs, and while the autoscaler adds gateways; then each reading that was acknowledged has to be in the table once, and
# the gateways have to go again. Prints what it does, as a report. Ends with 1 when a step fails.
#
#   REHEARSAL_CHARGE_POINTS   default 100
#   REHEARSAL_RATE            messages a second of all together, default 100
#   REHEARSAL_STEPS           default: all, see below
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

NAMESPACE=meterpulse
CHARGE_POINTS=${REHEARSAL_CHARGE_POINTS:-100}
RATE=${REHEARSAL_RATE:-100}
STEPS=${REHEARSAL_STEPS:-scale:gateway restart:gateway delete:gateway restart:worker delete:worker restart:api delete:api restart:live delete:live delete:kafka delete:postgres}
TIMEOUT=300s

work=$(mktemp -d)
forward='' load=''
k() { kubectl --namespace "$NAMESPACE" "$@"; }
say() { printf '%s  %s\n' "$(date -u +%T)" "$*"; }
fail() { say "FAILED: $*"; exit 1; }
end() {
  [[ -z $load ]] || kill "$load" 2>/dev/null || true
  [[ -z $forward ]] || kill "$forward" 2>/dev/null || true
  kubectl delete -k kubernetes/rehearsal --ignore-not-found --wait=false >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap end EXIT

workload() { case $1 in kafka | postgres) echo "statefulset/$1" ;; *) echo "deployment/$1" ;; esac; }
selector() { case $1 in kafka | postgres) echo "app.kubernetes.io/name=$1" ;; *) echo "app.kubernetes.io/name=meterpulse,app.kubernetes.io/component=$1" ;; esac; }
acknowledged() { k exec charge-points -- sh -c 'cat /tmp/ledger.ndjson 2>/dev/null | wc -l'; }
# Waits until charge points get answers again: a step that begins while nothing flows proves nothing.
flows() {
  local before now
  before=$(acknowledged)
  SECONDS=0
  until now=$(acknowledged) && (( now > before )); do
    (( SECONDS < 180 )) || fail "nothing is acknowledged any more after $1"
    sleep 1
  done
  say "after $1: readings are acknowledged ($now so far)"
}

wanted() { k get "hpa/$1" -o 'jsonpath={.status.desiredReplicas}'; }
# Waits until the autoscaler wants `more` than one pod, or `one` again.
scaled() {
  SECONDS=0
  until case $2 in more) (( $(wanted "$1") > 1 )) ;; one) (( $(wanted "$1") == 1 )) ;; esac; do
    (( SECONDS < 240 )) || { k describe "hpa/$1"; fail "the autoscaler of $1 does not want $2"; }
    sleep 2
  done
  say "the autoscaler wants $(wanted "$1") of $1: $(k get "hpa/$1" -o 'jsonpath={.status.currentMetrics[0].resource.current.averageUtilization}') % of the CPU asked for"
}

kubectl delete -k kubernetes/rehearsal --ignore-not-found --wait >/dev/null 2>&1
kubectl apply -k kubernetes/rehearsal >/dev/null
k wait --for=condition=Ready pod/charge-points --timeout "$TIMEOUT" >/dev/null
say "$CHARGE_POINTS charge points, $RATE messages a second, on $(kubectl version -o json 2>/dev/null | node -pe 'JSON.parse(require("fs").readFileSync(0)).serverVersion.gitVersion')"

# Until it is told to end, by SIGINT: it then waits for what is not acknowledged yet.
k exec charge-points -- meterpulse simulate --url ws://gateway:3000 --charge-points "$CHARGE_POINTS" --rate "$RATE" \
  --duration 1h --begin now --grace 120s --ledger /tmp/ledger.ndjson --json > "$work/summary.json" 2> "$work/simulate.log" &
load=$!
flows 'the start'

for step in $STEPS; do
  IFS=: read -r act name <<< "$step"
  case $act in
    restart)
      say "rolling restart of $name"
      before=$(k get pods -l "$(selector "$name")" -o name)
      k rollout restart "$(workload "$name")" >/dev/null
      # To its very end: a rollout counts as done while the old pods still drain.
      for pod in $before; do k wait --for=delete "$pod" --timeout "$TIMEOUT" >/dev/null; done
      ;;
    delete)
      # The newest: any others may be about to go anyway.
      pod=$(k get pods -l "$(selector "$name")" --sort-by .metadata.creationTimestamp -o name | tail -n 1)
      say "deleting $pod"
      k delete "$pod" --wait=false >/dev/null
      k wait --for=delete "$pod" --timeout "$TIMEOUT" >/dev/null
      ;;
    scale) scaled "$name" more ;;
    *) fail "there is no step $step" ;;
  esac
  k rollout status "$(workload "$name")" --timeout "$TIMEOUT" >/dev/null || fail "$name is not ready again"
  flows "$step"
done

say 'the charge points end, and wait for what is not acknowledged'
k exec charge-points -- sh -c 'kill -INT $(grep -lxz "simulat[e]" /proc/[0-9]*/cmdline 2>/dev/null | cut -d/ -f3)'
# 130: it was told to end.
wait "$load" || (( $? == 130 )) || { tail -n 5 "$work/simulate.log"; fail 'the charge points did not end in order'; }
load=''
tail -n 1 "$work/summary.json"
k exec charge-points -- cat /tmp/ledger.ndjson > "$work/ledger.ndjson"

# Rows follow acknowledgements: compared again until all are there.
url=$(k get secret -o json | node -e '
  const { items } = JSON.parse(require("fs").readFileSync(0));
  const [secret] = items.filter(({ metadata }) => metadata.name.startsWith("meterpulse-database"));
  const url = new URL(Buffer.from(secret.data.url, "base64").toString());
  console.log(Object.assign(url, { host: "127.0.0.1:15432" }).href);
')
k port-forward pod/postgres-0 15432:5432 > "$work/forward.log" 2>&1 &
forward=$!
SECONDS=0
until DATABASE_URL=$url npx tsx scripts/compare-ledger.ts "$work/ledger.ndjson" > "$work/comparison.json" 2> "$work/comparison.log"; do
  (( SECONDS < 60 )) || { cat "$work/comparison.json" "$work/comparison.log" "$work/forward.log"; fail 'acknowledged readings are missing a minute later'; }
  sleep 2
done
say "acknowledged against stored: $(cat "$work/comparison.json")"
case " $STEPS " in *' scale:gateway '*) scaled gateway one ;; esac
k get pods
say 'PASSED: every acknowledged reading is stored, once'
