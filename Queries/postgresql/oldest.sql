-- The client sessions that have been connected for longest, each with what it does.
--
-- servers: 13-
-- role:    pg_monitor; without it others' sessions are not seen
-- setting: diag.top, 10 where it is not set
--
-- column: pid integer; of its backend
-- column: usename name; role
-- column: application_name text; as the client calls itself
-- column: client_addr text; null through a unix socket
-- column: datname name; database
-- column: connected double precision, seconds; since it logged in
-- column: state text; active, idle, idle in transaction, ...
-- column: in_state double precision, seconds; since the state changed
-- column: query text; the last statement, first 120 characters
SELECT pid, usename, application_name, host(client_addr) AS client_addr, datname,
       extract(epoch FROM clock_timestamp() - backend_start)::float8 AS connected,
       state, extract(epoch FROM clock_timestamp() - state_change)::float8 AS in_state,
       left(query, 120) AS query
FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
ORDER BY backend_start
LIMIT coalesce(nullif(current_setting('diag.top', true), ''), '10')::int
