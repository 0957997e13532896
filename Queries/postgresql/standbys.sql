-- Who streams from this server, and how far behind each is.
--
-- alert:   PostgreSQLReplicationLag
-- servers: 13-
-- role:    pg_monitor; without it all but the pid is null
--
-- Asks the functions below pg_stat_replication, as sessions.sql does.
--
-- column: pid integer; of the WAL sender
-- column: application_name text; the standby's name (cluster_name or primary_conninfo)
-- column: client_addr text; null through a unix socket
-- column: state text; startup, catchup, streaming, backup, stopping
-- column: sync_state text; async, potential, sync, quorum
-- column: slot_name name; its replication slot, null without one
-- column: slot_type text; physical or logical
-- column: sent_behind bigint, bytes; WAL that is written here and not yet sent
-- column: write_behind bigint, bytes; not yet written there
-- column: flush_behind bigint, bytes; not yet on its disk
-- column: replay_behind bigint, bytes; not yet visible there
-- column: write_lag double precision, seconds; as last measured, null when idle
-- column: flush_lag double precision, seconds; as last measured, null when idle
-- column: replay_lag double precision, seconds; as last measured, null when idle
-- column: replay_wal bigint, bytes; the standby's replay position
-- column: reply_age double precision, seconds; since its last word
--
-- derived: diag_postgresql_replication_lag_seconds gauge from replay_lag, replay_behind, reply_age
--          by application_name, client_addr, slot_name; How far what a standby shows is behind the primary, in time.
-- derived: diag_postgresql_replication_lag_bytes gauge from replay_behind, flush_behind
--          by application_name, client_addr, slot_name; How far what a standby shows is behind the primary, in WAL.
-- derived: diag_postgresql_standby_connected gauge from application_name, state by application_name;
--          1 when an expected standby streams from this server, 0 when not.
SELECT r.pid, a.application_name, host(a.client_addr) AS client_addr, r.state, r.sync_state,
       s.slot_name, s.slot_type,
       (w.here - r.sent_lsn)::int8 AS sent_behind,
       (w.here - r.write_lsn)::int8 AS write_behind,
       (w.here - r.flush_lsn)::int8 AS flush_behind,
       (w.here - r.replay_lsn)::int8 AS replay_behind,
       extract(epoch FROM r.write_lag)::float8 AS write_lag,
       extract(epoch FROM r.flush_lag)::float8 AS flush_lag,
       extract(epoch FROM r.replay_lag)::float8 AS replay_lag,
       (r.replay_lsn - '0/0'::pg_lsn)::int8 AS replay_wal,
       extract(epoch FROM clock_timestamp() - r.reply_time)::float8 AS reply_age
FROM pg_stat_get_wal_senders() r
JOIN pg_stat_get_activity(NULL) a USING (pid)
LEFT JOIN pg_get_replication_slots() s ON s.active_pid = r.pid
CROSS JOIN (
    SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END AS here
) w
ORDER BY a.application_name, client_addr, r.pid
