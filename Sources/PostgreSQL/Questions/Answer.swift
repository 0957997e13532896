import Diagnostics
import Queries

/// What one row of the answer to a question means. Adding a question is one .sql file and one such type.
protocol Answer: Sendable {
    /// The question; a variant for each range of versions where they differ.
    static var files: [SQLFile] { get }
    init(_ row: Row) throws(RowError)
}

extension Answer {
    /// The variant that serves a server; the newest one for a server newer than all.
    static func file(forServer version: Int) -> SQLFile? {
        let major = version / 10_000
        return files.first { $0.servers?.contains(major) ?? true } ?? files.first
    }

    static var step: String { "read \(files.first?.name ?? "")" }
}

/// The answers to all that was asked in one round trip.
struct Answers: Sendable {
    private var rows: [String: Result<Rows, ProbeError>] = [:]

    /// Asks for all these types of rows at once, for each once.
    ///
    /// - Parameter parameters: values of the settings `diag.…` that the questions read.
    init(
        asking kinds: [any Answer.Type], with parameters: [String: String] = [:],
        of connection: borrowing Connection, until deadline: Deadline
    ) async {
        let version = connection.serverVersion
        var seen: Set<String> = []
        let queries = kinds.compactMap { kind in
            kind.file(forServer: version).map { Query(step: kind.step, text: $0.statement(with: parameters)) }
        }.filter { seen.insert($0.step).inserted }
        for (query, answer) in zip(queries, await connection.ask(queries, until: deadline)) {
            rows[query.step] = answer
        }
    }

    /// Takes what was asked later beside what was asked before.
    mutating func add(_ more: Answers) { rows.merge(more.rows) { $1 } }

    /// - Throws: what stood in the way of this question, or `.protocolViolation` when its rows are not as expected.
    func all<Kind: Answer>(_ kind: Kind.Type = Kind.self) throws(ProbeError) -> [Kind] {
        guard let answer = rows[kind.step] else {
            throw ProbeError(.cancelled, step: kind.step, message: "this was not asked")
        }
        do {
            return try answer.get().map { row throws(RowError) in try Kind(row) }
        } catch let error as RowError {
            throw ProbeError(.protocolViolation, step: kind.step, message: error.description)
        } catch let error as ProbeError {
            throw error
        } catch {
            throw ProbeError(.protocolViolation, step: kind.step, message: "\(error)")
        }
    }

    /// - Throws: as `all` does, and when there is no row.
    func one<Kind: Answer>(_ kind: Kind.Type = Kind.self) throws(ProbeError) -> Kind {
        guard let first = try all(kind).first else {
            throw ProbeError(.protocolViolation, step: kind.step, message: "the answer has no row")
        }
        return first
    }
}
