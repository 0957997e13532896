-- The tables of this database with the most dead rows, when each was last vacuumed and analyzed, and at how many dead
-- rows autovacuum comes.
--
-- servers: 13-
-- role:    any
-- setting: diag.top, 10 where it is not set
--
-- column: relation text; table
-- column: dead bigint; rows, as the statistics estimate them
-- column: dead_ratio double precision, ratio; of all rows
-- column: due_at double precision; dead rows at which autovacuum comes, null where it is off for the table
-- column: is_due boolean; it should have come already
-- column: vacuumed double precision, seconds; since the last vacuum, null when never
-- column: vacuumed_by text; who did that: autovacuum or a person
-- column: analyzed double precision, seconds; since the last analyze, null when never
-- column: changed bigint; rows changed since then
WITH tables AS (
    SELECT s.*, c.reltuples, coalesce((
               SELECT jsonb_object_agg(split_part(o, '=', 1), split_part(o, '=', 2)) FROM unnest(c.reloptions) o
           ), '{}') AS options
    FROM pg_stat_all_tables s JOIN pg_class c ON c.oid = s.relid
    WHERE s.n_dead_tup > 0
    ORDER BY s.n_dead_tup DESC, s.relid
    LIMIT coalesce(nullif(current_setting('diag.top', true), ''), '10')::int
), due AS (
    SELECT *, CASE WHEN coalesce(options ->> 'autovacuum_enabled', 'true')::boolean
                        AND current_setting('autovacuum')::boolean
                   THEN least(coalesce(options ->> 'autovacuum_vacuum_threshold',
                                       current_setting('autovacuum_vacuum_threshold'))::float8
                              + coalesce(options ->> 'autovacuum_vacuum_scale_factor',
                                         current_setting('autovacuum_vacuum_scale_factor'))::float8
                              * greatest(reltuples, 0),
                              nullif(coalesce(options ->> 'autovacuum_vacuum_max_threshold',
                                              current_setting('autovacuum_vacuum_max_threshold', true))::float8, -1))
              END AS due_at
    FROM tables
)
SELECT relid::regclass::text AS relation, n_dead_tup AS dead,
       n_dead_tup::float8 / (n_live_tup + n_dead_tup) AS dead_ratio, due_at,
       coalesce(n_dead_tup > due_at, false) AS is_due,
       extract(epoch FROM now() - greatest(last_vacuum, last_autovacuum))::float8 AS vacuumed,
       CASE WHEN last_vacuum IS NULL AND last_autovacuum IS NULL THEN NULL
            WHEN last_vacuum > coalesce(last_autovacuum, '-infinity') THEN 'a person'
            ELSE 'autovacuum' END AS vacuumed_by,
       extract(epoch FROM now() - greatest(last_analyze, last_autoanalyze))::float8 AS analyzed,
       n_mod_since_analyze AS changed
FROM due
ORDER BY n_dead_tup DESC, relid
