-- Checkpoints that came when checkpoint_timeout was over, and those that somebody or something asked for sooner.
--
-- alert:   PostgreSQLCheckpointPressure
-- servers: 13-16
-- role:    any
--
-- On a standby these are restartpoints.
--
-- column: timed bigint; when checkpoint_timeout was over
-- column: requested bigint; because max_wal_size was reached, for a base backup or by CHECKPOINT
-- column: write_time double precision, seconds; spent on writing
-- column: sync_time double precision, seconds; spent on flushing to disk
-- column: stats_reset double precision, seconds since 1970; of all these
-- column: max_wal_size bigint, bytes; WAL between two checkpoints before one is requested
-- column: checkpoint_timeout double precision, seconds; time between two checkpoints
--
-- derived: diag_postgresql_checkpoints_total counter from timed, requested by cause;
--          Checkpoints by what caused them: timed by checkpoint_timeout, or requested.
SELECT checkpoints_timed AS timed,
       checkpoints_req AS requested,
       checkpoint_write_time / 1000 AS write_time,
       checkpoint_sync_time / 1000 AS sync_time,
       extract(epoch FROM stats_reset)::float8 AS stats_reset,
       pg_size_bytes(current_setting('max_wal_size')) AS max_wal_size,
       extract(epoch FROM current_setting('checkpoint_timeout')::interval)::float8 AS checkpoint_timeout
FROM pg_stat_bgwriter
