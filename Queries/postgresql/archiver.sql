-- Whether WAL is archived: the last success, the last failure, and how much has been written since.
--
-- alert:   PostgreSQLArchiveFailing
-- servers: 13-
-- role:    any
--
-- A segment's name is its timeline, then its number in two parts of eight hexadecimal digits each.
--
-- column: mode text; archive_mode: off, on, always
-- column: is_failing boolean; the last attempt failed
-- column: archived_count bigint; files archived since stats_reset
-- column: failed_count bigint; attempts that failed since stats_reset
-- column: last_archived_wal text; the last file archived
-- column: last_archived_age double precision, seconds; since it was
-- column: last_failed_wal text; the last file that could not be archived
-- column: last_failed_age double precision, seconds; since that
-- column: backlog bigint, bytes; WAL written behind the last archived segment, null when none was archived, or on a standby
-- column: stats_reset double precision, seconds since 1970; of the two counts
--
-- derived: diag_postgresql_archive_failing gauge from is_failing, mode;
--          1 when the last attempt to archive WAL failed, 0 when it succeeded; absent where archive_mode is off.
-- derived: diag_postgresql_archive_backlog_bytes gauge from backlog, mode;
--          WAL written since the last segment that was archived; absent where archive_mode is off.
SELECT current_setting('archive_mode') AS mode,
       coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) AS is_failing,
       archived_count, failed_count, last_archived_wal,
       extract(epoch FROM clock_timestamp() - last_archived_time)::float8 AS last_archived_age,
       last_failed_wal,
       extract(epoch FROM clock_timestamp() - last_failed_time)::float8 AS last_failed_age,
       CASE WHEN NOT pg_is_in_recovery() AND last_archived_wal ~ '^[0-9A-F]{24}' THEN
           greatest(0, (pg_current_wal_lsn() - '0/0'::pg_lsn)::int8
               - ('x' || substr(last_archived_wal, 9, 8))::bit(32)::int8 * 4294967296
               - (('x' || substr(last_archived_wal, 17, 8))::bit(32)::int8 + 1)
                 * pg_size_bytes(current_setting('wal_segment_size')))
       END AS backlog,
       extract(epoch FROM stats_reset)::float8 AS stats_reset
FROM pg_stat_archiver
