-- What keeps vacuum from removing dead rows: whoever may still need to see them, the furthest back first. Rows that
-- died after the first of these stay, however often vacuum runs. Of those as far back the longest open come first.
--
-- servers: 13-
-- role:    pg_monitor; without it others' sessions and standbys are not seen
--
-- column: holder text; session, prepared transaction, replication slot, standby
-- column: name text; pid, or what it is called
-- column: xmin_age bigint, transactions; how far back it keeps dead rows
-- column: catalog_only boolean; only those of the system catalogs (a logical slot)
-- column: since double precision, seconds; for so long, null where that is not known
-- column: usename name; role
-- column: application_name text; as the client calls itself
-- column: datname name; the only database that it keeps rows in, null for all
-- column: state text; of a session; active or inactive for a slot
-- column: query text; of a session, first 120 characters
SELECT holder, name, xmin_age, catalog_only,
       extract(epoch FROM clock_timestamp() - began)::float8 AS since, usename, application_name, datname, state, query
FROM (
    SELECT CASE backend_type WHEN 'client backend' THEN 'session' ELSE backend_type END AS holder,
           pid::text AS name, greatest(age(backend_xmin), age(backend_xid))::int8 AS xmin_age, false AS catalog_only,
           xact_start AS began, usename, application_name, datname, state, left(query, 120) AS query
    FROM pg_stat_activity
    WHERE (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL) AND pid <> pg_backend_pid()
      AND backend_type NOT IN ('walsender', 'parallel worker')
    UNION ALL
    SELECT 'prepared transaction', gid, age(transaction)::int8, false, prepared, owner, NULL, database, NULL, NULL
    FROM pg_prepared_xacts
    UNION ALL
    SELECT 'replication slot', slot_name, greatest(age(xmin), age(catalog_xmin))::int8,
           coalesce(age(catalog_xmin) > age(xmin), xmin IS NULL), NULL, NULL, NULL,
           CASE WHEN xmin IS NULL THEN database END, CASE WHEN active THEN 'active' ELSE 'inactive' END, NULL
    FROM pg_replication_slots WHERE xmin IS NOT NULL OR catalog_xmin IS NOT NULL
    UNION ALL
    SELECT 'standby', coalesce(nullif(application_name, ''), pid::text), age(backend_xmin)::int8, false, NULL,
           usename, application_name, NULL, state, NULL
    FROM pg_stat_replication WHERE backend_xmin IS NOT NULL
) holders
ORDER BY xmin_age DESC, began NULLS LAST, holder, name
LIMIT 10
