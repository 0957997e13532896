-- All that is held or wanted on the objects that somebody waits for, in one reading of the lock table, with whose it
-- is. Row locks are on disk, not in this table: who waits for a row waits for the transaction that has it, and holds
-- the lock on the tuple, which names the row; so tuple locks are listed too. A prepared transaction has no session, but
-- keeps the virtual transaction of the one that prepared it, and the lock on its own number.
--
-- alert:   PostgreSQLDeadlocks
-- servers: 13-13
-- role:    pg_monitor; without it others' application, address, state and statement are null
--
-- column: tag text; the same for locks on the same object, in all databases
-- column: locktype text; relation, tuple, transactionid, virtualxid, advisory, ...
-- column: database name; null for what belongs to no database
-- column: relation text; its name, where it is in our database, else its number
-- column: page integer; of a page or tuple
-- column: tuple smallint; within the page
-- column: transaction text; number of the transaction that is waited for
-- column: virtual_transaction text; the same for one that has changed nothing yet
-- column: class_id bigint; the upper half of an advisory lock's key, or a catalog
-- column: object_id bigint; the lower half, or an object of that catalog
-- column: object_sub_id smallint; 1 for an advisory lock of one key, 2 for one of two
-- column: mode text; AccessShareLock to AccessExclusiveLock
-- column: granted boolean; held when true, waited for when false
-- column: waited double precision, seconds; null when held; counted from the start of the statement, since this version
--   does not say when the wait began
-- column: pid integer; null for a prepared transaction
-- column: leader_pid integer; the parallel worker's leader, null for all others
-- column: gid text; of a prepared transaction
-- column: usename name; role
-- column: application_name text; as the client calls itself
-- column: client_addr text; null through a unix socket
-- column: datname name; the session's database
-- column: backend_type text; client backend, autovacuum worker, ...
-- column: state text; active, idle in transaction, ...
-- column: backend_start double precision, seconds since 1970; tells a session from a later one with its pid
-- column: in_state double precision, seconds; since the state changed
-- column: transaction_open double precision, seconds; since the transaction began
-- column: query text; its statement, or its last one when idle; first 200 characters
WITH locks AS MATERIALIZED (
    SELECT l.*, ROW(locktype, database, relation, page, tuple, virtualxid, transactionid, classid, objid,
                    objsubid)::text AS tag
    FROM pg_locks l WHERE mode <> 'SIReadLock'
), prepared AS (
    SELECT l.virtualtransaction, p.*
    FROM locks l JOIN pg_prepared_xacts p ON p.transaction = l.transactionid
    WHERE l.pid IS NULL AND l.locktype = 'transactionid' AND l.granted
)
SELECT l.tag, l.locktype, d.datname AS database,
       CASE WHEN d.datname IS NULL OR d.datname = current_database() THEN l.relation::regclass::text
            ELSE l.relation::text END AS relation,
       l.page, l.tuple, l.transactionid::text AS transaction, l.virtualxid AS virtual_transaction,
       l.classid::int8 AS class_id, l.objid::int8 AS object_id, l.objsubid AS object_sub_id,
       l.mode, l.granted,
       CASE WHEN NOT l.granted THEN extract(epoch FROM clock_timestamp() - a.query_start)::float8 END AS waited,
       l.pid, a.leader_pid, p.gid,
       coalesce(a.usename, p.owner) AS usename, a.application_name, host(a.client_addr) AS client_addr,
       coalesce(a.datname, p.database) AS datname, a.backend_type, a.state,
       extract(epoch FROM a.backend_start)::float8 AS backend_start,
       extract(epoch FROM clock_timestamp() - a.state_change)::float8 AS in_state,
       extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, p.prepared))::float8 AS transaction_open,
       left(a.query, 200) AS query
FROM locks l
LEFT JOIN pg_database d ON d.oid = l.database
LEFT JOIN pg_stat_activity a ON a.pid = l.pid
LEFT JOIN prepared p ON l.pid IS NULL AND p.virtualtransaction = l.virtualtransaction
WHERE l.tag IN (SELECT tag FROM locks WHERE NOT granted) OR l.locktype = 'tuple'
