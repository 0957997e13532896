-- Tables of this database that autovacuum should have vacuumed long ago, the worst first, and how busy its workers are
-- in all databases.
--
-- alert:   PostgreSQLAutovacuumStarved
-- servers: 13-
-- role:    pg_monitor; without it the workers are not seen
--
-- A table is overdue when it has twice as many dead rows as trigger autovacuum (and over 1000), no vacuum has finished
-- on it for an hour, and none is at work on it. Tables whose owner switched autovacuum off for them don't count. At
-- least one row; its relation is null when no table is overdue. No row on a standby, where nothing is vacuumed.
--
-- column: relation text; null when none is overdue
-- column: dead_rows bigint; as estimated
-- column: live_rows bigint; as estimated
-- column: trigger_rows double precision; dead rows at which autovacuum comes
-- column: last_vacuum double precision, seconds; since the last vacuum, by hand or not; null when never
-- column: overdue bigint; all such tables
-- column: workers bigint; autovacuum workers at work in any database
-- column: max_workers integer; autovacuum_max_workers
-- column: is_on boolean; autovacuum is on and has the statistics that it needs
--
-- derived: diag_postgresql_vacuum_overdue_tables gauge from overdue;
--          Tables of the connected database with twice the dead rows that trigger autovacuum and no vacuum for an hour.
-- derived: diag_postgresql_autovacuum_workers_used_ratio gauge from workers, max_workers;
--          Autovacuum workers at work as a share of autovacuum_max_workers.
WITH dead AS MATERIALIZED (
    SELECT oid, reltuples, reloptions, pg_stat_get_dead_tuples(oid) AS dead_rows
    FROM pg_class
    WHERE relkind IN ('r', 't', 'm') AND pg_stat_get_dead_tuples(oid) > 1000
), due AS MATERIALIZED (
    SELECT d.*, least(
               nullif(coalesce(o.maximum, current_setting('autovacuum_vacuum_max_threshold', true)::float8), -1),
               coalesce(o.threshold, current_setting('autovacuum_vacuum_threshold')::float8)
               + coalesce(o.factor, current_setting('autovacuum_vacuum_scale_factor')::float8)
                 * greatest(d.reltuples, 0)) AS trigger_rows,
           greatest(pg_stat_get_last_vacuum_time(d.oid), pg_stat_get_last_autovacuum_time(d.oid)) AS vacuumed
    FROM dead d, LATERAL (
        SELECT max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_threshold')::float8 AS threshold,
               max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_scale_factor')::float8 AS factor,
               max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_max_threshold')::float8 AS maximum,
               coalesce(max(option_value) FILTER (WHERE option_name = 'autovacuum_enabled'), 'on')::bool AS is_on
        FROM pg_options_to_table(d.reloptions)) o
    WHERE o.is_on
), overdue AS MATERIALIZED (
    SELECT * FROM due
    WHERE dead_rows > 2 * trigger_rows AND coalesce(vacuumed, '-infinity') < now() - interval '1 hour'
      AND oid NOT IN (SELECT relid FROM pg_stat_progress_vacuum WHERE datname = current_database())
)
SELECT d.oid::regclass::text AS relation, d.dead_rows, d.reltuples::int8 AS live_rows, d.trigger_rows,
       extract(epoch FROM now() - d.vacuumed)::float8 AS last_vacuum,
       (SELECT count(*) FROM overdue) AS overdue,
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker') AS workers,
       current_setting('autovacuum_max_workers')::int AS max_workers,
       current_setting('autovacuum')::bool AND current_setting('track_counts')::bool AS is_on
FROM (SELECT 1) one LEFT JOIN overdue d ON true
WHERE NOT pg_is_in_recovery()
ORDER BY d.dead_rows / greatest(d.trigger_rows, 1) DESC NULLS LAST
LIMIT 10
