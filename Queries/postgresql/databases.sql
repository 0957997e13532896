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
--
-- metric: diag_postgresql_deadlocks_total counter from deadlocks by datname since stats_reset;
--         Deadlocks detected in a database.
-- metric: diag_postgresql_recovery_conflicts_total counter from conflicts by datname since stats_reset;
--         Statements cancelled on a standby by replay.
SELECT datname, pg_stat_get_db_deadlocks(oid) AS deadlocks, pg_stat_get_db_conflict_all(oid) AS conflicts,
       extract(epoch FROM pg_stat_get_db_stat_reset_time(oid))::float8 AS stats_reset
FROM pg_database
ORDER BY datname
