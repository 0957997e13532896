/// The words of the optional conditions on what a server does.
extension AlertText {
    static let longTransaction = AlertText(
        .database, "A transaction is open for long",
        meaning: """
            Vacuum cannot remove rows that died since it began, in any table: they and their indexes grow. Its locks stay \
            as long.
            """,
        evidence: ["postgresql.transactions", "postgresql.activity"],
        nextSteps: [
            .look("See what it runs or waits for, and whom it blocks", "diag pg activity {target}"),
            .look("See whether others wait for its locks", "diag pg locks {target}"),
            .act("Cancel its statement", "diag pg cancel <pid> --target {target}"),
            .act("End its session if it idles", "diag pg terminate <pid> --target {target}"),
            .look("Afterwards: bound it with statement_timeout, or transaction_timeout from PostgreSQL 17 on"),
        ])

    static let idleInTransaction = AlertText(
        .database, "A session idles in a transaction",
        meaning: """
            An application began a transaction and does nothing: it keeps its locks, and vacuum from cleaning, until somebody \
            ends it. Most often a connection was given back without COMMIT, or code waits for something else inside.
            """,
        evidence: ["postgresql.transactions", "postgresql.connections.idle"],
        nextSteps: [
            .look("See who, since when, and which locks it holds", "diag pg idle {target}"),
            .look("See whether others wait for it", "diag pg locks {target}"),
            .act(
                "End such sessions", "diag pg kill-idle --older-than 5m --include-in-transaction --target {target}"),
            .look("Afterwards: set idle_in_transaction_session_timeout for the application's role"),
        ])

    static let preparedTransaction = AlertText(
        .database, "A prepared transaction was left behind",
        meaning: """
            PREPARE TRANSACTION was never followed by COMMIT or ROLLBACK PREPARED: its locks stay over restarts, and vacuum \
            cannot clean, until somebody decides.
            """,
        evidence: ["postgresql.prepared"],
        nextSteps: [
            .look("See each with its owner, database and age", "diag pg vacuum {target}"),
            .look("See whether others wait for its locks", "diag pg locks {target}"),
            .look("Ask the transaction manager what became of it"),
            .act("End it as the transaction manager decided", "psql -d <database> -c \"ROLLBACK PREPARED '<gid>'\""),
            .look("Afterwards: set max_prepared_transactions to 0 where nobody prepares on purpose"),
        ])

    static let autovacuumStarved = AlertText(
        .database, "Autovacuum does not keep up",
        meaning: """
            Tables are far past the number of dead rows at which autovacuum should have come, or all its workers have been \
            busy all the time: tables and indexes grow, and queries read dead rows. Tables are judged in the database that \
            diag connects to.
            """,
        evidence: ["postgresql.autovacuum", "postgresql.vacuum", "postgresql.horizon"],
        nextSteps: [
            .look("See the tables, what the workers do, and what holds them back", "diag pg vacuum {target}"),
            .look("See whether a lock keeps vacuum out", "diag pg locks {target}"),
            .look("See autovacuum's settings", "diag pg settings {target}"),
            .act("Vacuum the worst now", "vacuumdb --analyze --table=<table> <database>"),
            .look("Afterwards: more workers, a higher autovacuum_vacuum_cost_limit, or a lower scale factor per table"),
        ])

    static let tempFiles = AlertText(
        .database, "Queries spill to disk",
        meaning: "Sorts and hashes do not fit into work_mem: they are slow, wear the disk, and can fill it.",
        evidence: ["postgresql.databases"],
        nextSteps: [
            .look("See which statements write temporary blocks", "diag pg statements {target}"),
            .look("See which run now", "diag pg activity {target}"),
            .look("See work_mem and its kin", "diag pg settings {target}"),
            .act("Give the role that needs it more", "psql -c \"ALTER ROLE <role> SET work_mem = '64MB'\""),
            .act("Bound what a session may write", "psql -c \"ALTER ROLE <role> SET temp_file_limit = '20GB'\""),
        ])

    static let checkpointPressure = AlertText(
        .database, "Checkpoints come too often",
        meaning: """
            WAL fills max_wal_size before checkpoint_timeout is over: checkpoints follow each other, and after each every page is \
            written to the WAL in full once more. (Base backups and CHECKPOINT count as requested too.)
            """,
        evidence: ["postgresql.checkpoints"],
        nextSteps: [
            .look("See max_wal_size and checkpoint_timeout", "diag pg settings {target}"),
            .look("See which statements write most WAL", "diag pg statements {target}"),
            .look("See that the disk has room for more WAL", "diag host"),
            .act("Let more WAL come between two checkpoints", "psql -c \"ALTER SYSTEM SET max_wal_size = '4GB'\""),
            .act("Load it", "psql -c 'SELECT pg_reload_conf()'"),
        ])

    static let cacheHitLow = AlertText(
        .database, "Reads miss the cache",
        meaning: """
            More blocks than usual are not in shared_buffers. The kernel may have them all the same; but a working set that no \
            longer fits, or a new scan of a large table, shows here first.
            """,
        evidence: ["postgresql.databases"],
        nextSteps: [
            .look("See which statements read most", "diag pg statements {target}"),
            .look("See which tables are large", "diag pg size {target}"),
            .look("See shared_buffers", "diag pg settings {target}"),
            .act(
                "Give it more, up to a quarter of the memory; takes a restart",
                "psql -c \"ALTER SYSTEM SET shared_buffers = '4GB'\""),
        ])

    static let poolWaiting = AlertText(
        .database, "Clients wait in PgBouncer",
        meaning: """
            All of a pool's server connections are taken: requests stand in its queue before PostgreSQL hears of them, and \
            fail after query_wait_timeout.
            """,
        evidence: ["postgresql.pools"],
        nextSteps: [
            .look("See each pool's clients, servers and the longest wait", "diag pg pools {target}"),
            .look("See what the pool's connections do in PostgreSQL", "diag pg activity"),
            .look("See whether they wait for locks", "diag pg locks"),
            .act(
                "Give the pool more servers, if PostgreSQL has room for them",
                "psql -h {host} -p 6432 -U pgbouncer pgbouncer -c 'SET default_pool_size = 40'"),
        ])
}
