-- All that is held or wanted where somebody waits, in one reading of the lock table, with whose it is. Row locks are on
-- disk, not in this table: who waits for a row waits for the transaction that has it, and holds a lock on the tuple, which
-- names the row; so tuple locks are listed too. A prepared transaction keeps its session's virtual transaction and the
-- lock on its own number. The function pg_stat_get_activity in place of the view saves two joins.
--
-- alert:   PostgreSQLDeadlocks
-- servers: 13-13
-- role:    pg_monitor; without it others' application, address, state and statement are hidden
--
-- column: locktype text; relation, tuple, transactionid, virtualxid, advisory, ...
-- column: database oid; 0 for what all databases share, null for what belongs to none
-- column: relation text; name if in our database, else number
-- column: page integer; of a page or tuple
-- column: tuple integer; within the page
-- column: transaction text; number of the transaction that is waited for
-- column: virtual_transaction text; the same for one that has changed nothing yet
-- column: class_id bigint; upper half of an advisory lock's key, or catalog
-- column: object_id bigint; lower half, or an object of the catalog
-- column: object_sub_id integer; 1 for an advisory lock of one key, 2 for one of two
-- column: object text; what the object of a catalog is called
-- column: mode text; AccessShareLock to AccessExclusiveLock
-- column: granted boolean; held when true, waited for when false
-- column: waited double precision, seconds; null when held; from the statement's start
-- column: pid integer; null for a prepared transaction
-- column: leader_pid integer; of a parallel worker, or of a logical replication worker
-- column: gid text; of a prepared transaction
-- column: usename name; role
-- column: application_name text; as the client calls itself
-- column: client_addr text; null through a unix socket
-- column: datname name; the session's database
-- column: backend_type text; client backend, autovacuum worker, ...
-- column: state text; active, idle in transaction, ...
-- column: wait_event text; what it waits for itself
-- column: backend_start double precision, seconds since 1970; tells sessions of a pid apart
-- column: in_state double precision, seconds; since the state changed
-- column: statement_age double precision, seconds; since its last statement began
-- column: transaction_open double precision, seconds; since the transaction began
-- column: query text; its statement, or last one; 200 characters
WITH locks AS MATERIALIZED (
    SELECT * FROM pg_locks
), prepared AS (
    SELECT l.virtualtransaction, p.*
    FROM locks l JOIN pg_prepared_xact() p ON p.transaction = l.transactionid
    WHERE l.pid IS NULL
)
SELECT l.locktype, l.database,
       CASE WHEN l.database IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
            THEN l.relation::regclass::text ELSE l.relation::text END AS relation,
       l.page, l.tuple::int, l.transactionid::text AS transaction, l.virtualxid AS virtual_transaction,
       l.classid::int8 AS class_id, l.objid::int8 AS object_id, l.objsubid::int AS object_sub_id,
       CASE WHEN l.locktype = 'object' THEN CASE l.classid
            WHEN 'pg_namespace'::regclass THEN 'schema ' || l.objid::regnamespace
            WHEN 'pg_type'::regclass THEN 'type ' || l.objid::regtype
            WHEN 'pg_proc'::regclass THEN 'function ' || l.objid::regprocedure
            WHEN 'pg_authid'::regclass THEN 'role ' || l.objid::regrole
            ELSE l.classid::regclass || ' ' || l.objid END END AS object,
       l.mode, l.granted,
       CASE WHEN NOT l.granted THEN date_part('epoch', statement_timestamp() - a.query_start) END AS waited,
       l.pid, a.leader_pid, p.gid, pg_get_userbyid(coalesce(a.usesysid, p.ownerid)) AS usename,
       a.application_name, host(a.client_addr) AS client_addr, d.datname, a.backend_type, a.state,
       a.wait_event_type || ':' || a.wait_event AS wait_event,
       date_part('epoch', a.backend_start) AS backend_start,
       date_part('epoch', statement_timestamp() - a.state_change) AS in_state,
       date_part('epoch', statement_timestamp() - a.query_start) AS statement_age,
       date_part('epoch', statement_timestamp() - coalesce(a.xact_start, p.prepared)) AS transaction_open,
       left(a.query, 200) AS query
FROM locks l
LEFT JOIN pg_stat_get_activity(NULL) a ON a.pid = l.pid
LEFT JOIN prepared p ON l.pid IS NULL AND p.virtualtransaction = l.virtualtransaction
LEFT JOIN pg_database d ON d.oid = coalesce(a.datid, p.dbid)
WHERE NOT l.granted OR l.mode <> 'SIReadLock' AND l.pid IS DISTINCT FROM pg_backend_pid() AND (
      l.locktype = 'tuple'
      OR (l.locktype, coalesce(l.relation, l.objid, 0), coalesce(l.virtualxid, l.transactionid::text, '')) IN (
         SELECT locktype, coalesce(relation, objid, 0), coalesce(virtualxid, transactionid::text, '')
         FROM locks WHERE NOT granted))
