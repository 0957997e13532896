-- What runs at this moment: statements of clients and the work of the server's own processes, the longest first.
-- Parallel workers follow their leader.
--
-- servers: 13-
-- role:    pg_monitor; without it others' statements are not seen
-- setting: diag.top, 30 where it is not set
--
-- column: pid integer; for pg_cancel_backend
-- column: leader_pid integer; the leader of a parallel worker, null for all others
-- column: usename name; role
-- column: application_name text; as the client calls itself
-- column: client_addr text; null through a unix socket
-- column: datname name; database
-- column: kind text; which of the server's own processes, null for a client's statement
-- column: running double precision, seconds; since the statement began
-- column: transaction double precision, seconds; since the transaction began, null where the statement began it
-- column: wait text; what it waits for, as type: event, null when it runs
-- column: query text; the statement, first 160 characters
-- column: total bigint; all that run, parallel workers among them
-- column: waiting_total bigint; those that wait for a lock
SELECT a.pid, a.leader_pid, a.usename, a.application_name, host(a.client_addr) AS client_addr, a.datname,
       nullif(a.backend_type, 'client backend') AS kind,
       extract(epoch FROM clock_timestamp() - a.query_start)::float8 AS running,
       CASE WHEN a.xact_start < a.query_start
            THEN extract(epoch FROM clock_timestamp() - a.xact_start)::float8 END AS transaction,
       a.wait_event_type || ': ' || a.wait_event AS wait,
       left(a.query, 160) AS query,
       count(*) OVER () AS total,
       count(*) FILTER (WHERE a.wait_event_type = 'Lock') OVER () AS waiting_total
FROM pg_stat_activity a LEFT JOIN pg_stat_activity l ON l.pid = a.leader_pid
WHERE a.state = 'active' AND a.pid <> pg_backend_pid() AND a.backend_type <> 'walsender'
ORDER BY coalesce(l.query_start, a.query_start) NULLS LAST, coalesce(a.leader_pid, a.pid), a.leader_pid IS NOT NULL,
         a.pid
LIMIT coalesce(nullif(current_setting('diag.top', true), ''), '30')::int
