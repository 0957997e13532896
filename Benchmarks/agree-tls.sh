#!/usr/bin/env bash
# Holds what `diag tls` says of the playground's TLS servers (one for each kind of certificate) against what
# blackbox_exporter and `openssl s_client | openssl x509` say of the same servers, and prints them side by side.
#
#   Benchmarks/agree-tls.sh [--diag FILE] [--playground FILE]
#
# Needs the package prometheus-blackbox-exporter, and jq. Ends with 1 where two values differ that must be equal.
set -euo pipefail
source "$(dirname "$0")/common.sh"

diag=$here/../.build/debug/diag
playground=$here/../.build/debug/diag-playground
while [ $# -gt 0 ]; do
    case $1 in
        --diag) diag=${2:?} && shift 2 ;;
        --playground) playground=${2:?} && shift 2 ;;
        *) sed -n '2,7s/^# \{0,1\}//p' "$0" >&2 && exit 64 ;;
    esac
done

work=$(mktemp -d)
children=()
trap 'for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done; rm -rf "$work"' EXIT
source "$here/ground.sh"
start_ground

exporter=$(command -v prometheus-blackbox-exporter || command -v blackbox_exporter || true)
[ -n "$exporter" ] || { echo "blackbox_exporter is not installed: prometheus-blackbox-exporter" >&2 && exit 1; }
root=$(of tls web ca_file)
name=app.example.test

cat >"$work/blackbox.yml" <<YAML
modules:
  strict: {prober: tcp, tcp: {tls: true, tls_config: {ca_file: $root, server_name: $name}}}
  lenient: {prober: tcp, tcp: {tls: true, tls_config: {insecure_skip_verify: true, server_name: $name}}}
YAML
listen=127.0.0.1:$(unused_port)
"$exporter" --config.file="$work/blackbox.yml" --web.listen-address="$listen" >"$work/blackbox.log" 2>&1 &
children+=($!)
until curl -sf "http://$listen/metrics" >/dev/null; do sleep 0.1; done

# value FILE METRIC: without its labels, as a whole number
value() { sed -n "s/^$2\({[^}]*}\)\{0,1\} //p" "$1" | awk 'NR == 1 { printf "%.0f", $1 }'; }

failed=0
# compare KIND WHAT OURS THEIRS
compare() {
    local verdict=agrees
    if [ "$3" != "$4" ]; then verdict=DIFFERS && failed=1; fi
    printf '%-14s %-28s %20s %20s  %s\n' "$1" "$2" "${3:--}" "${4:--}" "$verdict"
}

# The port and the kind of each server: those of two names are left out, as nobody knows which one is meant.
awk '/listen/ { sub(/;/, "", $2); split($2, place, ":"); port = place[2] }
    /ssl_certificate / { sub(/\.crt;/, "", $2); kinds[port] = kinds[port] " " $2 }
    END { for (port in kinds) { split(kinds[port], words, " "); if (!(2 in words)) print words[1], port } }' \
    "$FOLDER/tls/nginx.conf" | sort >"$work/servers"

printf '%-14s %-28s %20s %20s\n' "" "" diag peer
while read -r kind port; do
    "$diag" tls "127.0.0.1:$port" --servername $name --ca-file "$root" --format json >"$work/ours.json" </dev/null || true
    ours() { jq -r --arg m "$1" '.targets[0].samples[] | select(.metric == $m) | .value | floor' "$work/ours.json"; }
    curl -s "http://$listen/probe?module=strict&target=127.0.0.1:$port" >"$work/strict"
    curl -s "http://$listen/probe?module=lenient&target=127.0.0.1:$port" >"$work/lenient"
    compare "$kind" "verified" "$(ours diag_tls_verified)" "$(value "$work/strict" probe_success)"
    compare "$kind" "earliest certificate sent" "$(ours diag_tls_sent_earliest_expiry_seconds)" \
        "$(value "$work/lenient" probe_ssl_earliest_cert_expiry)"
    # Only of a chain that verifies does the exporter tell the leaf.
    print=$(sed -n 's/^probe_ssl_last_chain_info{fingerprint_sha256="\([0-9a-f]*\)".*/\1/p' "$work/strict")
    own=$(jq -r '.targets[0].evidence[] | select(.id == "tls.chain") | .rows[0].sha256' "$work/ours.json")
    [ -z "$print" ] || compare "$kind" "fingerprint" "${own:0:20}" "${print:0:20}"
    end=$(echo | openssl s_client -servername $name -connect "127.0.0.1:$port" 2>/dev/null |
        openssl x509 -noout -enddate | cut -d= -f2)
    compare "$kind" "leaf, by openssl x509" "$(ours diag_tls_leaf_expiry_seconds)" "$(date -d "$end" +%s)"
done <"$work/servers"
exit $failed
