import Diagnostics
import Network

/// Looks at one PostgreSQL server: one connection, named `diag`, and one round trip of queries; a second one only where
/// somebody waits for a lock or statement statistics are there to be read.
///
/// Evidence: `postgresql.server`, `postgresql.pooler`, `postgresql.connections`, `….connections.clients`,
/// `….connections.states`, `….connections.databases`, `….connections.limits`, `….connections.idle`,
/// `….connections.idle.count`, `postgresql.transactions`, `postgresql.replication.standbys`, `….replication.slots`,
/// `….replication.receiver`, `….replication.missing`, `….replication.ends` (by `ReplicationCrossCheck`),
/// `postgresql.deadlocks`, `postgresql.statements`, `postgresql.locks`, `….locks.summary`, `….locks.roots`.
public struct PostgreSQLProbe: Probe {
    public let target: Target
    private let settings: PostgreSQLSettings
    private let questions: Set<Question>

    /// What can be asked of a server.
    public enum Question: String, Sendable, Hashable, CaseIterable {
        case connections, idle, transactions, replication, deadlocks, locks, statements

        /// What a sweep asks: what conditions judge and what belongs to them. Statement statistics cost a round trip of
        /// their own and belong to no condition of this server; a person asks for them.
        public static let sweep: [Question] = allCases.filter { $0 != .statements }
    }

    /// - Parameter questions: what is asked beside what server it is; by default all.
    public init(_ settings: PostgreSQLSettings, questions: some Sequence<Question> = Question.allCases) {
        target = Target(
            kind: .postgresql, name: settings.name, address: settings.address, labels: settings.labels)
        self.settings = settings
        self.questions = Set(questions)
    }

    public func observe(until deadline: Deadline) async -> Observation {
        await Observation.measuring(target) { content in
            do throws(ProbeError) {
                let connection = try await Connection.open(settings, until: deadline)
                try await look(through: connection, until: deadline, into: &content)
            } catch {
                fail(error, &content)
            }
        }
    }

    /// A server that has no slot left for us tells with that what its connections are: all used.
    private func fail(_ error: ProbeError, _ content: inout Observation.Content) {
        content.failure = error
        guard error.kind == .server(code: "53300") else { return }
        content.add(PostgreSQLMetrics.connectionsUsedRatio, 1)
        content.evidence.append(.fact("postgresql.connections", "Connections", "no slot is left: \(error.message)"))
    }

    private func look(
        through connection: borrowing Connection, until deadline: Deadline, into content: inout Observation.Content
    ) async throws(ProbeError) {
        if let time = connection.tcpConnectTime { content.add(PostgreSQLMetrics.tcpConnect, time.seconds) }
        if connection.isPoolerConsole { throw .poolerConsole }
        let answers = await Answers(asking: rowTypes, of: connection, until: deadline)
        let server: Server = try answers.one()
        write(server, connection, &content)
        let more = await askMore(answers, server, connection, until: deadline)
        report(answers, more, server, &content)
    }
}

extension ProbeError {
    fileprivate static var poolerConsole: ProbeError {
        ProbeError(
            .misconfigured, step: "connect", message: "this is PgBouncer's administration console, not a database",
            advice: "name a database behind the pooler (dbname=…)")
    }
}

// MARK: - The first round trip

extension PostgreSQLProbe {
    private var rowTypes: [any Answer.Type] {
        let wanted: [(Question, [any Answer.Type])] = [
            (.connections, [SessionGroup.self, ConnectionLimit.self]),
            (.idle, [IdleSession.self]),
            (.transactions, [LongTransaction.self]),
            (.replication, [Standby.self, ReplicationSlot.self, Receiver.self]),
            (.deadlocks, [Database.self]),
        ]
        return [Server.self, System.self] + wanted.filter { questions.contains($0.0) }.flatMap(\.1)
    }

    private func write(_ server: Server, _ connection: borrowing Connection, _ content: inout Observation.Content) {
        content.add(PostgreSQLMetrics.inRecovery, server.isInRecovery ? 1 : 0)
        content.add(PostgreSQLMetrics.startTime, server.started.secondsSinceEpoch)
        content.add(PostgreSQLMetrics.lockWaiters, Double(server.waiting))
        let role = server.isInRecovery ? "standby" : "primary"
        content.evidence.append(
            .fact(
                "postgresql.server", "Server",
                "PostgreSQL \(server.version), \(role), up \(Units.seconds(Timestamp.now.seconds(since: server.started)))"
            ))
        content.attempt([]) { _ throws(ProbeError) in try server.requireSight(of: "sessions, standbys and statements") }
        if connection.backendPID != server.pid || !connection.hasServerSideLimits {
            content.evidence.append(
                .fact(
                    "postgresql.pooler", "Pooler",
                    "a pooler stands before this server: clients that wait in its queue and its own limits are not seen "
                        + "here, and the time to connect is the pooler's"))
        }
    }
}

// MARK: - The second round trip

extension PostgreSQLProbe {
    /// Only what the first answers call for; most of the time nothing.
    private func askMore(
        _ answers: Answers, _ server: Server, _ connection: borrowing Connection, until deadline: Deadline
    ) async -> Answers {
        var kinds: [any Answer.Type] = []
        if questions.contains(.statements), server.hasStatements { kinds.append(Statement.self) }
        if questions.contains(.locks), server.waiting > 0 { kinds.append(LockEntry.self) }
        if let receiver = (try? answers.all(Receiver.self))?.first, receiver.deservesASecondLook {
            kinds.append(Receiver.self)
            try? await Reactor.shared.sleep(until: deadline.within(.milliseconds(200)))
        }
        return await Answers(asking: kinds, of: connection, until: deadline)
    }
}

// MARK: - Reports

extension PostgreSQLProbe {
    private func report(
        _ answers: Answers, _ more: Answers, _ server: Server, _ content: inout Observation.Content
    ) {
        var system: System?
        content.attempt([]) { _ throws(ProbeError) in system = try answers.one() }
        attempt(.connections, ConnectionsReport.metrics, &content) { content throws(ProbeError) in
            try ConnectionsReport(answers, server: server).write(to: &content)
        }
        attempt(.idle, IdleReport.metrics, &content) { content throws(ProbeError) in
            try server.requireSight(of: "idle sessions")
            try IdleReport(answers, threshold: server.idleThreshold).write(to: &content)
        }
        attempt(.transactions, TransactionsReport.metrics, &content) { content throws(ProbeError) in
            try server.requireSight(of: "transactions")
            try TransactionsReport(answers, threshold: server.transactionThreshold).write(to: &content)
        }
        attempt(.replication, ReplicationReport.metrics, &content) { content throws(ProbeError) in
            try ReplicationReport(
                answers, later: more, server: server, system: system, expecting: settings.expectedStandbys
            ).write(to: &content)
        }
        attempt(.deadlocks, DeadlocksReport.metrics, &content) { content throws(ProbeError) in
            try DeadlocksReport(answers, identity: system?.counterIdentity).write(to: &content)
        }
        attempt(.locks, [], &content) { content throws(ProbeError) in
            content.evidence += LockGraph(server.waiting > 0 ? try more.all() : []).evidence
        }
        attempt(.statements, [], &content) { content throws(ProbeError) in
            content.evidence.append(
                server.hasStatements
                    ? try StatementsReport(more).evidence : StatementsReport.howToEnable(in: server.database))
        }
    }

    private func attempt(
        _ question: Question, _ metrics: [Metric], _ content: inout Observation.Content,
        _ report: (inout Observation.Content) throws(ProbeError) -> Void
    ) {
        if questions.contains(question) { content.attempt(metrics, report) }
    }
}
