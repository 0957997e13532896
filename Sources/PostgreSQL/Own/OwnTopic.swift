import Diagnostics
import Queries

extension PostgreSQLProbe.Question {
    /// The user's own questions in `PostgreSQLSettings.ownQueries`. Evidence: `postgresql.own.NAME` for each.
    public static let own = Self(OwnTopic { $0.ownQueries })

    /// One question of the user's own. Evidence: `postgresql.own.NAME`.
    public static func own(_ query: OwnQuery) -> Self { Self(OwnTopic { _ in [query] }) }
}

/// What a user asks beside. Each question stands alone: what goes wrong with one leaves no gap in another.
struct OwnTopic: Topic {
    let asks: [any Answer.Type] = []
    let questions: @Sendable (PostgreSQLSettings) -> [OwnQuery]

    /// Together they get at most half of the time that is left, so that what the other answers call for can still be
    /// asked after them.
    func queries(_ settings: PostgreSQLSettings, forServer version: Int, until deadline: Deadline) -> [Query] {
        let served = questions(settings).filter { $0.serves(version) }
        guard !served.isEmpty else { return [] }
        let share = max(.milliseconds(50), deadline.remaining / (2 * served.count))
        return served.map { $0.query(atMost: share) }
    }

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        let all = questions(reading.settings)
        let served = all.filter { $0.serves(reading.server.versionNumber) }
        let given = Set(served.flatMap(\.metrics).map(\.name))
        for query in all {
            if served.contains(query) {
                query.report(reading, to: &content)
            } else {
                content.gaps += query.metrics.filter { !given.contains($0.name) }
                    .map { Gap($0, query.unserved(by: reading.server)) }
            }
        }
    }
}

extension OwnQuery {
    private var step: String { "ask \(file.path)" }

    fileprivate func query(atMost share: Duration) -> Query {
        Query(step: step, text: statement, timeout: min(header.timeout ?? Self.usualTimeout, share))
    }

    fileprivate func unserved(by server: Server) -> String {
        "\(file.path) serves PostgreSQL \(header.versions), and this server is \(server.versionNumber / 10_000)"
    }

    fileprivate func report(_ reading: Reading, to content: inout Observation.Content) {
        content.attempt(metrics) { content throws(ProbeError) in
            let answer = try OwnAnswer(rows(in: reading), header, path: file.path)
            content.evidence.append(
                answer.evidence("postgresql.own.\(name)", rows: header.rows ?? Self.usualRows))
            try answer.checkSize()
            for (metric, columns) in zip(metrics, header.metrics) {
                content.attempt([metric]) { content throws(ProbeError) in
                    content.samples += try answer.samples(
                        of: metric, from: columns, identity: reading.system?.counterIdentity)
                }
            }
        }
    }

    /// - Throws: what the server said, with what to do in a file of one's own.
    private func rows(in reading: Reading) throws(ProbeError) -> Rows {
        do throws(ProbeError) {
            return try reading.rows(of: query(atMost: .zero))
        } catch {
            throw ProbeError(error.kind, step: error.step, message: error.message, advice: advice(error))
        }
    }

    private func advice(_ error: ProbeError) -> String? {
        switch error.kind {
        case .server("57014"):
            "it is given \(Units.seconds((header.timeout ?? Self.usualTimeout).seconds)), and all own questions together "
                + "half of the target's time: ask for less, or write \"-- timeout: 3 s\" into its header"
        case .server("42601"): "a question is one statement, and one that psql takes: psql -f \(file.path)"
        case .server("42P01"), .server("3F000"):
            "does it lie in the target's database, and does its schema stand before it?"
        case .forbidden: "GRANT what it reads to the role that diag uses (-- role: \(header.role))"
        default: error.advice
        }
    }
}
