-- Indexes of this database that cost and serve nobody: invalid ones (a CREATE INDEX CONCURRENTLY that failed or runs),
-- and those that no statement has used since the statistics were reset. Those that enforce a constraint are left out.
--
-- servers: 13-
-- role:    any
-- setting: diag.top, 15 where it is not set
--
-- column: index text; its name
-- column: relation text; its table
-- column: flaw text; invalid, or unused
-- column: size bigint, bytes; on the disk, null where it is locked exclusively
-- column: table_writes bigint; rows inserted, updated and deleted: how often it had to be kept up
-- column: stats_reset double precision, seconds since 1970; since when it is unused, null when never reset
SELECT indexrelid::regclass::text AS index, indrelid::regclass::text AS relation, flaw,
       CASE WHEN NOT is_locked THEN pg_relation_size(indexrelid) END AS size, table_writes,
       (SELECT extract(epoch FROM stats_reset)::float8 FROM pg_stat_database WHERE datname = current_database())
       AS stats_reset
FROM (
    SELECT i.indexrelid, i.indrelid, CASE WHEN i.indisvalid THEN 'unused' ELSE 'invalid' END AS flaw,
           t.n_tup_ins + t.n_tup_upd + t.n_tup_del AS table_writes,
           EXISTS (SELECT FROM pg_locks l WHERE l.relation IN (i.indexrelid, i.indrelid)
                   AND l.mode = 'AccessExclusiveLock') AS is_locked
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_stat_user_tables t ON t.relid = i.indrelid
    LEFT JOIN pg_stat_user_indexes s ON s.indexrelid = i.indexrelid
    WHERE c.relkind = 'i'
      AND (NOT i.indisvalid
           OR (s.idx_scan = 0 AND NOT i.indisunique AND NOT i.indisexclusion AND NOT i.indisreplident
               AND c.relpages > 1))
    ORDER BY i.indisvalid, c.relpages DESC, i.indexrelid
    LIMIT coalesce(nullif(current_setting('diag.top', true), ''), '15')::int
) found
ORDER BY flaw, size DESC NULLS FIRST, index
