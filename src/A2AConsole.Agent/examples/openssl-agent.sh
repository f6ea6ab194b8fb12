#!/usr/bin/env bash
# An agent with nothing but openssl, jq and curl: enrols, signs and sends one event, and proves that it is on the ledger.
# Every step is the format itself; see --help for how to run it.
set -euo pipefail

usage() {
  cat <<'HELP'
usage: openssl-agent.sh --authority URL --token TOKEN [options]
       openssl-agent.sh --state DIR [options]            (an agent that has enrolled before)

  --authority URL  the authority, e.g. https://localhost:7444
  --token TOKEN    a join token: a2aj.<secret>.<fingerprint of the root>
  --state DIR      keep key, certificate and bundle there (mode 0700); without it they are removed at the end
  --algorithm ALG  the key's: p256 (default) or ed25519, which its registration entry must allow
  --edge URL       the edge; default: the one that the authority names
  --type TYPE      the event's type (default demand.signal)
  --data FILE      its data, a JSON object (default: an example demand signal; - reads standard input)
  --audience ID    the SPIFFE ID of the agent it is meant for
  --demo LABEL     label the event as demo data
  --help           this text

Needs bash, openssl 3, jq 1.6, curl with TLS 1.3, and od, sed, tr, cut, wc.
Prints the receipt as JSON and, on standard error, each step. Exit code: 0 sent and proven, 1 refused or not proven, 2 usage.
HELP
}

die() { printf 'openssl-agent: %s\n' "$1" >&2; exit "${2:-1}"; }
say() { printf '%s\n' "$1" >&2; }

authority= token= state= edge= algorithm=p256 type=demand.signal data= audience= demo=
while [ $# -gt 0 ]; do
  case $1 in
    --help|-h) usage; exit 0 ;;
    --authority|--token|--state|--algorithm|--edge|--type|--data|--audience|--demo)
      [ $# -ge 2 ] || die "$1 needs a value" 2
      printf -v "${1#--}" '%s' "$2"; shift 2 ;;
    *) die "unknown option $1 (try --help)" 2 ;;
  esac
done
case $algorithm in p256|ed25519) ;; *) die "--algorithm is p256 or ed25519" 2 ;; esac
for tool in openssl jq curl od; do command -v "$tool" >/dev/null || die "$tool is not installed" 2; done

umask 077
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
[ -n "$state" ] || state=$tmp/state
mkdir -p "$state"

# --- bytes and text ---------------------------------------------------------------------------------------------------------
hex()    { od -An -v -tx1 | tr -d ' \n'; }                       # bytes → lower-case hex
unhex()  { printf "$(printf '%s' "$1" | sed 's/../\\x&/g')"; }   # hex → bytes
b64()    { openssl base64 -A; }
unb64()  { openssl base64 -d -A; }
sha256() { openssl dgst -sha256 -r | cut -c1-64; }               # bytes → hex digest

# Calls curl; prints the body; stops with the problem's own words when the status is not 2xx.
call() {
  local status
  status=$(curl --silent --show-error --tlsv1.3 --max-time 30 --output "$tmp/body" --write-out '%{http_code}' "$@") \
    || die "no answer: curl $(printf '%s ' "$@" | tr '\n' ' ')"
  case $status in
    2??) cat "$tmp/body" ;;
    *) die "refused ($status): $(jq -r '(.code // "no code") + ": " + (.detail // .title // "no reason given")' "$tmp/body" 2>/dev/null || cat "$tmp/body")" ;;
  esac
}

