-- Client sessions by who they are and what they do.
--
-- alert:   PostgreSQLConnectionsExhausted
-- servers: 13-
-- role:    pg_monitor; without it others' application, address and state are null
--
-- Only client backends take a slot of max_connections: WAL senders, autovacuum and parallel workers have their own.
-- Where the type is hidden, whoever is connected to a database is taken for a client.
--
-- Asks the function below pg_stat_activity: planning the view's joins in a new session takes longer than the answer.
--
-- column: usename name; role
-- column: application_name text; as the client calls itself
-- column: client_addr text; null through a unix socket
-- column: datname name; database
-- column: state text; active, idle, idle in transaction, ...
-- column: sessions bigint; how many
-- column: longest double precision, seconds; the longest in this state
-- column: longest_transaction double precision, seconds; the longest in a transaction, null where none is in one
--
-- derived: diag_postgresql_connections_used_ratio gauge from sessions;
--          Client sessions as a share of those that ordinary roles can have (max_connections without reserved slots).
-- derived: diag_postgresql_connections gauge from sessions by state; Client sessions by state.
-- derived: diag_postgresql_oldest_transaction_seconds gauge from longest_transaction;
--          Time since the oldest open transaction of a client began, 0 when none is open.
-- derived: diag_postgresql_idle_in_transaction_seconds gauge from longest, state;
--          Time for which a client has longest been idle in a transaction, 0 when none is.
SELECT pg_get_userbyid(usesysid) AS usename, application_name, host(client_addr) AS client_addr, d.datname, state,
       count(*) AS sessions,
       greatest(0, extract(epoch FROM clock_timestamp() - min(state_change)))::float8 AS longest,
       greatest(0, extract(epoch FROM clock_timestamp() - min(xact_start)))::float8 AS longest_transaction
FROM pg_stat_get_activity(NULL) s LEFT JOIN pg_database d ON d.oid = s.datid
WHERE backend_type = 'client backend' OR (backend_type IS NULL AND datid IS NOT NULL)
GROUP BY usesysid, application_name, client_addr, datname, state
ORDER BY sessions DESC, usename, application_name, client_addr, datname, state
