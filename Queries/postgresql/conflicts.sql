-- Statements that replay cancelled on this standby, by database and cause, since the statistics were reset. No row on
-- a primary, and none for databases without conflicts.
--
-- servers: 13-
-- role:    any
--
-- column: datname name; database
-- column: tablespace bigint; a tablespace was dropped
-- column: lock bigint; an exclusive lock was replayed
-- column: snapshot bigint; rows that a snapshot still saw were removed
-- column: bufferpin bigint; a buffer stayed pinned
-- column: deadlock bigint; a deadlock with replay
-- column: stats_reset double precision, seconds since 1970; null when never
SELECT c.datname, c.confl_tablespace AS tablespace, c.confl_lock AS lock, c.confl_snapshot AS snapshot,
       c.confl_bufferpin AS bufferpin, c.confl_deadlock AS deadlock,
       extract(epoch FROM d.stats_reset)::float8 AS stats_reset
FROM pg_stat_database_conflicts c JOIN pg_stat_database d ON d.datid = c.datid
WHERE pg_is_in_recovery()
  AND c.confl_tablespace + c.confl_lock + c.confl_snapshot + c.confl_bufferpin + c.confl_deadlock > 0
ORDER BY c.confl_snapshot + c.confl_lock DESC, c.datname
LIMIT 20
