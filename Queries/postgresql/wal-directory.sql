-- What the WAL takes on this server's disk, and the settings that say how much it should.
--
-- servers: 13-
-- role:    pg_monitor
--
-- column: files bigint; in pg_wal
-- column: size bigint, bytes; of them together
-- column: max_wal_size bigint, bytes; what checkpoints aim at, not a bound
-- column: wal_keep_size bigint, bytes; always kept for standbys
-- column: slot_keep_size bigint, bytes; max_slot_wal_keep_size, null where slots have no bound
SELECT count(*) AS files, coalesce(sum(size), 0)::int8 AS size,
       pg_size_bytes(current_setting('max_wal_size')) AS max_wal_size,
       pg_size_bytes(current_setting('wal_keep_size')) AS wal_keep_size,
       CASE WHEN current_setting('max_slot_wal_keep_size') <> '-1'
            THEN pg_size_bytes(current_setting('max_slot_wal_keep_size')) END AS slot_keep_size
FROM pg_ls_waldir()
