-- Deadlocks and recovery conflicts of each database since its statistics were reset.
--
-- alert:   PostgreSQLDeadlocks
-- servers: 13-
-- role:    any
--
-- column: datname name; database
-- column: deadlocks bigint; detected since stats_reset
-- column: conflicts bigint; statements cancelled on a standby since stats_reset
-- column: stats_reset double precision, seconds since 1970; null when never
SELECT datname, deadlocks, conflicts, extract(epoch FROM stats_reset)::float8 AS stats_reset
FROM pg_stat_database
WHERE datname IS NOT NULL
ORDER BY datname
