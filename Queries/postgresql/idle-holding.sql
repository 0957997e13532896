-- Idle sessions with what they keep from others: those in a transaction first, then the longest idle. A transaction
-- that has done nothing for an hour still holds its locks, and its xmin keeps vacuum from removing dead rows.
--
-- servers: 13-
-- role:    pg_monitor; without it others' sessions are not seen
-- setting: diag.top, 20 where it is not set
--
-- column: pid integer; for pg_terminate_backend
-- column: usename name; role
-- column: application_name text; as the client calls itself
-- column: client_addr text; null through a unix socket
-- column: datname name; database
-- column: state text; idle, idle in transaction, idle in transaction (aborted)
-- column: idle double precision, seconds; since the state changed
-- column: transaction double precision, seconds; since its transaction began, null outside of one
-- column: xmin_age bigint, transactions; how far back it keeps dead rows, null when it does not
-- column: locks bigint; heavyweight locks held, without those on its own transaction
-- column: holds text; the strongest of them: relation (of our database by name) and mode, at most four
-- column: query text; the last statement, first 120 characters
-- column: idle_total bigint; all sessions that are idle in no transaction
-- column: in_transaction_total bigint; all that are idle in one
WITH idle AS MATERIALIZED (
    SELECT *, count(*) FILTER (WHERE state = 'idle') OVER () AS idle_total,
           count(*) FILTER (WHERE state <> 'idle') OVER () AS in_transaction_total
    FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND state LIKE 'idle%'
    ORDER BY state = 'idle', state_change
    LIMIT coalesce(nullif(current_setting('diag.top', true), ''), '20')::int
), held AS MATERIALIZED (
    SELECT l.pid, replace(l.mode, 'Lock', '') AS mode,
           CASE WHEN l.relation IS NULL THEN l.locktype
                WHEN d.datname IS NULL OR d.datname = current_database() THEN l.relation::regclass::text
                ELSE d.datname || '.' || l.relation::text END AS object,
           row_number() OVER (PARTITION BY l.pid ORDER BY array_position(ARRAY[
               'AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock',
               'ShareUpdateExclusiveLock', 'RowExclusiveLock', 'RowShareLock', 'AccessShareLock'], l.mode),
               l.relation) AS place
    FROM pg_locks l JOIN idle i ON i.pid = l.pid LEFT JOIN pg_database d ON d.oid = l.database
    WHERE l.granted AND l.locktype NOT IN ('virtualxid', 'transactionid') AND i.state <> 'idle'
)
SELECT i.pid, i.usename, i.application_name, host(i.client_addr) AS client_addr, i.datname, i.state,
       extract(epoch FROM clock_timestamp() - i.state_change)::float8 AS idle,
       extract(epoch FROM clock_timestamp() - i.xact_start)::float8 AS transaction,
       greatest(age(i.backend_xmin), age(i.backend_xid))::int8 AS xmin_age,
       (SELECT count(*) FROM held h WHERE h.pid = i.pid) AS locks,
       (SELECT string_agg(h.object || ' ' || h.mode, ', ' ORDER BY h.place) FROM held h
        WHERE h.pid = i.pid AND h.place <= 4) AS holds,
       left(i.query, 120) AS query, i.idle_total, i.in_transaction_total
FROM idle i
ORDER BY i.state = 'idle', i.state_change
