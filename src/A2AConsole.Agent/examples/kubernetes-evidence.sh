#!/usr/bin/env bash
# Prints evidence of the kind "kubernetes" for the authority: asks the cluster for a token of this pod that is bound to one
# nonce and one key. Runs in the pod; its service account needs the right to create serviceaccounts/token for itself.
set -euo pipefail

usage() {
  cat <<'HELP'
usage: kubernetes-evidence.sh --audience AUDIENCE --nonce NONCE --key KEY

  --audience AUDIENCE  what the entry's reference values say, e.g. https://a2a.acme.example
  --nonce NONCE        the authority's nonce, base64 or base64url
  --key KEY            the agent's key (PEM); its public half is what the token is bound to

Environment (from the downward API): POD_NAME, POD_UID, POD_NAMESPACE, SERVICE_ACCOUNT. Inside of a cluster the rest is known:
KUBERNETES_API (https://kubernetes.default.svc), SERVICE_ACCOUNT_DIR (/var/run/secrets/kubernetes.io/serviceaccount, with token and ca.crt).

Needs bash, openssl 3, jq, curl. Prints one JSON object. Exit code: 0 printed, 1 the cluster gave no token, 2 usage.
HELP
}

die() { printf 'kubernetes-evidence: %s\n' "$1" >&2; exit "${2:-1}"; }

audience= nonce= key=
while [ $# -gt 0 ]; do
  case $1 in
    --help|-h) usage; exit 0 ;;
    --audience|--nonce|--key)
      [ $# -ge 2 ] || die "$1 needs a value" 2
      printf -v "${1#--}" '%s' "$2"; shift 2 ;;
    *) die "unknown option $1 (try --help)" 2 ;;
  esac
done
[ -n "$audience" ] && [ -n "$nonce" ] && [ -n "$key" ] || die "audience, nonce and key are needed (try --help)" 2
for name in POD_NAME POD_UID POD_NAMESPACE SERVICE_ACCOUNT; do [ -n "${!name:-}" ] || die "$name is not set: expose it through the downward API" 2; done
api=${KUBERNETES_API:-https://kubernetes.default.svc}
directory=${SERVICE_ACCOUNT_DIR:-/var/run/secrets/kubernetes.io/serviceaccount}

decode() { local text=${1//-/+}; text=${text//_//}; while [ $(( ${#text} % 4 )) -ne 0 ]; do text+='='; done; openssl base64 -d -A <<<"$text"; }

# The binding: SHA-256("a2aconsole-attestation-v1" ‖ nonce ‖ SHA-256(SubjectPublicKeyInfo)).
binding=$({ printf 'a2aconsole-attestation-v1'; decode "$nonce"; openssl pkey -in "$key" -pubout -outform DER | openssl dgst -sha256 -binary; } | openssl dgst -sha256 -r | cut -d' ' -f1)

jq -cn --arg audience "$audience" --arg binding "a2aconsole:$binding" --arg pod "$POD_NAME" --arg uid "$POD_UID" '{
  apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest",
  spec: { audiences: [$audience, $binding], expirationSeconds: 600, boundObjectRef: { apiVersion: "v1", kind: "Pod", name: $pod, uid: $uid } } }' |
  curl -sS --fail-with-body --cacert "$directory/ca.crt" -H @<(printf 'Authorization: Bearer %s' "$(cat "$directory/token")") \
    -H 'Content-Type: application/json' --data-binary @- "$api/api/v1/namespaces/$POD_NAMESPACE/serviceaccounts/$SERVICE_ACCOUNT/token" |
  jq -ce '{ kind: "kubernetes", token: (.status.token // error("no token")) }' || die "the cluster gave no token"
