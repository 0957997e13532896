-- Whether autovacuum is on, and how many of its workers are busy.
--
-- servers: 13-
-- role:    pg_monitor; without it workers are not seen
--
-- column: is_on boolean; autovacuum and track_counts, which it needs
-- column: workers bigint; at work now
-- column: max_workers bigint; that there can be at once
SELECT current_setting('autovacuum')::boolean AND current_setting('track_counts')::boolean AS is_on,
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker') AS workers,
       current_setting('autovacuum_max_workers')::int8 AS max_workers
