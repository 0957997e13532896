-- How far each database is from running out of transaction and multixact numbers, the nearest first. At 2^31 the
-- server would stop writing; autovacuum begins to work against it at autovacuum_freeze_max_age.
--
-- servers: 13-
-- role:    any
--
-- column: datname name; database
-- column: used_ratio double precision, ratio; the worse of both ages as a share of what there can be, 2^31
-- column: xid_age bigint, transactions; since the oldest row that is not frozen
-- column: xid_limit bigint, transactions; autovacuum_freeze_max_age
-- column: mxid_age bigint, multixacts; likewise
-- column: mxid_limit bigint, multixacts; autovacuum_multixact_freeze_max_age
SELECT datname,
       greatest(age(datfrozenxid), mxid_age(datminmxid)) / 2147483648.0::float8 AS used_ratio,
       age(datfrozenxid)::int8 AS xid_age, current_setting('autovacuum_freeze_max_age')::int8 AS xid_limit,
       mxid_age(datminmxid)::int8 AS mxid_age,
       current_setting('autovacuum_multixact_freeze_max_age')::int8 AS mxid_limit
FROM pg_database
ORDER BY used_ratio DESC, datname
LIMIT 20
