-- Settings of this server that differ from their defaults or wait for a restart, and some that must be known anyway.
--
-- servers: 13-
-- role:    pg_monitor; without it the file and some values are hidden
--
-- column: name text; of the setting
-- column: setting text; its value as SHOW gives it
-- column: default_setting text; what it is without anybody's doing
-- column: source text; configuration file, database, user, command line, ...
-- column: place text; file and line, null elsewhere or where hidden
-- column: pending_restart boolean; the file says otherwise, and only a restart brings that
-- column: context text; what a change needs: postmaster is a restart, sighup a reload
-- column: is_changed boolean; it differs from the default and not by this session's doing
SELECT name, current_setting(name, true) AS setting,
       CASE WHEN unit IS NULL OR boot_val IN ('0', '-1') THEN boot_val
            WHEN unit ~ 'B$' THEN pg_size_pretty(boot_val::numeric * pg_size_bytes(
                CASE WHEN unit ~ '^[0-9]' THEN unit ELSE '1' || unit END))
            ELSE boot_val || unit END AS default_setting,
       source, sourcefile || ':' || sourceline AS place, pending_restart, context,
       source NOT IN ('default', 'override', 'client', 'session') AND setting IS DISTINCT FROM boot_val AS is_changed
FROM pg_settings
WHERE pending_restart
   OR (source NOT IN ('default', 'override', 'client', 'session') AND setting IS DISTINCT FROM boot_val)
   OR name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'autovacuum', 'track_counts', 'track_activities',
               'zero_damaged_pages', 'ignore_checksum_failure', 'data_checksums', 'allow_system_table_mods',
               'archive_mode', 'archive_command', 'statement_timeout', 'idle_in_transaction_session_timeout',
               'max_slot_wal_keep_size', 'shared_buffers', 'enable_seqscan', 'enable_indexscan', 'enable_hashjoin',
               'log_lock_waits', 'autovacuum_freeze_max_age', 'hot_standby_feedback', 'track_io_timing')
ORDER BY name
