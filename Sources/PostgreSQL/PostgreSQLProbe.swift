import Diagnostics
import Network

/// Looks at one PostgreSQL server: one connection, named `diag`, and one round trip of queries; more only where the first
/// answers call for it: somebody waits for a lock, statement statistics are there to be read, a standby looks late.
///
/// What it tells is its topics': see `Question`.
public struct PostgreSQLProbe: Probe {
    public let target: Target
    let settings: PostgreSQLSettings
    private let topics: [any Topic]

    /// - Parameter questions: what is asked beside what server it is, in the order in which it is told.
    public init(_ settings: PostgreSQLSettings, questions: [Question] = Question.usual) {
        target = Target(
            kind: .postgresql, name: settings.name, address: settings.address, labels: settings.labels)
        self.settings = settings
        topics = questions.map(\.topic)
    }

    public func observe(until deadline: Deadline) async -> Observation {
        await Observation.measuring(target) { content in
            do throws(ProbeError) {
                let connection = try await Connection.open(settings, until: deadline)
                try await look(through: connection, until: deadline, into: &content)
            } catch {
                await fail(error, &content, until: deadline)
            }
        }
    }

    /// A server that has no slot left for us tells with that what its connections are: all used. One whose certificate
    /// was not trusted has at least shown it.
    func fail(_ error: ProbeError, _ content: inout Observation.Content, until deadline: Deadline) async {
        content.failure = error
        if let inquest = await CertificateInquest.hold(on: settings, after: error, until: deadline) {
            inquest.writeSamples(to: &content)
            content.failure = inquest.error ?? error
        }
        if error.message.hasPrefix(ServerError.databaseIsFull) { return }
        guard error.kind == .server(code: "53300") else { return }
        content.add(PostgreSQLMetrics.connectionsUsedRatio, 1)
        content.evidence.append(.fact("postgresql.connections", "Connections", "no slot is left: \(error.message)"))
    }

    func look(
        through connection: borrowing Connection, until deadline: Deadline, into content: inout Observation.Content
    ) async throws(ProbeError) {
        if let time = connection.tcpConnectTime { content.add(PostgreSQLMetrics.tcpConnect, time.seconds) }
        if connection.isPoolerConsole { throw .poolerConsole }
        let all: [any Topic] = [ServerTopic(), AccessTopic(connection)] + topics
        let reading = try await read(all, through: connection, until: deadline)
        for topic in all {
            content.attempt(topic.metrics) { content throws(ProbeError) in try topic.report(reading, to: &content) }
        }
        connection.way?.report(to: &content)
    }
}

// MARK: - Asking

extension PostgreSQLProbe {
    private func read(
        _ topics: [any Topic], through connection: borrowing Connection, until deadline: Deadline
    ) async throws(ProbeError) -> Reading {
        let first = topics.map { ($0.asks, $0.parameters) }
        let version = connection.serverVersion
        let others = topics.flatMap { $0.queries(settings, forServer: version, until: deadline) }
        var reading = try await reading(
            from: await Answers(asking: first, and: others, of: connection, until: deadline), through: connection,
            until: deadline)
        var more: [([any Answer.Type], [String: String])] = []
        for topic in topics { more.append((await topic.asksMore(after: reading), topic.parameters(after: reading))) }
        reading.add(await Answers(asking: more, of: connection, until: deadline))
        await lookAgain(topics, through: connection, until: deadline, into: &reading)
        return reading
    }

    /// - Throws: why the server does not say what it is; where it is no PostgreSQL at all, with its name.
    private func reading(
        from answers: Answers, through connection: borrowing Connection, until deadline: Deadline
    ) async throws(ProbeError) -> Reading {
        do throws(ProbeError) {
            return try Reading(answers, settings: settings)
        } catch {
            let query = Query(step: "read version()", text: "SELECT version() AS version")
            let version = try? await connection.ask([query], until: deadline).first?.get()[0].get(
                "version", as: String.self)
            guard let version, let flavour = Flavour(version: version, administrators: nil) else { throw error }
            throw ProbeError(
                error.kind, step: error.step,
                message: "\(flavour.name) speaks PostgreSQL's protocol but is no PostgreSQL: \(error.message)",
                advice: "it answers; what ails it its own tools tell")
        }
    }

    /// One second look is not enough where a disk stalls; a second and a half in all is what a person waits for.
    private static let pauses: [Duration] = [100, 200, 400, 800].map { .milliseconds($0) }

    private func lookAgain(
        _ topics: [any Topic], through connection: borrowing Connection, until deadline: Deadline,
        into reading: inout Reading
    ) async {
        for pause in Self.pauses {
            let kinds = topics.map { ($0.looksAgain(after: reading), $0.parameters(after: reading)) }
            guard kinds.contains(where: { !$0.0.isEmpty }), deadline.remaining > pause else { return }
            guard (try? await Reactor.shared.sleep(until: .after(pause))) != nil else { return }
            reading.add(look: await Answers(asking: kinds, of: connection, until: deadline))
        }
    }
}

extension ProbeError {
    fileprivate static var poolerConsole: ProbeError {
        ProbeError(
            .misconfigured, step: "connect", message: "this is PgBouncer's administration console, not a database",
            advice: "name a database behind the pooler (dbname=…), or ask the console: diag pg pools")
    }
}
