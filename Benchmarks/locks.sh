# The question of the lock graph beside the self-join of pg_locks that the runbook prescribes, with 500 waiters, on a
# server of its own: in turn, in one session, the whole answer included. All behind one row, and spread over 250 locks.

# Debian keeps the server's programs out of the way; the newest are taken.
postgres_bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
PATH=$PATH:$postgres_bin

# The server refuses to run as root.
as_server() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

locks_psql() { psql -X -h "$lock_folder" -p 5999 -U postgres -d postgres "$@"; }

start_lock_server() {
    lock_folder=$(mktemp -d)
    chmod 755 "$lock_folder"
    if [ "$(id -u)" = 0 ]; then chown postgres "$lock_folder"; fi
    (cd "$lock_folder" && as_server initdb -D "$lock_folder/data" -U postgres --auth=trust --no-sync) >/dev/null
    (cd "$lock_folder" && exec setsid $([ "$(id -u)" = 0 ] && echo runuser -u postgres --) postgres -D "$lock_folder/data" \
        -c port=5999 -c listen_addresses= -c unix_socket_directories="$lock_folder" -c max_connections=620 -c fsync=off \
        -c autovacuum=off -c deadlock_timeout=1h -c dynamic_shared_memory_type=mmap) >"$lock_folder/log" 2>&1 &
    until locks_psql -c 'SELECT 1' >/dev/null 2>&1; do sleep 0.1; done
    locks_psql -qc 'CREATE TABLE orders AS SELECT i AS id, 0 AS n FROM generate_series(1, 100) i' >/dev/null
}

stop_lock_server() {
    kill -INT "$(head -n 1 "$lock_folder/data/postmaster.pid")" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$lock_folder"
}

# pile_up HOLD WAIT: one session runs the first, then 500 the second, which has :client_id.
pile_up() {
    locks_psql -qc "$1; SELECT pg_sleep(3600)" >/dev/null 2>&1 &
    until [ "$(locks_psql -Atc "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")" = 1 ]; do sleep 0.1; done
    echo "$2" >"$lock_folder/wait.sql"
    pgbench -n -h "$lock_folder" -p 5999 -U postgres -c 500 -j 1 -t 1 -f "$lock_folder/wait.sql" postgres >/dev/null 2>&1 &
    until [ "$(locks_psql -Atc 'SELECT count(*) FROM pg_locks WHERE NOT granted')" = 500 ]; do sleep 0.2; done
}

clear_pile() {
    locks_psql -qc "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()" >/dev/null
    until [ "$(locks_psql -Atc 'SELECT count(*) FROM pg_locks WHERE NOT granted')" = 0 ]; do sleep 0.2; done
}

# compare_locks TITLE: medians of the pairs, by psql's clock.
compare_locks() {
    local round
    for round in $(seq "$pairs"); do echo "\\i $lock_folder/ours.sql" && echo "\\i $lock_folder/join.sql"; done |
        locks_psql -At -c '\timing on' -c '\o /dev/null' -f - | awk '/^Time/ { print $2 }' >"$lock_folder/times"
    line "$1: the runbook's self-join" "$(awk 'NR % 2 == 0' "$lock_folder/times" | median | awk '{ printf "%.1f ms", $1 }')"
    line "$1: locks.sql" "$(awk 'NR % 2 == 1' "$lock_folder/times" | median | awk '{ printf "%.1f ms", $1 }')"
    line "$1: ratio, median of the pairs" \
        "$(awk 'NR % 2 == 1 { a = $1 } NR % 2 == 0 { print $1 / a }' "$lock_folder/times" | median | awk '{ printf "%.1f", $1 }')"
}

heading "locks: 500 waiters, $pairs pairs"
if command -v initdb >/dev/null && command -v pgbench >/dev/null && command -v psql >/dev/null; then
    start_lock_server
    { cat "$here/../Queries/postgresql/locks.sql"; echo ';'; } >"$lock_folder/ours.sql"
    { sed -n '/^deadlocks()/,/^}/p' "$here/runbook.sh" | sed '1d;$d; s/^ *query "$PRIMARY" "//; s/"$/;/'; } >"$lock_folder/join.sql"
    pile_up "BEGIN; UPDATE orders SET n = 1 WHERE id = 1" "UPDATE orders SET n = n + 1 WHERE id = 1;"
    compare_locks "one row"
    clear_pile
    pile_up "SELECT count(pg_advisory_lock(i)) FROM generate_series(0, 249) i" "SELECT pg_advisory_lock(:client_id / 2);"
    compare_locks "250 locks"
    clear_pile
    stop_lock_server
else
    echo "not here, so this part is left out: initdb, pgbench or psql" >&2
fi
