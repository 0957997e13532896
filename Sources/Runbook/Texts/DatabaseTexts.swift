import Diagnostics

extension AlertText {
    static let postgreSQLConnectionsExhausted = AlertText(
        .database, "PostgreSQL runs out of connections",
        meaning: "Soon nobody but a superuser can connect: new requests fail with \"too many clients already\".",
        evidence: ["postgresql.connections", "postgresql.pooler", "postgresql.pools"],
        nextSteps: [
            .look(
                "See who holds the connections, and who does nothing with them", "diag pg connections {target}",
                at: [.postgresql]),
            .look("See whether they wait for a lock", "diag pg locks {target}", at: [.postgresql]),
            .look("See the pooler's queues, if there is one", "diag pg pools <host>:6432", at: [.postgresql]),
            .look("See who waits for which pool, and why", "diag pg pools {target}", at: [.pgbouncer]),
            .act(
                "End sessions that have been idle for ten minutes", "diag pg kill-idle {target} --older-than 10m --yes"),
            .act("Restart the application that leaks them", "kubectl rollout restart deployment/aragora -n production"),
            .look("Afterwards: is everybody behind a pooler, does max_connections fit, where do connections leak?"),
        ])

    static let postgreSQLReplicationLag = AlertText(
        .database, "A standby lags behind",
        meaning: "Reads from the standby are out of date, and a failover now would lose what it has not received.",
        evidence: ["postgresql.replication"],
        nextSteps: [
            .look("See both ends: sent, written, replayed, slots, pauses", "diag pg replication {target}"),
            .look("See whether a query on the standby holds up replay", "diag pg locks {target}"),
            .look("See the way between the two", "mtr --report --report-cycles 100 <standby>"),
            .act("Go on replaying where it was paused", "psql -h <standby> -c 'SELECT pg_wal_replay_resume()'"),
            .act(
                "Rebuild the standby if the primary no longer has the WAL it needs (into an empty folder)",
                "pg_basebackup -h <primary> -U replicator -D <data directory> -Fp -Xs -P -R"),
        ])

    static let postgreSQLDeadlocks = AlertText(
        .database, "Transactions deadlocked",
        meaning:
            "PostgreSQL ended a transaction because two waited for each other; what it had done is lost unless it is retried.",
        evidence: ["postgresql.deadlocks", "postgresql.locks"],
        nextSteps: [
            .look("See who waits for whom now, and which lock it is", "diag pg locks {target}"),
            .look("Read the deadlock's statements in the server's log", "diag pg deadlocks {target}"),
            .look("See which sessions hold up all others, and what would end them", "diag pg unblock {target}"),
            .act("End the sessions that hold up all others", "diag pg unblock {target} --yes"),
            .look("Afterwards: let all transactions take their locks in the same order, and retry on SQLSTATE 40P01"),
        ])
}
