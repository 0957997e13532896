-- How many of the transaction and multixact ids each database has used since its oldest rows were frozen, the most
-- first. When all are used, the server takes no more writes.
--
-- alert:   PostgreSQLTransactionIDWraparound
-- servers: 13-
-- role:    any
--
-- Ids are compared modulo 2^32, so half of them can be in use; the server stops 3 million before (manual, 25.1.5).
--
-- column: datname name; database
-- column: xid_age bigint, transactions; since the oldest that is not frozen
-- column: xid_used_ratio double precision, ratio; of what can be used before the server stops
-- column: multixact_age bigint, multixacts; since the oldest that is still needed
-- column: multixact_used_ratio double precision, ratio; likewise
-- column: freeze_max_age bigint, transactions; autovacuum_freeze_max_age: from there on autovacuum comes to freeze
--
-- metric: diag_postgresql_transaction_ids_used_ratio gauge from xid_used_ratio by datname;
--         Transaction ids that a database has used of those that there are before the server takes no more writes.
-- metric: diag_postgresql_multixact_ids_used_ratio gauge from multixact_used_ratio by datname;
--         Multixact ids that a database has used of those that there are before the server takes no more writes.
SELECT datname,
       age(datfrozenxid)::int8 AS xid_age,
       age(datfrozenxid) / 2144483647.0::float8 AS xid_used_ratio,
       mxid_age(datminmxid)::int8 AS multixact_age,
       mxid_age(datminmxid) / 2144483647.0::float8 AS multixact_used_ratio,
       current_setting('autovacuum_freeze_max_age')::int8 AS freeze_max_age
FROM pg_database
ORDER BY greatest(age(datfrozenxid), mxid_age(datminmxid)) DESC, datname
