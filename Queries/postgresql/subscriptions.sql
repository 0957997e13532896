-- Logical subscriptions of the databases of this server, and when each last heard of its publisher.
--
-- servers: 13-
-- role:    any; pg_subscription itself needs a superuser, so a disabled subscription only shows as without a worker
--
-- column: subname name; its name
-- column: pid integer; of the worker, null when none runs
-- column: table_sync boolean; this worker copies one table at the beginning
-- column: received_ago double precision, seconds; since the publisher's last word
-- column: unconfirmed bigint, bytes; WAL received and not yet confirmed to the publisher
SELECT subname, pid, relid IS NOT NULL AS table_sync,
       extract(epoch FROM clock_timestamp() - last_msg_receipt_time)::float8 AS received_ago,
       (received_lsn - latest_end_lsn)::int8 AS unconfirmed
FROM pg_stat_subscription
ORDER BY subname, relid NULLS FIRST, pid
LIMIT 30
