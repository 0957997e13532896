#!/usr/bin/env bash
# Holds what `diag` measures of PostgreSQL against what postgres_exporter and check_postgres say of the same servers at the
# same time, and prints the values side by side. Nothing is written to the servers between the three readings.
#
#   Benchmarks/agree.sh [--diag FILE] [--playground FILE]
#
# Needs the packages prometheus-postgres-exporter and check-postgres; what is missing is left out with a word. Ends with 1
# where two values differ that must be equal.
set -euo pipefail
source "$(dirname "$0")/common.sh"

diag=$here/../.build/debug/diag
playground=$here/../.build/debug/diag-playground
while [ $# -gt 0 ]; do
    case $1 in
        --diag) diag=${2:?} && shift 2 ;;
        --playground) playground=${2:?} && shift 2 ;;
        *) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2 && exit 64 ;;
    esac
done

work=$(mktemp -d)
children=()
trap 'for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done; rm -rf "$work"' EXIT
source "$here/ground.sh"
start_ground

have_exporter=$(command -v prometheus-postgres-exporter || command -v postgres_exporter || true)
have_check=$(command -v check_postgres || command -v check_postgres.pl || true)
[ -n "$have_exporter" ] || echo "postgres_exporter is not installed" >&2
[ -n "$have_check" ] || echo "check_postgres is not installed" >&2

# Lag grows while the standby replays nothing; one deadlock is there to be counted.
order bring deadlock >/dev/null
order bring stop-replay >/dev/null
sleep 5

port() { echo "${1##*:}"; }

# exporter NAME ADDRESS: its page in $work/NAME.exporter
exporter() {
    [ -n "$have_exporter" ] || return 0
    local listen
    listen=127.0.0.1:$(unused_port)
    DATA_SOURCE_NAME="user=$PGUSER password=$PGPASSWORD host=127.0.0.1 port=$(port "$2") dbname=$PGDATABASE sslmode=disable" \
        "$have_exporter" --web.listen-address="$listen" >"$work/$1.log" 2>&1 &
    children+=($!)
    until curl -sf "http://$listen/metrics" -o "$work/$1.exporter"; do sleep 0.1; done
    # The page that counts is fetched beside the others' readings.
    echo "$listen" >"$work/$1.listen"
}
exporter primary "$PRIMARY"
exporter standby "$STANDBY_ITSELF"

check() { # NAME ADDRESS ACTION…: the performance data
    [ -n "$have_check" ] || return 0
    local name=$1 address=$2
    shift 2
    "$have_check" --host=127.0.0.1 --port="$(port "$address")" --dbuser="$PGUSER" --dbname="$PGDATABASE" --action="$@" \
        2>/dev/null | sed 's/.*| *//' >"$work/$name" || true
}

for end in primary standby; do
    [ ! -r "$work/$end.listen" ] || curl -sf "http://$(cat "$work/$end.listen")/metrics" -o "$work/$end.exporter"
done
"$diag" sweep --config "$work/diag.yaml" --quiet --format line --textfile "$work/diag.prom" >/dev/null 2>&1 || true
check backends "$PRIMARY" backends
check wraparound "$PRIMARY" txn_wraparound
check size "$PRIMARY" database_size
check hit "$PRIMARY" hitratio
check_delay=""
if [ -n "$have_check" ]; then
    check_delay=$("$have_check" --dbhost="127.0.0.1,127.0.0.1" --port="$(port "$PRIMARY"),$(port "$STANDBY_ITSELF")" \
        --dbuser="$PGUSER" --dbname="$PGDATABASE" --action=hot_standby_delay --warning=1 --critical=1000000000 \
        2>/dev/null || true)
fi

# ours METRIC LABEL…: the value of the series that has all these labels
ours() { series "$work/diag.prom" "$@"; }

series() { # FILE METRIC LABEL…
    local file=$1 pattern=$2
    shift 2
    [ -r "$file" ] || return 0
    local lines
    lines=$(grep -E "^$pattern(\{| )" "$file" || true)
    for label in "$@"; do lines=$(grep -F "$label" <<<"$lines" || true); done
    sed 's/.*[} ]//' <<<"$lines" | awk 'NF { sum += $1; n++ } END { if (n) printf "%.15g", sum }'
}

perf() { tr ' ;' '\n\n' <"$work/$1" 2>/dev/null | sed -n "s/^'*$2'*=//p" | head -n 1; }

failed=0
# compare TITLE TOLERANCE OURS EXPORTER CHECK: the tolerance is a number, or a share with a % sign
compare() {
    local verdict
    verdict=$(awk -v o="$3" -v e="$4" -v c="$5" -v t="$2" '
        function near(a, b) { d = a > b ? a - b : b - a; return d <= (t ~ /%/ ? (t + 0) / 100 * b : t + 0) }
        BEGIN {
            if (o == "") { print "diag does not measure it here"; exit }
            if (e == "" && c == "") { print "nothing to compare with"; exit }
            if ((e != "" && !near(o, e)) || (c != "" && !near(o, c))) print "DIFFERS"; else print "agrees"
        }')
    [ "$verdict" != DIFFERS ] || failed=1
    printf '%-46s %16s %16s %16s  %s\n' "$1" "${3:--}" "${4:--}" "${5:--}" "$verdict"
}

printf '%-46s %16s %16s %16s\n' "" diag postgres_exporter check_postgres
p=target=\"primary\" s=target=\"standby\"
compare "deadlocks of app" 0 "$(ours diag_postgresql_deadlocks_total $p 'datname="app"')" \
    "$(series "$work/primary.exporter" pg_stat_database_deadlocks 'datname="app"')" ""
compare "sessions of clients (each looks with one or two)" 2 "$(ours diag_postgresql_connections $p)" \
    "$(series "$work/primary.exporter" pg_stat_database_numbackends)" \
    "$(awk -v n=0 '{ gsub(/[; ]/, "\n") } { print }' "$work/backends" 2>/dev/null | sed -n 's/^[a-z]*=\([0-9]*\)$/\1/p' | awk '{ n += $1 } END { if (NR) print n }')"
compare "is a standby (1)" 0 "$(ours diag_postgresql_in_recovery $s)" \
    "$(series "$work/standby.exporter" pg_replication_is_replica)" ""
compare "replication lag of the standby, seconds" 3 "$(ours diag_postgresql_replication_lag_seconds $s 'role="standby"')" \
    "$(series "$work/standby.exporter" pg_replication_lag)" ""
compare "replication lag at the primary, bytes" 0 \
    "$(ours diag_postgresql_replication_lag_bytes $p 'application_name="standby"')" \
    "$(series "$work/primary.exporter" pg_stat_replication_pg_wal_lsn_diff 'application_name="standby"')" \
    "$(sed -n 's/.*replay_delay=\([0-9]*\).*/\1/p' <<<"$check_delay")"
compare "start of the server" 1 "$(ours diag_postgresql_start_time_seconds $p)" \
    "$(series "$work/primary.exporter" pg_postmaster_start_time_seconds)" ""
order mend stop-replay >/dev/null
exit $failed
