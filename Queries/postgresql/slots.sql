-- Replication slots and the WAL that each keeps on this server's disk, the most first.
--
-- alert:   PostgreSQLReplicationLag
-- servers: 13-
-- role:    any
--
-- column: slot_name name; its name
-- column: slot_type text; physical or logical
-- column: database name; of a logical slot
-- column: active boolean; false when nobody consumes it
-- column: retained bigint, bytes; WAL kept for it, null when it has none reserved
-- column: wal_status text; reserved, extended, unreserved, lost
-- column: safe_wal_size bigint, bytes; until it is lost, null where max_slot_wal_keep_size sets no bound
-- column: keep_size bigint, bytes; max_slot_wal_keep_size, null where it sets no bound
-- column: invalidation text; why it is of no more use, null while it is; told by 16 and later
-- column: inactive_since double precision, seconds since 1970; null while active and before 17
--
-- metric: diag_postgresql_slot_active gauge from active by slot_name;
--         1 when a replication slot has a consumer, 0 when not.
-- derived: diag_postgresql_slot_lost gauge from wal_status by slot_name;
--          1 when WAL that a replication slot needs is gone, so that its consumer must be built anew, 0 when not.
-- metric: diag_postgresql_slot_retained_bytes gauge from retained by slot_name;
--         WAL that a replication slot keeps on disk.
SELECT slot_name, slot_type, d.datname AS database, active,
       (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END
        - restart_lsn)::int8 AS retained,
       wal_status, safe_wal_size,
       CASE WHEN current_setting('max_slot_wal_keep_size') <> '-1'
            THEN pg_size_bytes(current_setting('max_slot_wal_keep_size')) END AS keep_size,
       coalesce(r.row ->> 'invalidation_reason',
                CASE WHEN (r.row ->> 'conflicting')::boolean THEN 'conflicts with recovery' END) AS invalidation,
       extract(epoch FROM (r.row ->> 'inactive_since')::timestamptz)::float8 AS inactive_since
FROM pg_get_replication_slots() s LEFT JOIN pg_database d ON d.oid = s.datoid
CROSS JOIN LATERAL (SELECT to_jsonb(s) AS row) r
ORDER BY retained DESC NULLS LAST, slot_name
