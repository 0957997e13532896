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

# What the exporter's manual gives as an example of a query of one's own, since this is all that it can say of a standby.
cat >"$work/queries.yaml" <<'YAML'
pg_replication:
  query: "SELECT pg_is_in_recovery()::int AS is_replica, extract(epoch FROM now() - pg_last_xact_replay_timestamp()) AS lag, extract(epoch FROM pg_postmaster_start_time()) AS start"
  metrics:
    - is_replica: {usage: "GAUGE", description: "1 on a standby"}
    - lag: {usage: "GAUGE", description: "seconds since the last replayed commit"}
    - start: {usage: "GAUGE", description: "start of the server"}
YAML

# exporter NAME ADDRESS: it answers at the address in $work/NAME.listen
exporter() {
    [ -n "$have_exporter" ] || return 0
    local listen
    listen=127.0.0.1:$(unused_port)
    DATA_SOURCE_NAME="user=$PGUSER password=$PGPASSWORD host=127.0.0.1 port=$(port "$2") dbname=$PGDATABASE sslmode=disable" \
        "$have_exporter" --web.listen-address="$listen" --extend.query-path="$work/queries.yaml" >"$work/$1.log" 2>&1 &
    children+=($!)
    until curl -sf "http://$listen/metrics" >/dev/null; do sleep 0.1; done
    echo "$listen" >"$work/$1.listen"
}

# scrape WHEN: both pages, to $work/END.WHEN
scrape() {
    for end in primary standby; do
        [ ! -r "$work/$end.listen" ] || curl -sf "http://$(cat "$work/$end.listen")/metrics" -o "$work/$end.$1"
    done
}

# check NAME ACTION…: check_postgres's performance data, one a line
check() {
    [ -n "$have_check" ] || return 0
    local name=$1
    shift
    "$have_check" --host=127.0.0.1 --port="$(port "$PRIMARY")" --dbuser="$PGUSER" --dbname="$PGDATABASE" --action="$@" \
        2>/dev/null | sed 's/.*| *//' | tr ' ' '\n' | grep -v '^time=' >"$work/$name" || true
}

perf() { sed -n "s/^$2=\([0-9.]*\).*/\1/p" "$work/$1" 2>/dev/null | awk '{ sum += $1; n++ } END { if (n) print sum }'; }

# series FILE METRIC LABEL…: the sum of the series that have all these labels
series() {
    local lines pattern=$2 file=$1
    shift 2
    lines=$(grep -hE "^$pattern(\{| )" "$file" 2>/dev/null || true)
    for label in "$@"; do lines=$(grep -F "$label" <<<"$lines" || true); done
    sed 's/.*[} ] *//' <<<"$lines" | awk 'NF { sum += $1; n++ } END { if (n) printf "%.15g", sum }'
}

ours() { series "$work/diag.prom" "$@"; }

failed=0
# compare TITLE TOLERANCE OURS BEFORE AFTER CHECK: ours lies between theirs, before and after it, or no farther from one of
# them than the tolerance, which is a number or a share with a % sign
compare() {
    local verdict
    verdict=$(awk -v o="$3" -v list="$4 $5 $6" -v t="$2" 'BEGIN {
        if (o == "") { print "not measured here"; exit }
        count = split(list, theirs, " ")
        if (!count) { print "nothing to compare with"; exit }
        low = high = theirs[1] + 0
        for (i in theirs) { v = theirs[i] + 0; if (v < low) low = v; if (v > high) high = v }
        slack = t ~ /%/ ? (t + 0) / 100 * high : t + 0
        print ((o >= low - slack && o <= high + slack) ? "agrees" : "DIFFERS") }')
    [ "$verdict" != DIFFERS ] || failed=1
    printf '%-42s %15s %15s %15s %15s  %s\n' "$1" "${3:--}" "${4:--}" "${5:--}" "${6:--}" "$verdict"
}

# both TITLE TOLERANCE OURS CHECK END METRIC LABEL…
both() {
    local title=$1 tolerance=$2 value=$3 checked=$4 end=$5
    shift 5
    compare "$title" "$tolerance" "$value" "$(series "$work/$end.before" "$@")" "$(series "$work/$end.after" "$@")" "$checked"
}

exporter primary "$PRIMARY"
exporter standby "$STANDBY_ITSELF"
printf '\nalerts:\n  PostgreSQLTransactionIDWraparound: {enabled: true}\n  PostgreSQLCacheHitLow: {enabled: true}\n' \
    >>"$work/diag.yaml"

scrape before
"$diag" sweep --config "$work/diag.yaml" --quiet --format line --textfile "$work/diag.prom" >/dev/null || true
"$diag" pg query database-sizes --config "$work/diag.yaml" primary --format json >"$work/sizes.json" 2>/dev/null || true
check backends backends
check wraparound txn_wraparound
check size database_size --warning='999 GB'
scrape after
delay=""
if [ -n "$have_check" ]; then
    delay=$("$have_check" --dbhost=127.0.0.1,127.0.0.1 --port="$(port "$PRIMARY"),$(port "$STANDBY_ITSELF")" \
        --dbuser="$PGUSER" --dbname="$PGDATABASE" --action=hot_standby_delay --warning=1 --critical=1000000000 \
        2>/dev/null | sed -n 's/.*replay_delay=\([0-9]*\).*/\1/p' || true)
fi

p='target="primary"' s='target="standby"' app='datname="app"'
age=$(ours diag_postgresql_transaction_ids_used_ratio $p $app | awk 'NF { printf "%.0f", $1 * 2144483647 }')
hit=$(ours diag_postgresql_block_requests_total $p $app 'from="cache"')
size=$(awk -F: '/"datname": "app"/ { found = 1 } found && /"size"/ { print $2 + 0; exit }' "$work/sizes.json")

printf '%-42s %15s %15s %15s %15s\n' "" diag "exporter before" "exporter after" check_postgres
both "deadlocks of app" 0 "$(ours diag_postgresql_deadlocks_total $p $app)" "" primary pg_stat_database_deadlocks $app
both "recovery conflicts of app at the standby" 0 "$(ours diag_postgresql_recovery_conflicts_total $s $app)" "" \
    standby pg_stat_database_conflicts $app
both "sessions (each looks with one or two)" 2 "$(ours diag_postgresql_connections $p)" "$(perf backends '[a-z]*')" \
    primary pg_stat_database_numbackends
both "is a standby" 0 "$(ours diag_postgresql_in_recovery $s)" "" standby pg_replication_is_replica
both "replay lag at the standby, seconds" 1 "$(ours diag_postgresql_replication_lag_seconds $s 'role="standby"')" "" \
    standby pg_replication_lag
both "replay lag at the primary, bytes" 0 \
    "$(ours diag_postgresql_replication_lag_bytes $p 'application_name="standby"')" "$delay" \
    primary pg_stat_replication_pg_wal_lsn_diff 'application_name="standby"'
both "start of the primary" 1 "$(ours diag_postgresql_start_time_seconds $p)" "" primary pg_replication_start
compare "transactions since app was frozen" 100 "$age" "" "" "$(perf wraparound app)"
both "size of app, bytes" 1% "$size" "$(perf size app)" primary pg_database_size_bytes $app
both "blocks of app found in the cache" 0 "$hit" "" primary pg_stat_database_blks_hit $app
order mend stop-replay >/dev/null
exit $failed
