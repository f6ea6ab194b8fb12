#!/usr/bin/env bash
# Prints evidence of the kind "image" for the authority: what runs, signed by the platform that sees it (or, worth less, by the
# agent itself), beside the provenance that the builder signed.
set -euo pipefail

usage() {
  cat <<'HELP'
usage: image-evidence.sh --nonce NONCE --public PEM --signer KEY --image SHA256 --provenance FILE [options]

  --nonce NONCE      the authority's nonce, base64 or base64url
  --public PEM       the agent's public key, which the statement is bound to
  --signer KEY       the platform's key (PEM), or the agent's own
  --image SHA256     the running image's digest, 64 hex digits
  --provenance FILE  the builder's DSSE envelope with SLSA provenance v1
  --bundle SHA256    the policy bundle's digest
  --container ID     the container, as the platform names it
  --agent ID         the SPIFFE ID that this is for

Needs bash, openssl 3, jq. Prints one JSON object. Exit code: 0 printed, 2 usage.
HELP
}

die() { printf 'image-evidence: %s\n' "$1" >&2; exit "${2:-1}"; }

nonce= public= signer= image= provenance= bundle= container= agent=
while [ $# -gt 0 ]; do
  case $1 in
    --help|-h) usage; exit 0 ;;
    --nonce|--public|--signer|--image|--provenance|--bundle|--container|--agent)
      [ $# -ge 2 ] || die "$1 needs a value" 2
      printf -v "${1#--}" '%s' "$2"; shift 2 ;;
    *) die "unknown option $1 (try --help)" 2 ;;
  esac
done
[ -n "$nonce" ] && [ -n "$public" ] && [ -n "$signer" ] && [ -n "$image" ] && [ -n "$provenance" ] || die "nonce, public, signer, image and provenance are needed (try --help)" 2

decode() { local text=${1//-/+}; text=${text//_//}; while [ $(( ${#text} % 4 )) -ne 0 ]; do text+='='; done; openssl base64 -d -A <<<"$text"; }

# The binding: SHA-256("a2aconsole-attestation-v1" ‖ nonce ‖ SHA-256(SubjectPublicKeyInfo)).
binding=$({ printf 'a2aconsole-attestation-v1'; decode "$nonce"; openssl pkey -pubin -in "$public" -pubout -outform DER | openssl dgst -sha256 -binary; } | openssl dgst -sha256 -r | cut -d' ' -f1)

statement=$(jq -cn --arg image "$image" --arg bundle "$bundle" --arg binding "$binding" --arg container "$container" --arg agent "$agent" '{
  _type: "https://in-toto.io/Statement/v1",
  subject: ([{ name: "image", digest: { sha256: $image } }] + if $bundle == "" then [] else [{ name: "policy-bundle", digest: { sha256: $bundle } }] end),
  predicateType: "urn:a2aconsole:running:v1",
  predicate: ({ binding: $binding } + if $container == "" then {} else { container: $container } end + if $agent == "" then {} else { spiffeId: $agent } end) }')

# DSSE's PAE: the lengths are in bytes.
type=application/vnd.in-toto+json
length=$(printf '%s' "$statement" | wc -c)
keyid=$(openssl pkey -in "$signer" -pubout -outform DER | openssl dgst -sha256 -r | cut -d' ' -f1)
signature=$(printf 'DSSEv1 %d %s %d %s' "${#type}" "$type" "$length" "$statement" | openssl dgst -sha256 -sign "$signer" | openssl base64 -A)

jq -cn --arg type "$type" --arg payload "$(printf '%s' "$statement" | openssl base64 -A)" --arg keyid "$keyid" --arg sig "$signature" --slurpfile provenance "$provenance" \
  '{ kind: "image", running: { payloadType: $type, payload: $payload, signatures: [{ keyid: $keyid, sig: $sig }] }, provenance: $provenance[0] }'
