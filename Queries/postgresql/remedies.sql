-- Every process of the server that has a session, with what one must know before ending it: whose it is, since when, what
-- it does, and whether this role may signal it. Its start tells it from a later session with the same pid; the other
-- moments tell whether it still does what it did. They are whole microseconds, which survive every setting of the server.
--
-- servers: 13-
-- role:    pg_monitor; without it others' start and state are null, and they cannot be told from later ones
--
-- column: pid integer; of the process
-- column: leader_pid integer; of a parallel worker its leader's, null for all others
-- column: usename name; role
-- column: application_name text; as the client calls itself
-- column: client_addr text; null through a unix socket
-- column: datname name; database
-- column: backend_type text; client backend, walsender, autovacuum worker, ...
-- column: state text; active, idle, idle in transaction, ...
-- column: wait text; what it waits for, as type: event, null when it runs
-- column: backend_start bigint, microseconds since 1970; start of the session
-- column: xact_start bigint, microseconds since 1970; of its transaction, null without one
-- column: query_start bigint, microseconds since 1970; of its statement, the last one when it is idle
-- column: state_change bigint, microseconds since 1970; when it came into this state
-- column: in_state double precision, seconds; since the state changed
-- column: transaction_open double precision, seconds; since its transaction began
-- column: statement_age double precision, seconds; since its statement began
-- column: query text; its statement, or its last one when idle; first 200 characters
-- column: is_own boolean; the session that asks
-- column: is_superuser boolean; its role is one
-- column: may_signal boolean; this role may cancel and terminate it
-- column: advisory_locks bigint; that it holds
WITH me AS (
    SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS is_superuser,
           pg_has_role('pg_signal_backend', 'USAGE') AS signals,
           coalesce(pg_has_role(to_regrole('pg_signal_autovacuum_worker')::oid, 'USAGE'), false) AS signals_vacuum
), advisory AS (
    SELECT pid, count(*) AS held FROM pg_locks WHERE locktype = 'advisory' AND granted GROUP BY pid
)
SELECT a.pid, a.leader_pid, a.usename, a.application_name, host(a.client_addr) AS client_addr, a.datname,
       a.backend_type, a.state, a.wait_event_type || ': ' || a.wait_event AS wait,
       (extract(epoch FROM a.backend_start) * 1000000)::int8 AS backend_start,
       (extract(epoch FROM a.xact_start) * 1000000)::int8 AS xact_start,
       (extract(epoch FROM a.query_start) * 1000000)::int8 AS query_start,
       (extract(epoch FROM a.state_change) * 1000000)::int8 AS state_change,
       extract(epoch FROM clock_timestamp() - a.state_change)::float8 AS in_state,
       extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS transaction_open,
       extract(epoch FROM clock_timestamp() - a.query_start)::float8 AS statement_age,
       left(a.query, 200) AS query,
       a.pid = pg_backend_pid() AS is_own,
       coalesce(r.rolsuper, false) AS is_superuser,
       CASE WHEN me.is_superuser THEN true
            WHEN a.usesysid IS NULL THEN a.backend_type = 'autovacuum worker' AND me.signals_vacuum
            WHEN r.rolsuper THEN false
            ELSE me.signals OR coalesce(pg_has_role(a.usesysid, 'USAGE'), false) END AS may_signal,
       coalesce(advisory.held, 0) AS advisory_locks
FROM pg_stat_activity a
CROSS JOIN me
LEFT JOIN pg_roles r ON r.oid = a.usesysid
LEFT JOIN advisory ON advisory.pid = a.pid
ORDER BY a.pid
