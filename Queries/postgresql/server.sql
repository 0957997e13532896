-- What server this is, what this session may see, how many connections there can be, and whether anybody waits.
--
-- alert:   PostgreSQLConnectionsExhausted
-- servers: 13-
-- role:    any; waiting is counted in pg_locks where the role does not see others' sessions
--
-- column: version text; as the server spells it
-- column: full_version text; with platform and compiler, and with another product's name where it is one
-- column: administrators text; the role that a managed service makes in place of a superuser, null elsewhere
-- column: version_num integer; 150020 is 15.20
-- column: in_recovery boolean; true on a standby
-- column: started double precision, seconds since 1970; start of the postmaster
-- column: read_at double precision, seconds since 1970; by the server's clock
-- column: pid integer; of this session's backend, which a pooler shares out
-- column: role_name name; whom we are taken for
-- column: database_name name; whose relations have names here
-- column: is_superuser boolean; of this role
-- column: sees_all boolean; member of pg_read_all_stats, which pg_monitor contains
-- column: max_connections integer; of all clients together
-- column: superuser_reserved integer; slots that only superusers get
-- column: role_reserved integer; slots that pg_use_reserved_connections gets, 16 and later
-- column: current_wal bigint, bytes; write position of a primary's WAL, null on a standby
-- column: waiting bigint; backends that wait for a heavyweight lock
-- column: idle_threshold double precision, seconds; diag.idle_seconds as the other questions read it
-- column: transaction_threshold double precision, seconds; diag.transaction_seconds, likewise
-- column: has_statements boolean; the extension pg_stat_statements is here and in the search path
--
-- metric:  diag_postgresql_in_recovery gauge from in_recovery; 1 on a standby, 0 on a primary.
-- metric:  diag_postgresql_start_time_seconds gauge from started; Start of the server, seconds since 1970.
-- metric:  diag_postgresql_lock_waiters gauge from waiting; Backends that wait for a heavyweight lock.
-- derived: diag_postgresql_connections_max gauge from max_connections, superuser_reserved, role_reserved;
--          Sessions that ordinary roles can have together.
-- derived: diag_postgresql_wal_position_bytes gauge from current_wal by role, position;
--          Position in the WAL: current on a primary, received and replayed on a standby.
SELECT current_setting('server_version') AS version,
       version() AS full_version,
       CASE WHEN to_regproc('aurora_version') IS NOT NULL THEN 'aurora'
            ELSE (SELECT min(rolname) FROM pg_roles
                  WHERE rolname IN ('rds_superuser', 'cloudsqlsuperuser', 'alloydbsuperuser', 'azure_pg_admin',
                                    'neon_superuser', 'supabase_admin', 'tsdbadmin')) END AS administrators,
       current_setting('server_version_num')::int AS version_num,
       pg_is_in_recovery() AS in_recovery,
       extract(epoch FROM pg_postmaster_start_time())::float8 AS started,
       extract(epoch FROM clock_timestamp())::float8 AS read_at,
       pg_backend_pid() AS pid,
       current_user AS role_name,
       current_database() AS database_name,
       current_setting('is_superuser')::bool AS is_superuser,
       pg_has_role('pg_read_all_stats', 'USAGE') AS sees_all,
       current_setting('max_connections')::int AS max_connections,
       current_setting('superuser_reserved_connections')::int AS superuser_reserved,
       coalesce(current_setting('reserved_connections', true), '0')::int AS role_reserved,
       CASE WHEN NOT pg_is_in_recovery() THEN (pg_current_wal_lsn() - '0/0'::pg_lsn)::int8 END AS current_wal,
       CASE WHEN pg_has_role('pg_read_all_stats', 'USAGE')
            THEN (SELECT count(*) FROM pg_stat_get_activity(NULL) WHERE wait_event_type = 'Lock')
            ELSE (SELECT count(*) FROM pg_lock_status() WHERE NOT granted) END AS waiting,
       coalesce(nullif(current_setting('diag.idle_seconds', true), ''), '600')::float8 AS idle_threshold,
       coalesce(nullif(current_setting('diag.transaction_seconds', true), ''), '300')::float8 AS transaction_threshold,
       to_regclass('pg_stat_statements') IS NOT NULL AS has_statements
