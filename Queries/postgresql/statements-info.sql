-- Since when statement statistics count, and how many statements they had to forget.
--
-- servers: 14-
-- role:    any
-- needs:   the extension pg_stat_statements, 1.9 or newer, in a schema of the search path
--
-- column: stats_reset double precision, seconds since 1970; when they began anew
-- column: dealloc bigint; times that the least used were forgotten to make room
SELECT extract(epoch FROM stats_reset)::float8 AS stats_reset, dealloc
FROM pg_stat_statements_info
