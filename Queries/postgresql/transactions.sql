-- Transactions that have been open for a long time, the oldest first: they keep vacuum from cleaning and locks held.
--
-- servers: 13-
-- role:    pg_monitor; without it others' transactions are not seen
-- setting: diag.transaction_seconds, 300 where it is not set
--
-- column: pid integer; for pg_cancel_backend
-- column: usename name; role
-- column: application_name text; as the client calls itself
-- column: client_addr text; null through a unix socket
-- column: datname name; database
-- column: state text; active, idle in transaction, ...
-- column: open double precision, seconds; since the transaction began
-- column: in_state double precision, seconds; since the state changed
-- column: wait text; what it waits for, as type: event, null when it runs
-- column: xmin_age bigint, transactions; how far back it keeps dead rows, null when it does not
-- column: query text; the statement, first 120 characters
-- column: total bigint; all such transactions
--
-- derived: diag_postgresql_long_transactions gauge from total; Transactions open for longer than the threshold.
SELECT pid, usename, application_name, host(client_addr) AS client_addr, datname, state,
       extract(epoch FROM now() - xact_start)::float8 AS open,
       extract(epoch FROM now() - state_change)::float8 AS in_state,
       wait_event_type || ': ' || wait_event AS wait,
       age(backend_xmin)::int8 AS xmin_age,
       left(query, 120) AS query,
       count(*) OVER () AS total
FROM pg_stat_activity
WHERE backend_type = 'client backend'
  AND xact_start < now()
      - make_interval(secs => coalesce(nullif(current_setting('diag.transaction_seconds', true), ''), '300')::float8)
ORDER BY xact_start
LIMIT 20
