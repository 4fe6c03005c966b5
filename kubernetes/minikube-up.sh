#!/usr/bin/env bash
# `npm run minikube:up`: builds the image, hands it to the cluster, applies kubernetes/overlays/minikube, waits until every
# role is ready, sends the sample workbook through the gateway, asks the API for the numbers, and prints the addresses.
# Safe to run again: what is there stays, and what changed is rolled out.
#
#   BUILD_IMAGE, LOAD_IMAGE   commands for another cluster than minikube, with the image's name as their last argument
#   MINIKUBE_WAIT             how long each step may take, default 300s
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

IMAGE=docker.io/library/meterpulse:0.1.0
NAMESPACE=meterpulse
WAIT=${MINIKUBE_WAIT:-300s}
# Every role and what it stands on, in the order that they become ready.
STATEFUL=(kafka postgres toolbox)
ROLES=(gateway worker api live)

step() { printf '\n%s\n' "== $*"; }
fail() { printf '%s\n' "minikube:up: $*" >&2; exit 1; }
k() { kubectl --namespace "$NAMESPACE" "$@"; }

command -v kubectl >/dev/null || fail 'kubectl is not installed: https://kubernetes.io/docs/tasks/tools/'
if [[ -z ${BUILD_IMAGE:-} || -z ${LOAD_IMAGE:-} ]]; then
  command -v minikube >/dev/null ||
    fail 'minikube is not installed (https://minikube.sigs.k8s.io/docs/start/); for another cluster set BUILD_IMAGE and LOAD_IMAGE'
  [[ $(kubectl config current-context) == minikube ]] || fail 'kubectl does not talk to minikube: kubectl config use-context minikube'
fi
kubectl get nodes >/dev/null || fail 'the cluster does not answer: minikube start --cpus 4 --memory 6g'

step 'image'
# With minikube, building is loading: its own Docker does it.
if [[ -n ${BUILD_IMAGE:-} ]]; then $BUILD_IMAGE "$IMAGE"; else minikube image build -t "$IMAGE" .; fi
if [[ -n ${LOAD_IMAGE:-} ]]; then $LOAD_IMAGE "$IMAGE"; fi

step 'manifests'
# Jobs can't be changed, only made anew; both may be run any number of times.
k delete job migrate replay --ignore-not-found --wait >/dev/null
kubectl apply -f kubernetes/overlays/minikube/namespace.yaml >/dev/null
has_secret() { k get secret "$1" >/dev/null 2>&1; }
# Not on a command line, where other users of this machine could see it.
make_secret() { k create secret generic "$1" --from-file="${2:-key}=/dev/stdin" >/dev/null; }
# Random, and of this cluster alone; they stay when this is run again, or nothing that is stored would be known any more.
random() { node -e 'process.stdout.write(crypto.randomBytes(32).toString(process.argv[1]))' "$1"; }
has_secret meterpulse-credentials || random hex | make_secret meterpulse-credentials
has_secret meterpulse-data-keys || { printf '1='; random base64; } | make_secret meterpulse-data-keys keys
# A database of before has a password already.
has_secret database-owner || { k exec postgres-0 -- printenv POSTGRES_PASSWORD 2>/dev/null || random hex; } | tr -d '\n' | make_secret database-owner password
for role in "${ROLES[@]}"; do has_secret "database-$role" || random hex | make_secret "database-$role" password; done
kubectl apply -k kubernetes/overlays/minikube

step 'waiting for Kafka, PostgreSQL, the migration and every role'
for name in "${STATEFUL[@]}"; do k rollout status "statefulset/$name" --timeout "$WAIT"; done
k wait --for=condition=complete job/migrate --timeout "$WAIT" || { k logs job/migrate --tail 20 >&2; fail 'the migration did not end'; }
for name in "${ROLES[@]}"; do
  k rollout status "deployment/$name" --timeout "$WAIT" || { k get pods >&2; fail "$name is not ready: kubectl -n $NAMESPACE describe pods"; }
done

step 'the sample workbook, through the Service of the gateway'
# Made in the pod that may: nobody sees it but who runs this.
make_key() { k exec toolbox-0 -- meterpulse credentials key create "$@"; }
has_secret replay-key || make_key --name replay --scope readings:write | make_secret replay-key
kubectl apply -k kubernetes/replay >/dev/null
k wait --for=condition=complete job/replay --timeout "$WAIT" || { k logs job/replay --tail 20 >&2; fail 'the replay did not end'; }
k logs job/replay --tail 1

step 'what the API says of it'
key=$(make_key --name minikube-up --scope readings:read --expires 1h)
# In a pod of the API: no port needs to be open for it.
ask() { printf '%s' "$key" | k exec -i deployment/api -c api -- node -e '
  const authorization = `Bearer ${require("node:fs").readFileSync(0, "utf8")}`;
  fetch(`http://127.0.0.1:3001${process.argv[1]}`, { headers: { authorization } }).then(async (response) => {
    console.log(await response.text());
    process.exitCode = response.ok ? 0 : 1;
  });
' "$1"; }
# Rows follow acknowledgements within a second or so: until received and all of its outcomes agree.
settled() { node -e '
  const { messages } = JSON.parse(process.argv[1]);
  process.exit(messages.received > 0 && messages.received === messages.stored + messages.duplicate + messages.rejected ? 0 : 1);
' "$1"; }
SECONDS=0
until stats=$(ask /v1/stats) && settled "$stats"; do
  (( SECONDS < 60 )) || fail "the API does not have all that was sent after a minute: $stats"
  sleep 1
done
printf '%s\n' "$stats"

step 'addresses'
if command -v minikube >/dev/null && minikube addons list 2>/dev/null | grep -q '| ingress .*enabled'; then
  address=$(minikube ip)
  printf '%s\n' "dashboard and REST  http://$address/" "live feed           ws://$address/live" \
    "charge points       ws://$address/ocpp/CP-1" "plain JSON          ws://$address/ingest"
else
  printf '%s\n' 'No ingress controller (minikube addons enable ingress). By forwarded ports, each in a terminal of its own:' \
    "  kubectl -n $NAMESPACE port-forward service/gateway 3000    ws://127.0.0.1:3000/ocpp/CP-1 and /ingest" \
    "  kubectl -n $NAMESPACE port-forward service/api 3001        http://127.0.0.1:3001/ REST and dashboard" \
    "  kubectl -n $NAMESPACE port-forward service/live 3002       ws://127.0.0.1:3002/live"
fi
printf '%s\n' 'Everybody shows who they are (docs/security.md): a key for the dashboard and the API, and a password for a charge point, are made by' \
  "  kubectl -n $NAMESPACE exec toolbox-0 -- meterpulse credentials key create --name me --scope admin" \
  "  kubectl -n $NAMESPACE exec toolbox-0 -- meterpulse credentials charge-point create CP-1"
