-- Databases and roles with a CONNECTION LIMIT of their own, the fullest first: they can be exhausted while the server
-- has room.
--
-- alert:   PostgreSQLConnectionsExhausted
-- servers: 13-
-- role:    pg_monitor; without it walsenders and workers are counted too
--
-- column: kind text; database or role
-- column: name name; its name
-- column: connection_limit integer; sessions it may have
-- column: used bigint; sessions it has
--
-- derived: diag_postgresql_connection_limit_used_ratio gauge from used, connection_limit by scope, name;
--          Sessions of a database or role as a share of its own CONNECTION LIMIT.
SELECT kind, name, connection_limit, used
FROM (
    SELECT 'database' AS kind, d.datname AS name, d.datconnlimit AS connection_limit,
           (SELECT count(*) FROM pg_stat_get_activity(NULL) s
            WHERE s.datid = d.oid AND coalesce(s.backend_type, 'client backend') = 'client backend') AS used
    FROM pg_database d WHERE d.datconnlimit >= 0 AND d.datallowconn
    UNION ALL
    SELECT 'role', r.rolname, r.rolconnlimit,
           (SELECT count(*) FROM pg_stat_get_activity(NULL) s
            WHERE s.usesysid = r.oid AND s.datid IS NOT NULL
              AND coalesce(s.backend_type, 'client backend') = 'client backend')
    FROM pg_roles r WHERE r.rolconnlimit >= 0 AND r.rolcanlogin AND NOT r.rolsuper
) limits
ORDER BY used::float8 / greatest(connection_limit, 1) DESC, kind, name
LIMIT 20
