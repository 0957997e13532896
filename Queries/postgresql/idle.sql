-- Sessions that have done nothing for a long time, those in a transaction first: they hold locks and keep vacuum from
-- cleaning. Counted from the last change of state; the start of the last statement would count its run as idleness.
--
-- alert:   PostgreSQLConnectionsExhausted
-- servers: 13-
-- role:    pg_monitor; without it others' sessions are not seen
-- setting: diag.idle_seconds, 600 where it is not set
--
-- column: pid integer; for pg_terminate_backend
-- column: usename name; role
-- column: application_name text; as the client calls itself
-- column: client_addr text; null through a unix socket
-- column: datname name; database
-- column: state text; idle, idle in transaction, idle in transaction (aborted)
-- column: idle double precision, seconds; since the state changed
-- column: query text; the last statement, first 120 characters
-- column: idle_total bigint; all such sessions that are in no transaction
-- column: in_transaction_total bigint; all such sessions that are in one
--
-- derived: diag_postgresql_idle_sessions gauge from idle_total;
--          Sessions idle for longer than the threshold, in no transaction.
-- derived: diag_postgresql_idle_in_transaction_sessions gauge from in_transaction_total;
--          Sessions idle in a transaction for longer than the threshold for idle sessions.
SELECT pid, usename, application_name, host(client_addr) AS client_addr, datname, state,
       extract(epoch FROM now() - state_change)::float8 AS idle,
       left(query, 120) AS query,
       count(*) FILTER (WHERE state = 'idle') OVER () AS idle_total,
       count(*) FILTER (WHERE state <> 'idle') OVER () AS in_transaction_total
FROM pg_stat_activity
WHERE backend_type = 'client backend' AND state LIKE 'idle%'
  AND state_change < now()
      - make_interval(secs => coalesce(nullif(current_setting('diag.idle_seconds', true), ''), '600')::float8)
ORDER BY state = 'idle', state_change
LIMIT 20
