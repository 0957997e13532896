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
-- derived: diag_postgresql_connection_limit_used_ratio gauge from used, connection_limit by kind, name;
--          Sessions of a database or role as a share of its own CONNECTION LIMIT.
WITH clients AS (
    SELECT datid, usesysid FROM pg_stat_activity
    WHERE backend_type = 'client backend' OR (backend_type IS NULL AND datid IS NOT NULL)
)
SELECT kind, name, connection_limit, used
FROM (
    SELECT 'database' AS kind, datname AS name, datconnlimit AS connection_limit,
           (SELECT count(*) FROM clients c WHERE c.datid = d.oid) AS used
    FROM pg_database d WHERE datconnlimit >= 0 AND datallowconn
    UNION ALL
    SELECT 'role', rolname, rolconnlimit, (SELECT count(*) FROM clients c WHERE c.usesysid = r.oid)
    FROM pg_roles r WHERE rolconnlimit >= 0 AND rolcanlogin AND NOT rolsuper
) limits
ORDER BY used::float8 / greatest(connection_limit, 1) DESC, kind, name
LIMIT 20
