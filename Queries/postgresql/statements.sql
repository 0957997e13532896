-- The statements that take longest on average, from pg_stat_statements.
--
-- alert:   APILatencyHigh
-- servers: 13-
-- role:    pg_monitor; without it others' statements are hidden
-- needs:   the extension pg_stat_statements in this database, in a schema of the search path
--
-- column: usename name; role
-- column: datname name; database
-- column: calls bigint; how often
-- column: mean double precision, seconds; of one run
-- column: longest double precision, seconds; of one run
-- column: total double precision, seconds; of all runs
-- column: rows_per_call double precision; returned or changed
-- column: query text; with constants taken out, first 120 characters
SELECT pg_get_userbyid(s.userid) AS usename, d.datname, s.calls,
       s.mean_exec_time / 1000 AS mean, s.max_exec_time / 1000 AS longest, s.total_exec_time / 1000 AS total,
       s.rows::float8 / greatest(s.calls, 1) AS rows_per_call,
       left(s.query, 120) AS query
FROM pg_stat_statements s
LEFT JOIN pg_database d ON d.oid = s.dbid
ORDER BY s.mean_exec_time DESC
LIMIT 10
