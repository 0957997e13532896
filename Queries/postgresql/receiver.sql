-- How a standby receives and replays WAL. No row on a primary.
--
-- alert:   PostgreSQLReplicationLag
-- servers: 13-
-- role:    pg_monitor; without it the receiver's fields are null
--
-- column: read_at double precision, seconds since 1970; by this server's clock
-- column: is_receiving boolean; a WAL receiver runs
-- column: status text; streaming, waiting, ...
-- column: sender_host text; the server it receives from
-- column: sender_port integer; its port
-- column: slot_name text; the slot it uses there, null without one
-- column: message_age double precision, seconds; since the sender's last word
-- column: sender_wal bigint, bytes; the sender's position as of that word
-- column: received_wal bigint, bytes; on this disk
-- column: replayed_wal bigint, bytes; visible here
-- column: replay_age double precision, seconds; since the commit that was replayed last
-- column: is_paused boolean; replay is paused
-- column: receiver_timeout double precision, seconds; after that much silence the receiver gives up, 0 is never
--
-- metric:  diag_postgresql_replay_paused gauge from is_paused; 1 when replay is paused on this standby.
-- derived: diag_postgresql_wal_receiver_streaming gauge from is_receiving, status;
--          1 when this standby's WAL receiver streams, 0 when not.
-- derived: diag_postgresql_replication_lag_seconds gauge from replay_age, message_age by role;
--          How far what a standby shows is behind the primary, in time.
-- derived: diag_postgresql_replication_lag_bytes gauge from sender_wal, received_wal, replayed_wal by role;
--          How far what a standby shows is behind the primary, in WAL.
-- derived: diag_postgresql_wal_position_bytes gauge from received_wal, replayed_wal by role, position;
--          Position in the WAL: current on a primary, received and replayed on a standby.
SELECT extract(epoch FROM clock_timestamp())::float8 AS read_at,
       w.pid IS NOT NULL AS is_receiving,
       w.status, w.sender_host, w.sender_port, w.slot_name,
       extract(epoch FROM clock_timestamp() - w.last_msg_receipt_time)::float8 AS message_age,
       (w.latest_end_lsn - '0/0'::pg_lsn)::int8 AS sender_wal,
       (pg_last_wal_receive_lsn() - '0/0'::pg_lsn)::int8 AS received_wal,
       (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::int8 AS replayed_wal,
       extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8 AS replay_age,
       pg_is_wal_replay_paused() AS is_paused,
       extract(epoch FROM current_setting('wal_receiver_timeout')::interval)::float8 AS receiver_timeout
FROM (SELECT 1) one LEFT JOIN pg_stat_wal_receiver w ON true
WHERE pg_is_in_recovery()
