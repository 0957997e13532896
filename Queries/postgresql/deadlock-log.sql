-- Where the server logs to, and whether this role may read it: the reports of deadlocks with their statements are there.
--
-- alert:   PostgreSQLDeadlocks
-- servers: 13-
-- role:    any
--
-- column: role_name name; whom we are taken for
-- column: database_name name; rights on functions are given in one database
-- column: collector boolean; the server writes files of its own (logging_collector)
-- column: destination text; log_destination
-- column: verbosity text; log_error_verbosity, terse leaves the processes out
-- column: may_find boolean; may ask which files those are, which pg_monitor contains
-- column: may_read boolean; may read files through SQL
SELECT current_user AS role_name,
       current_database() AS database_name,
       current_setting('logging_collector')::bool AS collector,
       current_setting('log_destination') AS destination,
       current_setting('log_error_verbosity') AS verbosity,
       has_function_privilege('pg_ls_logdir()', 'EXECUTE')
           AND pg_has_role('pg_read_all_settings', 'USAGE') AS may_find,
       has_function_privilege('pg_read_binary_file(text, bigint, bigint, boolean)', 'EXECUTE') AS may_read
