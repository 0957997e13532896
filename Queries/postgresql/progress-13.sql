-- How far the long works of the server are: vacuum, analyze, index builds, cluster, base
-- backups. This version does not tell how far COPY is.
--
-- servers: 13-13
-- role:    pg_monitor; without it others' progress is hidden
--
-- column: pid integer; who works
-- column: work text; VACUUM, ANALYZE, CREATE INDEX, ...
-- column: datname name; database, null for a base backup
-- column: relation text; by name where it is in our database, else its number
-- column: phase text; as the server calls it
-- column: done_ratio double precision, ratio; of the phase that counts, null where its end is not known
-- column: done text; what is done of what there is, in its unit
-- column: running double precision, seconds; since the statement began
-- column: is_automatic boolean; an autovacuum worker does it
WITH works AS (
    SELECT pid, CASE WHEN index_vacuum_count > 0 THEN 'VACUUM, pass ' || index_vacuum_count + 1 ELSE 'VACUUM' END
           AS work, datname, relid, phase,
           CASE phase WHEN 'vacuuming heap' THEN heap_blks_vacuumed ELSE heap_blks_scanned END AS done,
           heap_blks_total AS whole, 'blocks' AS unit
    FROM pg_stat_progress_vacuum
    UNION ALL
    SELECT pid, 'ANALYZE', datname, relid, phase, sample_blks_scanned, sample_blks_total, 'blocks'
    FROM pg_stat_progress_analyze
    UNION ALL
    SELECT pid, command, datname, relid, phase,
           CASE WHEN phase LIKE 'waiting%' THEN lockers_done WHEN tuples_total > 0 THEN tuples_done ELSE blocks_done END,
           CASE WHEN phase LIKE 'waiting%' THEN lockers_total WHEN tuples_total > 0 THEN tuples_total
                ELSE blocks_total END,
           CASE WHEN phase LIKE 'waiting%' THEN 'lockers' WHEN tuples_total > 0 THEN 'tuples' ELSE 'blocks' END
    FROM pg_stat_progress_create_index
    UNION ALL
    SELECT pid, command, datname, relid, phase, heap_blks_scanned, heap_blks_total, 'blocks'
    FROM pg_stat_progress_cluster
    UNION ALL
    SELECT pid, 'BASE BACKUP', NULL, NULL, phase, backup_streamed, backup_total, 'bytes'
    FROM pg_stat_progress_basebackup
)
SELECT w.pid, w.work, w.datname,
       CASE WHEN w.datname = current_database() THEN nullif(w.relid, 0)::regclass::text
            ELSE nullif(w.relid, 0)::text END AS relation,
       w.phase,
       CASE WHEN w.whole > 0 THEN least(1, w.done::float8 / w.whole) END AS done_ratio,
       w.done || coalesce(' of ' || nullif(w.whole, 0), '') || ' ' || w.unit AS done,
       extract(epoch FROM clock_timestamp() - coalesce(a.query_start, a.backend_start))::float8 AS running,
       coalesce(a.backend_type = 'autovacuum worker', false) AS is_automatic
FROM works w LEFT JOIN pg_stat_activity a ON a.pid = w.pid
ORDER BY running DESC NULLS LAST, w.pid
LIMIT 30
