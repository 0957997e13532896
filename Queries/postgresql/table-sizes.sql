-- The largest tables of this database with what is theirs: rows, TOAST, indexes. Chosen by the pages that the last
-- vacuum or analyze found; only the chosen ones are measured, and none that is locked exclusively, which would wait.
--
-- servers: 13-
-- role:    any
-- setting: diag.top, 15 where it is not set
--
-- column: relation text; table, materialized view or partition
-- column: total bigint, bytes; all together, null where it is locked exclusively
-- column: heap bigint, bytes; its rows
-- column: toast bigint, bytes; large values kept apart, with their index
-- column: indexes bigint, bytes; all its indexes
-- column: rows_estimated double precision; as of the last vacuum or analyze, null when never
WITH locked AS MATERIALIZED (
    SELECT coalesce(i.indrelid, t.oid, l.relation) AS oid
    FROM pg_locks l
    LEFT JOIN pg_index i ON i.indexrelid = l.relation
    LEFT JOIN pg_class t ON t.reltoastrelid = l.relation
    WHERE l.mode = 'AccessExclusiveLock' AND l.locktype = 'relation'
)
SELECT oid::regclass::text AS relation,
       CASE WHEN NOT is_locked THEN pg_total_relation_size(oid) END AS total,
       CASE WHEN NOT is_locked THEN pg_relation_size(oid) END AS heap,
       CASE WHEN is_locked THEN NULL WHEN toast <> 0 THEN pg_total_relation_size(toast) ELSE 0 END AS toast,
       CASE WHEN NOT is_locked THEN pg_indexes_size(oid) END AS indexes, rows_estimated
FROM (
    SELECT c.oid, c.reltoastrelid AS toast, nullif(c.reltuples, -1)::float8 AS rows_estimated,
           c.oid IN (SELECT oid FROM locked) AS is_locked
    FROM pg_class c
    LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
    LEFT JOIN (
        SELECT i.indrelid, sum(x.relpages) AS pages FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
        GROUP BY i.indrelid
    ) x ON x.indrelid = c.oid
    WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
    ORDER BY c.relpages::int8 + coalesce(t.relpages, 0) + coalesce(x.pages, 0) DESC, c.oid
    LIMIT coalesce(nullif(current_setting('diag.top', true), ''), '15')::int
) largest
ORDER BY total DESC NULLS FIRST, relation
