-- Prepared transactions that nobody has committed or rolled back yet, the oldest first: they keep their locks and keep
-- vacuum from cleaning, over restarts too.
--
-- alert:   PostgreSQLPreparedTransaction
-- servers: 13-
-- role:    any
--
-- Always at least one row; its gid is null when there is no prepared transaction.
--
-- column: gid text; the name to give to COMMIT PREPARED or ROLLBACK PREPARED
-- column: owner name; the role that prepared it, and that may end it
-- column: datname name; the database in which it must be ended
-- column: age double precision, seconds; since it was prepared, 0 when there is none
-- column: xid_age bigint, transactions; how far back it keeps dead rows
-- column: total bigint; all prepared transactions
--
-- derived: diag_postgresql_prepared_transactions gauge from total; Prepared transactions that were not ended yet.
-- derived: diag_postgresql_oldest_prepared_transaction_seconds gauge from age;
--          Time since the oldest prepared transaction was prepared, 0 when there is none.
SELECT p.gid, p.owner, p.database AS datname,
       greatest(0, coalesce(extract(epoch FROM clock_timestamp() - p.prepared), 0))::float8 AS age,
       age(p.transaction)::int8 AS xid_age,
       count(p.gid) OVER () AS total
FROM (SELECT 1) one LEFT JOIN pg_prepared_xacts p ON true
ORDER BY p.prepared
LIMIT 20