# --- 1. enrol: bundle, fingerprint, key, certificate request, certificate -----------------------------------------------------
enrol() {
  [ -n "$authority" ] && [ -n "$token" ] || die "--authority and --token are needed to enrol (try --help)" 2
  local wanted=${token##*.} count n
  # Nobody is trusted yet; what comes is believed only by its fingerprint.
  call --insecure "$authority/v1/bundle" >"$tmp/roots.pem"
  count=$(grep -c 'BEGIN CERTIFICATE' "$tmp/roots.pem" || true)
  for ((n = 1; n <= count; n++)); do
    awk -v n="$n" '/BEGIN CERTIFICATE/ { i++ } i == n' "$tmp/roots.pem" | openssl x509 -out "$tmp/root.pem" 2>/dev/null || continue
    [ "$(openssl x509 -in "$tmp/root.pem" -outform DER | sha256)" != "$wanted" ] || break
    rm -f "$tmp/root.pem"
  done
  [ -s "$tmp/root.pem" ] || die "no root of $authority has the fingerprint in the token: another authority, or somebody stands between"
  say "bundle: the root has the token's fingerprint"

  if [ "$algorithm" = ed25519 ]; then
    openssl genpkey -algorithm ED25519 -out "$state/key.pem"
  else
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$state/key.pem" 2>/dev/null
  fi
  openssl req -new -key "$state/key.pem" -subj /CN=agent -out "$tmp/request.pem"
  jq -n --arg token "$token" --rawfile csr "$tmp/request.pem" '{token: $token, csr: $csr}' >"$tmp/enrol.json"
  call --cacert "$tmp/root.pem" --header 'Content-Type: application/json' --data-binary @"$tmp/enrol.json" "$authority/v1/enroll" >"$tmp/enrolled.json"
  jq -r .certificateChain "$tmp/enrolled.json" >"$state/chain.pem"
  jq -r .trustBundle "$tmp/enrolled.json" >"$state/bundle.pem"
  jq '{spiffeId, edge, ledgerKey, notAfter}' "$tmp/enrolled.json" >"$state/agent.json"
  say "enrolled: $(jq -r '.spiffeId + " until " + .notAfter' "$state/agent.json")"
}
[ -s "$state/agent.json" ] || enrol
[ -n "$edge" ] || edge=$(jq -r .edge "$state/agent.json")
me=$(jq -r .spiffeId "$state/agent.json")
at_edge() { call --cacert "$state/bundle.pem" --cert "$state/chain.pem" --key "$state/key.pem" "$@"; }

# --- 2. write the event: CloudEvents 1.0 JSON ----------------------------------------------------------------------------------
if [ -z "$data" ]; then
  jq -cn '{signalId: ("sig-" + (now | floor | tostring)), gtin: "04012345123456", site: "4012345000016", week: (now | strftime("%G-W%V")),
           qty: {value: "1200", uom: "EA"}, source: "pos"}' >"$tmp/data.json"
else
  [ "$data" = - ] || [ -r "$data" ] || die "$data cannot be read" 2
  cat -- "$data" >"$tmp/data.json"
fi
jq -cj -n --slurpfile data "$tmp/data.json" --arg id "$(openssl rand -hex 16)" --arg nonce "$(openssl rand -hex 16)" --arg source "$me" \
  --arg type "$type" --arg audience "$audience" --arg demo "$demo" '
  {specversion: "1.0", id: $id, source: $source, type: $type, time: (now | floor | todate), expires: (now + 300 | floor | todate),
   datacontenttype: "application/json", nonce: $nonce, idempotencykey: $id}
  + (if $audience == "" then {} else {audience: $audience} end)
  + (if $demo == "" then {} else {demo: $demo} end)
  + {data: $data[0]}' >"$tmp/payload"

# --- 3. sign it: DSSE over PAE(type, payload) with the certificate's key; ECDSA P-256 as r‖s, Ed25519 as RFC 8032, 64 bytes each --
payload_type=application/cloudevents+json
{ printf 'DSSEv1 %d %s %d ' "${#payload_type}" "$payload_type" "$(wc -c <"$tmp/payload" | tr -d ' ')"; cat "$tmp/payload"; } >"$tmp/pae"
case $(openssl pkey -in "$state/key.pem" -noout -text | head -n 1) in
  ED25519*)
    openssl pkeyutl -sign -rawin -inkey "$state/key.pem" -in "$tmp/pae" -out "$tmp/signature"
    rs=$(hex <"$tmp/signature") ;;
  *)
    openssl dgst -sha256 -sign "$state/key.pem" -out "$tmp/signature.der" "$tmp/pae"
    # openssl writes SEQUENCE { r INTEGER, s INTEGER }; DSSE here takes both as 32 bytes, one after the other.
    rs=
    for integer in $(openssl asn1parse -inform DER -in "$tmp/signature.der" | sed -n 's/.*INTEGER *://p'); do
      rs+=$(printf '%064s' "$integer" | tr ' ' 0)
    done ;;
esac
[ "${#rs}" -eq 128 ] || die "openssl's signature could not be read"
keyid=$(openssl pkey -in "$state/key.pem" -pubout -outform DER | sha256)
jq -n --arg type "$payload_type" --arg payload "$(b64 <"$tmp/payload")" --arg keyid "$keyid" --arg sig "$(unhex "$rs" | b64)" \
  '{payloadType: $type, payload: $payload, signatures: [{keyid: $keyid, sig: $sig}]}' >"$tmp/envelope.json"

