#!/usr/bin/env bash
# What a person on call types when the runbook is followed from its first alert to its last: every look that it
# prescribes, one after the other, with the usual clients, at each server of its kind. Only looks; remedies are left out,
# and so is what asks docker, kubectl or certbot, and what needs the name of a debate or of a host.
#
# How much of it says LOOKS:
#
#   quick    (by default) all but what takes long by nature: what is left is work, like against like
#   patient  its three ping -c 10 as well, nine seconds each: a runbook's reader waits for them
#   literal  all of it, with mtr -c 100, and with du and find over whole disks
#
# Takes the servers from the environment as ground.sh sets it. The answers go to standard output.
set -uo pipefail

: "${PRIMARY:?}" "${STANDBY:?}" "${POOLER:?}" "${CACHES:?}" "${SENTINELS:?}" "${TLS_ADDRESS:?}" "${APPLICATION:?}"

query() {
    local server=$1
    psql --host "${server%:*}" --port "${server#*:}" -c "$2"
}

cache() {
    local server=$1
    shift
    redis-cli -h "${server%:*}" -p "${server#*:}" --user "$REDIS_USER" "$@"
}

# A Sentinel takes no password.
sentinel() {
    local server=$1
    shift
    env -u REDISCLI_AUTH redis-cli -h "${server%:*}" -p "${server#*:}" sentinel "$@"
}

app() { curl -s -H "Authorization: Bearer $APPLICATION_TOKEN" "$APPLICATION/api/v1/$1"; }

patiently() { [ "${LOOKS:-quick}" = quick ] || "$@"; }

literally() { [ "${LOOKS:-quick}" != literal ] || "$@"; }

# Where jq is missing its work is not done, which is in favour of this side.
if ! command -v jq >/dev/null; then jq() { cat; }; fi

server_down() {
    app health
    tail -n 100 "$SERVER_LOG"
}

high_cpu() {
    top -bn1 | head -20
    app debates/active | jq .count
    app metrics | grep agent_active
}

high_memory() {
    cat /proc/meminfo
    app debug/memory | jq .
    app debates/stats | jq .active_sessions
}

disk_space() {
    df -h
    literally du -sh /var/log/*
    literally find / -type f -size +100M | head -20
}

network_latency() {
    local server
    for server in "$PRIMARY" "$STANDBY"; do
        patiently ping -c 10 "${server%:*}"
        traceroute "${server%:*}"
        literally mtr --report --report-cycles 100 "${server%:*}"
    done
    ip -s link show
    netstat -i
}

connections() {
    local server
    for server in "$PRIMARY" "$STANDBY"; do
        query "$server" "SELECT count(*) FROM pg_stat_activity"
        query "$server" "SELECT usename, application_name, client_addr, count(*) FROM pg_stat_activity
            GROUP BY usename, application_name, client_addr ORDER BY count(*) DESC LIMIT 10"
        query "$server" "SELECT pid, usename, state, query_start, query FROM pg_stat_activity
            WHERE state = 'idle' AND now() - query_start > interval '10 minutes'"
    done
    PGUSER=$POOLER_USER PGPASSWORD=$POOLER_PASSWORD PGDATABASE=pgbouncer query "$POOLER" "SHOW POOLS"
}

replication() {
    query "$PRIMARY" "SELECT client_addr, state, replay_lag,
        pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) AS bytes FROM pg_stat_replication"
    query "$STANDBY" "SELECT extract(epoch FROM now() - pg_last_xact_replay_timestamp()) AS seconds"
    query "$STANDBY" "TABLE pg_stat_wal_receiver"
    patiently ping -c 10 "${STANDBY%:*}"
}

# Who waits for whom, by joining the table of locks with itself over all that names a lock.
deadlocks() {
    query "$PRIMARY" "SELECT w.pid, wa.usename, h.pid, ha.usename, wa.query, ha.query
        FROM pg_locks w
        JOIN pg_locks h ON h.pid <> w.pid
            AND (h.locktype, h.database, h.relation, h.page, h.tuple, h.virtualxid, h.transactionid, h.classid,
                h.objid, h.objsubid)
            IS NOT DISTINCT FROM (w.locktype, w.database, w.relation, w.page, w.tuple, w.virtualxid, w.transactionid,
                w.classid, w.objid, w.objsubid)
        JOIN pg_stat_activity wa ON wa.pid = w.pid
        JOIN pg_stat_activity ha ON ha.pid = h.pid
        WHERE NOT w.granted"
}

redis_memory() {
    local server
    for server in $CACHES; do
        cache "$server" INFO memory
        cache "$server" --bigkeys
        cache "$server" --scan --pattern 'debate:*' | wc -l
        cache "$server" --scan --pattern 'session:*' | wc -l
    done
}

failover() {
    local server log
    for server in $SENTINELS; do
        sentinel "$server" get-master-addr-by-name "$MASTER_NAME"
        sentinel "$server" master "$MASTER_NAME"
        sentinel "$server" replicas "$MASTER_NAME"
    done
    for log in $SENTINEL_LOGS; do grep -i failover "$log"; done
    # The new master, whichever it is: one of these.
    for server in $CACHES; do
        cache "$server" ping
        cache "$server" info replication
    done
}

error_rate() {
    grep -i error "$SERVER_LOG" | tail -50
    app metrics | grep http_requests_total | grep 'status="5'
    app health/dependencies
}

latency() {
    app metrics | grep http_request_duration | sort -t= -k2 -rn | head -20
    query "$PRIMARY" "SELECT query, calls, mean_exec_time, total_exec_time FROM pg_stat_statements
        ORDER BY mean_exec_time DESC LIMIT 10"
    app metrics | grep agent_response_time
}

debate_timeout() { app debates/active | jq .; }

quota() {
    app metrics | grep agent_quota
    app admin/agents/status | jq .providers
    app metrics | grep agent_api_calls
}

authentication() {
    grep 'authentication failed' "$AUTH_LOG" | awk '{print $NF}' | sort | uniq -c | sort -rn | head -10
    grep 'authentication failed' "$AUTH_LOG" | awk '{print $1, $2}' | uniq -c | sort -rn | head -20
    grep 'authentication failed.*10.1.2.3' "$AUTH_LOG" | wc -l
}

rate_limit() {
    grep 'rate limit' "$ACCESS_LOG" | awk '{print $7}' | sort | uniq -c | sort -rn | head -10
    grep 'rate limit' "$ACCESS_LOG" | awk '{print $1}' | sort | uniq -c | sort -rn | head -10
    app metrics | grep http_requests_total
}

certificate() {
    openssl s_client -servername "$TLS_NAME" -connect "$TLS_ADDRESS" 2>/dev/null </dev/null |
        openssl x509 -noout -dates
}

for alert in server_down high_cpu high_memory disk_space network_latency connections replication deadlocks \
    redis_memory failover error_rate latency debate_timeout quota authentication rate_limit certificate; do
    "$alert"
done 2>/dev/null
exit 0
