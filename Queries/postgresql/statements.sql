-- The statements that cost most by one measure, from pg_stat_statements, with their share of all.
--
-- alert:   APILatencyHigh
-- servers: 13-
-- role:    pg_monitor; without it others' statements are hidden
-- needs:   the extension pg_stat_statements in this database, in a schema of the search path
-- setting: diag.statements_by, total (or mean, calls, io, rows) where it is not set
-- setting: diag.top, 10 where it is not set
--
-- column: share double precision, ratio; of the measure in all statements; of the total time for the mean
-- column: total double precision, seconds; of all runs
-- column: mean double precision, seconds; of one run
-- column: longest double precision, seconds; of one run
-- column: calls bigint; how often
-- column: rows_per_call double precision; returned or changed
-- column: hit_ratio double precision, ratio; blocks found in shared buffers, null without any
-- column: read bigint, bytes; from the disk or the system's cache
-- column: written bigint, bytes; by the statements themselves
-- column: temp bigint, bytes; read from and written to temporary files
-- column: io_time double precision, seconds; reading and writing blocks, null where track_io_timing is off
-- column: usename name; role
-- column: datname name; database
-- column: query text; with constants taken out, first 200 characters
-- column: stored bigint; statements that there are statistics of
WITH top AS MATERIALIZED (
    SELECT s, m.measure, m.shared / nullif(sum(m.shared) OVER (), 0) AS share, count(*) OVER () AS stored
    FROM pg_stat_statements s
    CROSS JOIN (SELECT coalesce(nullif(current_setting('diag.statements_by', true), ''), 'total') AS name) by
    CROSS JOIN LATERAL (
        SELECT CASE by.name WHEN 'mean' THEN s.mean_exec_time WHEN 'calls' THEN s.calls WHEN 'rows' THEN s.rows
                    WHEN 'io' THEN s.shared_blks_read + s.shared_blks_written + s.local_blks_read
                         + s.local_blks_written + s.temp_blks_read + s.temp_blks_written
                    ELSE s.total_exec_time END AS measure
    ) measured
    CROSS JOIN LATERAL (
        SELECT measured.measure,
               CASE by.name WHEN 'mean' THEN s.total_exec_time ELSE measured.measure END AS shared
    ) m
    ORDER BY m.measure DESC
    LIMIT coalesce(nullif(current_setting('diag.top', true), ''), '10')::int
)
SELECT share, (s).total_exec_time / 1000 AS total, (s).mean_exec_time / 1000 AS mean,
       (s).max_exec_time / 1000 AS longest, (s).calls,
       (s).rows::float8 / greatest((s).calls, 1) AS rows_per_call,
       (s).shared_blks_hit::float8 / nullif((s).shared_blks_hit + (s).shared_blks_read, 0) AS hit_ratio,
       ((s).shared_blks_read + (s).local_blks_read) * b.size AS read,
       ((s).shared_blks_written + (s).local_blks_written) * b.size AS written,
       ((s).temp_blks_read + (s).temp_blks_written) * b.size AS temp,
       CASE WHEN current_setting('track_io_timing')::boolean THEN (
           coalesce((j.row ->> 'shared_blk_read_time')::float8, (j.row ->> 'blk_read_time')::float8)
           + coalesce((j.row ->> 'shared_blk_write_time')::float8, (j.row ->> 'blk_write_time')::float8)) / 1000
       END AS io_time,
       pg_get_userbyid((s).userid) AS usename, d.datname, left((s).query, 200) AS query, stored
FROM top
CROSS JOIN (SELECT current_setting('block_size')::int8 AS size) b
CROSS JOIN LATERAL (SELECT to_jsonb(s) - 'query' AS row) j
LEFT JOIN pg_database d ON d.oid = (s).dbid
ORDER BY measure DESC
