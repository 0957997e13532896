-- What each database has read, spilled to temporary files and found damaged since its statistics were reset.
--
-- alert:   PostgreSQLTempFiles, PostgreSQLCacheHitLow, PostgreSQLChecksumFailures
-- servers: 13-
-- role:    any
--
-- column: datname name; database, null for what belongs to all of them
-- column: temp_files bigint; temporary files written by queries
-- column: temp_bytes bigint, bytes; in them
-- column: blks_hit bigint, blocks; found in shared_buffers
-- column: blks_read bigint, blocks; not found there, so read from the kernel or disk
-- column: checksum_failures bigint; pages that were not as they had been written, null where checksums are off
-- column: checksum_failed double precision, seconds; since the last of these
-- column: stats_reset double precision, seconds since 1970; null when never
--
-- metric: diag_postgresql_temp_bytes_total counter from temp_bytes by datname since stats_reset;
--         Bytes that queries of a database wrote to temporary files.
-- metric: diag_postgresql_checksum_failures_total counter from checksum_failures by datname since stats_reset;
--         Data pages of a database whose checksum was wrong; without datname those that belong to all databases.
-- derived: diag_postgresql_block_requests_total counter from blks_hit, blks_read by datname, from;
--          Blocks that a database asked for, by where they came from: cache is shared_buffers, disk is all else.
SELECT datname, temp_files, temp_bytes, blks_hit, blks_read, checksum_failures,
       extract(epoch FROM clock_timestamp() - checksum_last_failure)::float8 AS checksum_failed,
       extract(epoch FROM stats_reset)::float8 AS stats_reset
FROM pg_stat_database
ORDER BY datname
