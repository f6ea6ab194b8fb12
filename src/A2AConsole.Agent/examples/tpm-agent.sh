#!/usr/bin/env bash
# An agent that proves with a TPM 2.0 where it runs and what was booted there, with nothing but openssl, jq, curl and tpm2-tools: enrols and keeps
# key, certificate and bundle. Every step is the format itself; see --help for how to run it.
set -euo pipefail

usage() {
  cat <<'HELP'
usage: tpm-agent.sh --authority URL --token TOKEN --ek-certificate FILE --state DIR [options]

  --authority URL        the authority, e.g. https://localhost:7444
  --token TOKEN          a join token: a2aj.<secret>.<fingerprint of the root>
  --ek-certificate FILE  the TPM vendor's certificate of the endorsement key, DER or PEM; most TPMs keep it themselves:
                         tpm2_nvread 0x1c00002 -o ek.crt (RSA) or 0x1c0000a (P-256)
  --ek-intermediates F   certificates between it and the vendor's root, PEM
  --state DIR            keep key, certificate and bundle there (mode 0700)
  --kind rsa|ecc         of endorsement and attestation key (default ecc)
  --event-log FILE       the boot's event log, where the entry asks for it
                         (default /sys/kernel/security/tpm0/binary_bios_measurements when it can be read)
  --help                 this text

Needs bash, openssl 3, jq 1.6, curl with TLS 1.3, tpm2-tools 5, and od, sed, awk, cut. How the TPM is reached: TPM2TOOLS_TCTI (see man tpm2).
The registration entry must ask for evidence of the kind tpm. Prints who was enrolled as JSON and, on standard error, each step.
Exit code: 0 enrolled, 1 refused, 2 usage. The directory then serves openssl-agent.sh --state DIR.
HELP
}

die() { printf 'tpm-agent: %s\n' "$1" >&2; exit "${2:-1}"; }
say() { printf '%s\n' "$1" >&2; }

authority= token= ek_certificate= ek_intermediates= state= kind=ecc event_log=
while [ $# -gt 0 ]; do
  case $1 in
    --help|-h) usage; exit 0 ;;
    --authority|--token|--ek-certificate|--ek-intermediates|--state|--kind|--event-log)
      [ $# -ge 2 ] || die "$1 needs a value" 2
      name=${1#--}; printf -v "${name//-/_}" '%s' "$2"; shift 2 ;;
    *) die "unknown option $1 (try --help)" 2 ;;
  esac
done
[ -n "$authority" ] && [ -n "$token" ] && [ -n "$state" ] || die "--authority, --token and --state are needed (try --help)" 2
[ -r "$ek_certificate" ] || die "--ek-certificate names no file that can be read (try --help)" 2
case $kind in rsa) scheme=rsassa ;; ecc) scheme=ecdsa ;; *) die "--kind is rsa or ecc" 2 ;; esac
for tool in openssl jq curl od awk tpm2_quote; do command -v "$tool" >/dev/null || die "$tool is not installed" 2; done
system_log=/sys/kernel/security/tpm0/binary_bios_measurements
[ -n "$event_log" ] || [ ! -r "$system_log" ] || event_log=$system_log

umask 077
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$state"

# --- bytes and text ---------------------------------------------------------------------------------------------------------
hex()    { od -An -v -tx1 | tr -d ' \n'; }                       # bytes → lower-case hex
b64()    { openssl base64 -A; }
unb64()  { openssl base64 -d -A; }
sha256() { openssl dgst -sha256 -r | cut -c1-64; }               # bytes → hex digest

