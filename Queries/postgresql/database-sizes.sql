-- Databases by size, with the temporary files that their statements have written. The server adds up files for that:
-- at most 50 databases are measured, this one and the busiest.
--
-- servers: 13-
-- role:    pg_monitor; without it only databases that the role may connect to are measured
--
-- column: datname name; database
-- column: size bigint, bytes; of all its files, null where the role may not know
-- column: temp_files bigint; written since stats_reset
-- column: temp_bytes bigint, bytes; written to them since stats_reset
-- column: stats_reset double precision, seconds since 1970; null when never
-- column: databases bigint; in all, those that were not measured among them
SELECT datname,
       CASE WHEN has_database_privilege(datid, 'CONNECT') OR pg_has_role('pg_read_all_stats', 'USAGE')
            THEN pg_database_size(datid) END AS size,
       temp_files, temp_bytes, extract(epoch FROM stats_reset)::float8 AS stats_reset, databases
FROM (
    SELECT d.oid AS datid, d.datname, s.temp_files, s.temp_bytes, s.stats_reset, count(*) OVER () AS databases
    FROM pg_database d LEFT JOIN pg_stat_database s ON s.datid = d.oid
    ORDER BY d.datname = current_database() DESC, s.xact_commit DESC NULLS LAST, d.datname
    LIMIT 50
) busiest
ORDER BY size DESC NULLS LAST, datname