# --- 4. send it -----------------------------------------------------------------------------------------------------------------
at_edge --header 'Content-Type: application/json' --data-binary @"$tmp/envelope.json" "$edge/v1/events" >"$tmp/receipt.json"
index=$(jq -r .leafIndex "$tmp/receipt.json")
say "sent: $(jq -r .verdict "$tmp/receipt.json"), leaf $index"

# --- 5. prove it: c2sp.org/tlog-proof, RFC 6962 hashing, c2sp.org/signed-note ---------------------------------------------------
at_edge "$edge$(jq -r .proof "$tmp/receipt.json")" >"$tmp/proof"
[ "$(sed -n 1p "$tmp/proof")" = c2sp.org/tlog-proof@v1 ] || die "the edge gave no tlog-proof"
sed -n 's/^extra //p;/^$/q' "$tmp/proof" | unb64 >"$tmp/leaf"
[ -s "$tmp/leaf" ] || at_edge "$edge/ledger/leaf/$index" >"$tmp/leaf"
[ "$(sed -n 's/^index //p;/^$/q' "$tmp/proof")" = "$index" ] || die "the proof is of another leaf"
sed '1,/^$/d' "$tmp/proof" >"$tmp/note"                          # the checkpoint: origin, size, root; blank line; signatures
sed '/^$/,$d' "$tmp/note" >"$tmp/note.text"
origin=$(sed -n 1p "$tmp/note.text") size=$(sed -n 2p "$tmp/note.text") root=$(sed -n 3p "$tmp/note.text" | unb64 | hex)

# RFC 9162 §2.1.3.2: climb from the leaf; fn is the node's index on its level, sn the last one's.
node() { { printf '\x01'; unhex "$1"; unhex "$2"; } | sha256; }
hash=$({ printf '\x00'; cat "$tmp/leaf"; } | sha256)
fn=$index sn=$((size - 1))
while read -r step; do
  [ "$sn" -gt 0 ] || die "the path is too long"
  sibling=$(printf '%s' "$step" | unb64 | hex)
  if [ $((fn & 1)) -eq 1 ] || [ "$fn" -eq "$sn" ]; then
    hash=$(node "$sibling" "$hash")
    while [ $((fn & 1)) -eq 0 ] && [ "$fn" -ne 0 ]; do fn=$((fn >> 1)) sn=$((sn >> 1)); done
  else
    hash=$(node "$hash" "$sibling")
  fi
  fn=$((fn >> 1)) sn=$((sn >> 1))
done < <(sed '/^$/,$d' "$tmp/proof" | sed '1d;/^extra /d;/^index /d')
[ "$sn" -eq 0 ] && [ "$hash" = "$root" ] || die "the path does not lead to the checkpoint's root"
say "included: leaf $index leads to the root of $size leaves"

# The ledger's key is name+keyid+base64(0x01 ‖ Ed25519 key); a signature line is "— name base64(keyid ‖ signature)".
ledger_key=$(jq -r .ledgerKey "$state/agent.json")
name=${ledger_key%%+*} rest=${ledger_key#*+}
key_id=${rest%%+*} key=$(printf '%s' "${rest#*+}" | unb64 | hex)
[ "$origin" = "$name" ] || die "the checkpoint is of $origin, not of $name"
[ "$({ printf '%s\n' "$name"; unhex "$key"; } | sha256 | cut -c1-8)" = "$key_id" ] || die "the ledger's key id is not its key's"
unhex "302a300506032b6570032100${key#01}" | openssl pkey -pubin -inform DER -out "$tmp/ledger.pem" || die "the ledger's key is no Ed25519 key"
signed=
while read -r dash signer signature; do
  [ "$dash" = — ] && [ "$signer" = "$name" ] || continue
  bytes=$(printf '%s' "$signature" | unb64 | hex)
  [ "${bytes:0:8}" = "$key_id" ] || continue
  unhex "${bytes:8}" >"$tmp/note.sig"
  openssl pkeyutl -verify -pubin -inkey "$tmp/ledger.pem" -rawin -in "$tmp/note.text" -sigfile "$tmp/note.sig" >/dev/null 2>&1 || die "the checkpoint's signature is wrong"
  signed=yes
done < <(sed '1,/^$/d' "$tmp/note")
[ -n "$signed" ] || die "the checkpoint is not signed by $name"
say "signed: the checkpoint is $name's"

jq -e --arg me "$me" --arg digest "$(sha256 <"$tmp/payload")" '.kind == "event" and .verdict == "admitted" and .actor == $me and .digest == $digest' "$tmp/leaf" >/dev/null \
  || die "the leaf records something else: $(cat "$tmp/leaf")"
say "proven: the leaf records this event's digest"
cat "$tmp/receipt.json"
echo
