#!/usr/bin/env bash
# The rehearsal, by one command, from a clean start: builds the image, brings up kubernetes/overlays/minikube as it is, replays
# the sample, lets charge points send while everything is restarted, deleted and scaled, holds what was acknowledged
# against what is stored, writes a report, and removes what it made. See usage below, and docs/kubernetes.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
usage: npm run rehearse -- [options]

Rehearses meterpulse on the cluster that KUBECONFIG, or the current context of kubectl, names. It works in the namespace
"meterpulse", which must not be there yet, and deletes it in the end; after a failure it stays to be looked at.

Options:
  --build COMMAND      builds the image; gets its name as last argument     (minikube: minikube image build . -t)
  --load COMMAND       hands it to the nodes; gets its name as last argument            (minikube: not needed)
  --loaded             the image is on the nodes already: build and load nothing
  --replace            delete the namespace first when it is there, with all that is in it
  --keep               leave everything running in the end
  --report FILE        where the report goes                              (default docs/kubernetes-rehearsal.md)
  --charge-points N    how many send                                                             (default 100)
  --rate N             messages a second of all together                                         (default 100)
  --ballast MB         what lies in the database beside the readings, so that a restore has something to copy (default 512)
  --steps "A:B ..."    what happens under load, A one of scale, restart, delete, backup, restore and B a workload (default: all)
  --timeout DURATION   how long each wait may take, in s                                        (default 300s)
  --help               this

It ends with 0 when everything held, with 1 when something did not, and with 2 when it can't begin.

Examples:
  npm run rehearse                                                                             # on minikube
  npm run rehearse -- --build 'docker build . -t' --load 'kind load docker-image'                  # on kind
  npm run rehearse -- --loaded --steps 'restart:gateway delete:kafka' --report rehearsal.md     # a part of it
TEXT
}

NAMESPACE=meterpulse
IMAGE=docker.io/library/meterpulse:0.1.0
# Of the image, as the issue of its size has it: what a node pulls before it can start a pod.
MAX_IMAGE_MB=250
ALL_STEPS='backup:postgres restart:gateway delete:gateway restart:worker delete:worker restart:api delete:api restart:live delete:live delete:kafka delete:postgres restore:postgres scale:gateway'

build='' load='' loaded='' replace='' keep='' report=docs/kubernetes-rehearsal.md
charge_points=100 rate=100 ballast=512 steps=$ALL_STEPS timeout=300s

refuse() { printf 'rehearse: %s\n' "$*" >&2; exit 2; }
number() { [[ $2 =~ ^[1-9][0-9]{0,5}$ ]] || refuse "$1 takes a whole number from 1, not '$2'"; }
while (( $# > 0 )); do
  case $1 in
    --help | -h) usage; exit 0 ;;
    --loaded) loaded=yes ;;
    --replace) replace=yes ;;
    --keep) keep=yes ;;
    --build | --load | --report | --charge-points | --rate | --ballast | --steps | --timeout)
      [[ -n ${2:-} ]] || refuse "$1 needs a value; see --help"
      case $1 in
        --build) build=$2 ;;
        --load) load=$2 ;;
        --report) report=$2 ;;
        --charge-points) number "$1" "$2"; charge_points=$2 ;;
        --rate) number "$1" "$2"; rate=$2 ;;
        --ballast) number "$1" "$2"; ballast=$2 ;;
        --steps) steps=$2 ;;
        --timeout) [[ $2 =~ ^[1-9][0-9]{0,4}s$ ]] || refuse "--timeout takes seconds, as 300s, not '$2'"; timeout=$2 ;;
      esac
      shift
      ;;
    *) refuse "there is no option $1; see --help" ;;
  esac
  shift
done
left=''
for step in $ALL_STEPS; do case " $steps " in *" $step "*) ;; *) left="$left $step" ;; esac; done
for step in $steps; do
  case " $ALL_STEPS " in *" $step "*) ;; *) refuse "there is no step '$step'; they are: $ALL_STEPS" ;; esac
done
[[ -d $(dirname "$report") ]] || refuse "there is no directory for $report"

# Of each wait, s.
patience=${timeout%s}
work=$(mktemp -d)
# shellcheck source=kubernetes/rehearsal/load.sh
source kubernetes/rehearsal/load.sh
# shellcheck source=kubernetes/rehearsal/recovery.sh
source kubernetes/rehearsal/recovery.sh
k() { kubectl --namespace "$NAMESPACE" "$@"; }
say() { printf '%s  %s\n' "$(date -u +%T)" "$*"; }
# One line of what the report is made from, with its time: fact KIND NAME VALUE ...
fact() {
  node -e '
    const [kind, ...rest] = process.argv.slice(1);
    const fields = rest.flatMap((value, at) => (at % 2 === 1 ? [[rest[at - 1], value]] : []));
    console.log(JSON.stringify({ kind, at: new Date().toISOString(), ...Object.fromEntries(fields) }));
  ' "$@" >> "$work/facts.ndjson"
}
begin() { say "$*"; fact begin step "$*"; }
done_with() { say "  $*"; fact end detail "$*"; }
fail() {
  say "FAILED: $*" >&2
  k get pods -o wide >&2 2>/dev/null || true
  k get events --field-selector type=Warning --sort-by .lastTimestamp 2>/dev/null | tail -n 12 >&2 || true
  printf '%s\n' "The namespace $NAMESPACE is as it was left. Again: npm run rehearse -- --replace" >&2
  exit 1
}
trap 'stop_load; rm -rf "$work"' EXIT
trap 'say "interrupted; the namespace $NAMESPACE is as it was left" >&2; exit 130' INT TERM

