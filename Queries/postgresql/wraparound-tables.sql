-- The tables of this database that are the longest not frozen: they keep the whole database's age.
--
-- servers: 13-
-- role:    any
-- setting: diag.top, 10 where it is not set
--
-- column: relation text; a table, or the one that a TOAST table belongs to
-- column: is_toast boolean; it is the TOAST table that is meant
-- column: xid_age bigint, transactions; since its oldest row that is not frozen
-- column: xid_limit bigint, transactions; its own autovacuum_freeze_max_age, or the server's
-- column: mxid_age bigint, multixacts; likewise
-- column: pages bigint; 8 KiB as a rule, as of the last vacuum or analyze: what vacuum has to read at most
SELECT coalesce(t.oid, c.oid)::regclass::text AS relation, t.oid IS NOT NULL AS is_toast,
       age(c.relfrozenxid)::int8 AS xid_age,
       coalesce((SELECT split_part(o, '=', 2)::int8 FROM unnest(c.reloptions) o
                 WHERE o LIKE 'autovacuum_freeze_max_age=%'),
                current_setting('autovacuum_freeze_max_age')::int8) AS xid_limit,
       mxid_age(c.relminmxid)::int8 AS mxid_age, c.relpages::int8 AS pages
FROM pg_class c LEFT JOIN pg_class t ON t.reltoastrelid = c.oid
WHERE c.relkind IN ('r', 'm', 't') AND c.relfrozenxid <> '0'::xid
ORDER BY greatest(age(c.relfrozenxid), mxid_age(c.relminmxid)) DESC, c.relpages DESC, c.oid
LIMIT coalesce(nullif(current_setting('diag.top', true), ''), '10')::int
