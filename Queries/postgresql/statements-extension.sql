-- Whether statement statistics are gathered, and where this database has the view of them.
--
-- servers: 13-
-- role:    any
--
-- column: extension_schema name; of pg_stat_statements in this database, null where it is not created
-- column: extension_version text; as it was created or last updated, null likewise
-- column: is_loaded boolean; the library is in shared_preload_libraries: statistics are gathered
-- column: timing boolean; track_io_timing is on: times of reading and writing are measured
-- column: other_databases text; those where the extension may be, at most 20; the statistics are of all databases
SELECT n.nspname AS extension_schema, e.extversion AS extension_version,
       current_setting('pg_stat_statements.max', true) IS NOT NULL AS is_loaded,
       current_setting('track_io_timing')::boolean AS timing,
       (SELECT string_agg(datname, ', ') FROM (
            SELECT datname::text FROM pg_database
            WHERE datallowconn AND datname NOT IN (current_database(), 'template1') ORDER BY datname LIMIT 20
        ) d) AS other_databases
FROM (SELECT 1) one
LEFT JOIN pg_extension e ON e.extname = 'pg_stat_statements'
LEFT JOIN pg_namespace n ON n.oid = e.extnamespace