# What it stands on, each with what to do about it.
for program in kubectl node npx; do command -v "$program" >/dev/null || refuse "$program is not installed"; done
[[ -d node_modules ]] || refuse 'there are no packages: npm ci'
context=$(kubectl config current-context 2>/dev/null) ||
  refuse 'kubectl knows no cluster: set KUBECONFIG to the file that names it, or choose one by kubectl config use-context'
kubectl get --raw /readyz --request-timeout 10s >/dev/null 2>"$work/error" ||
  refuse "the cluster of the context $context does not answer: $(tail -n 1 "$work/error")"
kubectl get --raw /apis/metrics.k8s.io/v1beta1/nodes --request-timeout 20s >/dev/null 2>&1 ||
  refuse 'there is no metrics-server, which autoscalers need: minikube addons enable metrics-server, or https://github.com/kubernetes-sigs/metrics-server'
kubectl get storageclass -o json | grep -q '"storageclass.kubernetes.io/is-default-class": "true"' ||
  refuse 'no StorageClass is the default, which the volumes of Kafka and PostgreSQL need: minikube addons enable default-storageclass'
if [[ -z $loaded && -z $build && $context == minikube ]]; then
  command -v minikube >/dev/null || refuse 'minikube is not installed: https://minikube.sigs.k8s.io/docs/start/'
  build='minikube image build . -t' load=true
fi
[[ -n $loaded || ( -n $build && -n $load ) ]] ||
  refuse "the context $context is not minikube: --build and --load say how it gets the image, or --loaded that it has it"
if kubectl get namespace "$NAMESPACE" >/dev/null 2>&1; then
  [[ -n $replace ]] || refuse "the namespace $NAMESPACE is there already, and would be deleted in the end: --replace allows that"
  say "deleting the namespace $NAMESPACE, which is there already"
  kubectl delete namespace "$NAMESPACE" --wait --timeout "$timeout" >/dev/null || fail 'the namespace does not go away'
fi

fact environment kubernetes "$(node -pe 'JSON.parse(process.argv[1]).gitVersion' "$(kubectl get --raw /version)")" \
  nodes "$(kubectl get nodes -o 'jsonpath={range .items[*]}{.status.capacity.cpu} {.status.capacity.memory} {.status.nodeInfo.containerRuntimeVersion}{"\n"}{end}')" \
  revision "$(git rev-parse --short HEAD 2>/dev/null || echo unknown)" chargePoints "$charge_points" rate "$rate" left "$left"

begin 'the image is built, and is on every node'
if [[ -z $loaded ]]; then
  $build "$IMAGE" > "$work/build.log" 2>&1 || { tail -n 20 "$work/build.log" >&2; fail "'$build $IMAGE' failed"; }
  $load "$IMAGE" > "$work/load.log" 2>&1 || { tail -n 20 "$work/load.log" >&2; fail "'$load $IMAGE' failed"; }
fi
# The kubelet tells of its images every minute or so.
SECONDS=0
until bytes=$(kubectl get nodes -o json | node kubernetes/rehearsal/image-size.mjs "$IMAGE"); do
  (( SECONDS < patience )) || fail "no node, or not every one, has the image $IMAGE: is it loaded under this very name?"
  sleep 2
done
done_with "$(( bytes / 1000000 )) MB"
fact image bytes "$bytes" max "$MAX_IMAGE_MB"
(( bytes < MAX_IMAGE_MB * 1000000 )) || fail "the image has $(( bytes / 1000000 )) MB, and may have $MAX_IMAGE_MB"

begin 'all of minikube:up: the overlay as it is, everything Ready, the sample through the gateway'
blocks() { npx tsx scripts/rehearsal/run-blocks.ts "$work/facts.ndjson" "$1" > "$work/blocks-$1.log" 2>&1; }
BUILD_IMAGE=true LOAD_IMAGE=true MINIKUBE_WAIT=$timeout blocks start || { tail -n 30 "$work/blocks-start.log" >&2; fail 'minikube:up failed'; }
fact sample log "$(grep '^{' "$work/blocks-start.log")" images "$(k get statefulsets -o 'jsonpath={.items[*].spec.template.spec.containers[*].image}')"
restarts=$(k get pods -o 'jsonpath={.items[*].status.containerStatuses[*].restartCount}' | tr ' ' '\n' | awk '{ n += $1 } END { print n + 0 }')
(( restarts == 0 )) || fail "containers were restarted $restarts times at the first start"
done_with "$(k get pods --no-headers --field-selector status.phase=Running | wc -l | tr -d ' ') pods run, no container was restarted"

start_load
for step in $steps; do
  case $step in
    backup:postgres) backup_postgres ;;
    restore:postgres) restore_postgres ;;
    *) under_load "$step" ;;
  esac
done
end_load
compare_ledger
case " $steps " in *' scale:gateway '*)
  begin 'the load is gone: the autoscaler takes gateways away'
  scaled gateway one
  done_with "$(wanted gateway) of gateway"
  ;;
esac

begin 'the commands of the documentation'
blocks running || { tail -n 30 "$work/blocks-running.log" >&2; fail 'a command of the documentation failed'; }
done_with 'all of them did what their page says'
policies_enforced

fact passed
npx tsx scripts/rehearsal/write-report.ts "$work/facts.ndjson" "$report"
npx prettier --write --log-level warn "$report"
say "PASSED: every acknowledged reading is stored, once; the report is in $report"
if [[ -z $keep ]]; then
  say "removing the namespace $NAMESPACE"
  kubectl delete namespace "$NAMESPACE" --wait --timeout "$timeout" >/dev/null
fi