# Calls curl; prints the body; stops with the problem's own words when the status is not 2xx.
call() {
  local status
  status=$(curl --silent --show-error --tlsv1.3 --max-time 60 --output "$tmp/body" --write-out '%{http_code}' "$@") || die "no answer from $authority"
  case $status in
    2??) cat "$tmp/body" ;;
    *) die "refused ($status): $(jq -r '(.code // "no code") + ": " + (.detail // .title // "no reason given")' "$tmp/body" 2>/dev/null || cat "$tmp/body")" ;;
  esac
}
# Without a resource manager the tools leave keys in the TPM's few slots.
tpm() { "$@" >"$tmp/tool" 2>&1 || die "$1 failed: $(tail -n 3 "$tmp/tool")"; tpm2_flushcontext --transient-object >/dev/null 2>&1 || true; }

# --- 1. the authority: believed only by the fingerprint in the token ---------------------------------------------------------
wanted=${token##*.}
call --insecure "$authority/v1/bundle" >"$tmp/roots.pem"
count=$(grep -c 'BEGIN CERTIFICATE' "$tmp/roots.pem" || true)
for ((n = 1; n <= count; n++)); do
  awk -v n="$n" '/BEGIN CERTIFICATE/ { i++ } i == n' "$tmp/roots.pem" | openssl x509 -out "$tmp/root.pem" 2>/dev/null || continue
  [ "$(openssl x509 -in "$tmp/root.pem" -outform DER | sha256)" != "$wanted" ] || break
  rm -f "$tmp/root.pem"
done
[ -s "$tmp/root.pem" ] || die "no root of $authority has the fingerprint in the token: another authority, or somebody stands between"
post() { call --cacert "$tmp/root.pem" --header 'Content-Type: application/json' --data-binary @"$2" "$authority$1"; }
say "bundle: the root has the token's fingerprint"

# --- 2. three keys: the vendor's (endorsement), one that signs only what the TPM says (attestation), and the agent's own ------
tpm tpm2_createek --key-algorithm "$kind" --ek-context "$tmp/ek.ctx" --public "$tmp/ek.pub"
tpm tpm2_createak --ek-context "$tmp/ek.ctx" --ak-context "$tmp/ak.ctx" --key-algorithm "$kind" --hash-algorithm sha256 --signing-algorithm "$scheme" --public "$tmp/ak.pub"
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$state/key.pem" 2>/dev/null
openssl req -new -sha256 -key "$state/key.pem" -subj /CN=agent -out "$tmp/request.pem"

# --- 3. open: who the TPM is; the answer is a nonce, and a secret that only this TPM with this attestation key can open --------
openssl x509 -in "$ek_certificate" -outform DER -out "$tmp/ek.der" 2>/dev/null || openssl x509 -inform DER -in "$ek_certificate" -outform DER -out "$tmp/ek.der" \
  || die "$ek_certificate is no certificate" 2
: >"$tmp/intermediates"
if [ -n "$ek_intermediates" ]; then
  count=$(grep -c 'BEGIN CERTIFICATE' "$ek_intermediates" || true)
  for ((n = 1; n <= count; n++)); do
    awk -v n="$n" '/BEGIN CERTIFICATE/ { i++ } i == n' "$ek_intermediates" | openssl x509 -outform DER | b64 >>"$tmp/intermediates"
    echo >>"$tmp/intermediates"
  done
fi
jq -n --arg token "$token" --rawfile csr "$tmp/request.pem" --arg cert "$(b64 <"$tmp/ek.der")" --rawfile more "$tmp/intermediates" \
  --arg ek "$(b64 <"$tmp/ek.pub")" --arg ak "$(b64 <"$tmp/ak.pub")" '
  {token: $token, kind: "tpm", csr: $csr,
   opening: {ekCertificate: $cert, ekIntermediates: ($more | split("\n") | map(select(. != ""))), ekPublic: $ek, akPublic: $ak}}' >"$tmp/attest.json"
post /v1/attest "$tmp/attest.json" >"$tmp/offer.json"
say "challenged: $(jq -r '"registers " + (.challenge.registers | map(tostring) | join(", ")) + " of the bank " + .challenge.bank' "$tmp/offer.json")"

# --- 4. open the secret: TPM2_ActivateCredential. The tools want a file with a head of their own ---------------------------------
{ printf '\xba\xdc\xc0\xde\x00\x00\x00\x01'; jq -r .challenge.credentialBlob "$tmp/offer.json" | unb64; jq -r .challenge.encryptedSeed "$tmp/offer.json" | unb64; } >"$tmp/credential"
tpm2_startauthsession --policy-session --session "$tmp/session.ctx" >/dev/null || die "the TPM gives no session"
tpm2_policysecret --session "$tmp/session.ctx" --object-context endorsement >/dev/null || die "the endorsement hierarchy has a password: it must be empty here"
tpm tpm2_activatecredential --credentialedkey-context "$tmp/ak.ctx" --credentialkey-context "$tmp/ek.ctx" --credential-blob "$tmp/credential" \
  --certinfo-data "$tmp/secret" --credentialkey-auth "session:$tmp/session.ctx"
tpm2_flushcontext "$tmp/session.ctx" >/dev/null 2>&1 || true

# --- 5. quote: over the registers that were asked for, bound to nonce and key -----------------------------------------------------
# binding = SHA-256("a2aconsole-attestation-v1" ‖ nonce ‖ SHA-256(SubjectPublicKeyInfo)); the nonce comes as base64url.
nonce=$(jq -r .nonce "$tmp/offer.json")
binding=$({
  printf 'a2aconsole-attestation-v1'
  standard=$(printf '%s' "$nonce" | tr -- '-_' '+/')
  while [ $((${#standard} % 4)) -ne 0 ]; do standard+==; done
  printf '%s' "$standard" | unb64
  openssl pkey -in "$state/key.pem" -pubout -outform DER | openssl dgst -sha256 -binary
} | sha256)
registers=$(jq -r '.challenge.registers | map(tostring) | join(",")' "$tmp/offer.json")
tpm tpm2_quote --key-context "$tmp/ak.ctx" --pcr-list "sha256:$registers" --qualification "$binding" --hash-algorithm sha256 --message "$tmp/quote" --signature "$tmp/signature"
tpm tpm2_pcrread "sha256:$registers"
sed -n 's/^ *\([0-9]*\) *: 0x\([0-9A-Fa-f]*\)$/\1 \2/p' "$tmp/tool" | jq -Rn '[inputs | split(" ") | {(.[0]): (.[1] | ascii_downcase)}] | add' >"$tmp/pcrs.json"
say "quoted: registers $registers"

# --- 6. enrol with it ----------------------------------------------------------------------------------------------------------------
: >"$tmp/log.b64"
[ -z "$event_log" ] || [ "$(jq -r .challenge.eventLog "$tmp/offer.json")" != true ] || b64 <"$event_log" >"$tmp/log.b64"
jq -n --arg token "$token" --rawfile csr "$tmp/request.pem" --arg nonce "$nonce" --arg secret "$(b64 <"$tmp/secret")" --arg quote "$(b64 <"$tmp/quote")" \
  --arg signature "$(b64 <"$tmp/signature")" --slurpfile pcrs "$tmp/pcrs.json" --rawfile log "$tmp/log.b64" '
  {token: $token, csr: $csr, nonce: $nonce,
   evidence: [{kind: "tpm", secret: $secret, quote: $quote, signature: $signature, pcrs: $pcrs[0]} + (if $log == "" then {} else {eventLog: $log} end)]}' >"$tmp/enrol.json"
post /v1/enroll "$tmp/enrol.json" >"$tmp/enrolled.json"
jq -r .certificateChain "$tmp/enrolled.json" >"$state/chain.pem"
jq -r .trustBundle "$tmp/enrolled.json" >"$state/bundle.pem"
jq '{spiffeId, edge, ledgerKey, notAfter}' "$tmp/enrolled.json" | tee "$state/agent.json"
say "enrolled: $(jq -r '.spiffeId + " until " + .notAfter' "$state/agent.json")"
