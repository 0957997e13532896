/// The words of the optional conditions on what a server stores and keeps.
extension AlertText {
    static let transactionIDWraparound = AlertText(
        .database, "Transaction ids run out",
        meaning: """
            Vacuum has not frozen old rows for a long time. When all ids are used, the server takes no more writes until \
            somebody has vacuumed: hours without the database, perhaps days.
            """,
        evidence: ["postgresql.wraparound", "postgresql.vacuum", "postgresql.horizon"],
        nextSteps: [
            .look("See how far each database and table is, and what holds vacuum back", "diag pg vacuum {target}"),
            .look("See transactions, prepared transactions and slots that keep old rows", "diag pg activity {target}"),
            .look("See slots that nobody consumes", "diag pg replication {target}"),
            .act(
                "Freeze the oldest tables now (it does not lock them against reads and writes)",
                "vacuumdb --freeze --min-xid-age=200000000 --jobs=2 {datname}"),
            .look("Afterwards: give autovacuum more (autovacuum_vacuum_cost_limit, autovacuum_max_workers)"),
        ])

    static let slotRetention = AlertText(
        .database, "A replication slot keeps WAL",
        meaning: """
            The server keeps all WAL that the slot's consumer has not taken, until the disk is full and the server stops; \
            or, where max_slot_wal_keep_size bounds it, until the slot is lost and its standby must be built anew.
            """,
        evidence: ["postgresql.replication.slots", "postgresql.replication.standbys"],
        nextSteps: [
            .look("See each slot, what it keeps and whether somebody consumes it", "diag pg replication {target}"),
            .look("See how much room the disk has left", "diag host"),
            .act("Start the consumer again, or wait until it has caught up"),
            .act(
                "Drop the slot if nobody needs it any more: its consumer must then be built anew",
                "psql -c \"SELECT pg_drop_replication_slot('<slot>')\""),
            .look("Afterwards: bound what a slot may keep with max_slot_wal_keep_size"),
        ])

    static let standbyMissing = AlertText(
        .database, "A standby is missing",
        meaning: """
            A standby that should stream from this server does not: what is written now is in one place only, and where \
            commits wait for it (synchronous_standby_names) they hang.
            """,
        evidence: ["postgresql.replication.standbys", "postgresql.replication.slots"],
        nextSteps: [
            .look("See who streams, and which slots wait for somebody", "diag pg replication {target}"),
            .look("See how the standby sees it", "diag pg replication <standby>"),
            .look("Read why its receiver stopped", "tail -50 <the standby's PostgreSQL log>"),
            .act("Start it again", "systemctl start postgresql"),
            .act(
                "Rebuild it if the WAL that it needs is gone (into an empty folder)",
                "pg_basebackup -h {host} -U replicator -D <data directory> -Fp -Xs -P -R"),
        ])

    static let archiveFailing = AlertText(
        .database, "WAL is not archived",
        meaning: """
            Backups cannot be rolled forward past the last archived segment, and pg_wal grows until the disk is full. An \
            archive command that hangs fails nothing and still archives nothing.
            """,
        evidence: ["postgresql.archiver"],
        nextSteps: [
            .look("See what was archived last, what failed, and how far behind it is", "diag pg replication {target}"),
            .look("Read the archive command's own words", "grep -A 3 'archive command failed' <PostgreSQL log>"),
            .look("See how much room the disk has left, here and at the archive", "diag host"),
            .act("Mend archive_command or its destination, then load it", "psql -c 'SELECT pg_reload_conf()'"),
        ])

    static let checksumFailures = AlertText(
        .database, "Data pages are damaged",
        meaning: """
            A page read from disk did not have the content that was written: storage, memory or kernel lost data. Reads of \
            that page fail; it fires until the statistics are reset.
            """,
        evidence: ["postgresql.checksums"],
        nextSteps: [
            .look("See which database it is, and when it last happened", "diag pg deadlocks {target}"),
            .look("Read which pages of which files", "grep 'page verification failed' <PostgreSQL log>"),
            .look("See whether the kernel complains of the disk", "dmesg --level=err,warn | tail -50"),
            .act("Fail over to a standby that is whole, and restore this server from a backup"),
            .act("When that is done, begin to count anew", "psql -d {datname} -c 'SELECT pg_stat_reset()'"),
        ])

    static let collationVersionMismatch = AlertText(
        .database, "Collations changed under the data",
        meaning: """
            The operating system's or ICU's rules of sorting are other ones than when indexes were built (after an upgrade, or \
            with a standby on another system): they may miss rows and let duplicates in.
            """,
        evidence: ["postgresql.collations"],
        nextSteps: [
            .look("See which databases and collations, with both versions", "diag pg vacuum {target}"),
            .look("Find damaged indexes", "pg_amcheck --heapallindexed {datname}"),
            .act("Build the indexes on text anew", "reindexdb --concurrently {datname}"),
            .act(
                "Then record the new version",
                "psql -d {datname} -c 'ALTER DATABASE \"<database>\" REFRESH COLLATION VERSION'"),
        ])
}
