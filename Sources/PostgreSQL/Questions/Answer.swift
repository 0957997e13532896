import Diagnostics
import Queries

/// What one row of the answer to a question means. Adding a question is one .sql file and one such type.
protocol Answer: Sendable {
    /// The question; a variant for each range of versions where they differ.
    static var files: [SQLFile] { get }
    init(_ row: Row) throws(RowError)
}

extension Answer {
    /// The variant that serves a server; the newest one for a server newer than all; nil for one that is too old.
    static func file(forServer version: Int) -> SQLFile? { files.variant(forServer: version) }

    static var step: String { "read \(files.first?.name ?? "")" }
}

/// The answers to all that was asked in one round trip.
struct Answers: Sendable {
    private var rows: [String: Result<Rows, ProbeError>] = [:]

    /// Asks for all these types of rows at once, for each once.
    init(asking kinds: [any Answer.Type], of connection: borrowing Connection, until deadline: Deadline) async {
        await self.init(asking: [(kinds, [:])], of: connection, until: deadline)
    }

    /// Asks for all these types of rows at once, for each once, with values for the settings `diag.…` that they read.
    /// Of two who ask the same the first decides these.
    ///
    /// - Parameter others: asked after them; their rows are found by their steps.
    init(
        asking topics: [([any Answer.Type], [String: String])], and others: [Query] = [],
        of connection: borrowing Connection, until deadline: Deadline
    ) async {
        let version = connection.serverVersion
        for kind in topics.flatMap(\.0) where kind.file(forServer: version) == nil {
            rows[kind.step] = .failure(.unserved(kind.files, by: version, step: kind.step))
        }
        var seen: Set<String> = []
        let queries = topics.flatMap { kinds, parameters in
            kinds.filter { seen.insert($0.step).inserted }.compactMap { kind in
                kind.file(forServer: version).map { Query(step: kind.step, text: $0.statement(with: parameters)) }
            }
        }
        let all = queries + others
        for (query, answer) in zip(all, await connection.ask(all, until: deadline)) {
            rows[query.step] = answer
        }
    }

    /// Takes what was asked later beside what was asked before.
    mutating func add(_ more: Answers) { rows.merge(more.rows) { $1 } }

    func has<Kind: Answer>(_ kind: Kind.Type) -> Bool { rows[kind.step] != nil }

    /// - Throws: what stood in the way of this question, or `.protocolViolation` when its rows are not as expected.
    func all<Kind: Answer>(_ kind: Kind.Type = Kind.self) throws(ProbeError) -> [Kind] {
        let rows = try rows(of: kind.step)
        do throws(RowError) {
            return try rows.map { row throws(RowError) in try Kind(row) }
        } catch {
            throw ProbeError(.protocolViolation, step: kind.step, message: error.description)
        }
    }

    /// - Throws: what stood in the way of this question.
    func rows(of step: String) throws(ProbeError) -> Rows {
        guard let answer = rows[step] else {
            throw ProbeError(.cancelled, step: step, message: "this was not asked")
        }
        return try answer.get()
    }

    /// - Throws: as `all` does, and when there is no row.
    func one<Kind: Answer>(_ kind: Kind.Type = Kind.self) throws(ProbeError) -> Kind {
        guard let first = try all(kind).first else {
            throw ProbeError(.protocolViolation, step: kind.step, message: "the answer has no row")
        }
        return first
    }
}

extension [SQLFile] {
    /// Of variants for different versions of PostgreSQL, the one that serves a server: the newest one for a server newer
    /// than all, nil for one that is too old.
    func variant(forServer version: Int) -> SQLFile? {
        let major = version / 10_000
        if let serving = first(where: { $0.servers?.contains(major) ?? true }) { return serving }
        let newest = self.max { ($0.servers?.upperBound ?? 0) < ($1.servers?.upperBound ?? 0) }
        return newest.flatMap { ($0.servers?.upperBound ?? 0) < major ? $0 : nil }
    }
}

extension ProbeError {
    /// - Parameter version: as a number: 130004 is 13.4.
    static func unserved(_ files: [SQLFile], by version: Int, step: String) -> ProbeError {
        let oldest = files.compactMap { $0.servers?.lowerBound }.min() ?? 0
        return ProbeError(
            .misconfigured, step: step,
            message: "this can be asked of PostgreSQL \(oldest) and later, and the server is \(version / 10_000)")
    }
}
