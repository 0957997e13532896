-- Collations whose rules of sorting may have changed since indexes were built with them: the version that was recorded
-- is another one than the operating system or ICU has now.
--
-- alert:   PostgreSQLCollationVersionMismatch
-- servers: 15-
-- role:    any
--
-- A row for the default collation of each database, and one for each other collation of this database that something
-- depends on and whose version differs. Other databases' own collations are seen only when connected to them.
--
-- column: datname name; database
-- column: collation_name text; null for the database's default
-- column: recorded text; version when it was made or last refreshed, null when it has none
-- column: actual text; version now
-- column: differs boolean; indexes on text may be wrong
--
-- derived: diag_postgresql_collation_mismatches gauge from differs by datname;
--          Collations of a database whose recorded version is not that of the operating system or ICU.
SELECT d.datname, NULL::text AS collation_name, d.datcollversion AS recorded,
       pg_database_collation_actual_version(d.oid) AS actual,
       d.datcollversion IS NOT NULL AND d.datcollversion IS DISTINCT FROM pg_database_collation_actual_version(d.oid)
           AS differs
FROM pg_database d
WHERE d.datallowconn
UNION ALL
SELECT current_database(), c.oid::regcollation::text, c.collversion, pg_collation_actual_version(c.oid), true
FROM pg_collation c
WHERE c.collversion IS NOT NULL
  AND c.oid IN (SELECT refobjid FROM pg_depend WHERE refclassid = 'pg_collation'::regclass)
  AND c.collversion IS DISTINCT FROM pg_collation_actual_version(c.oid)
ORDER BY differs DESC, datname, collation_name NULLS FIRST
