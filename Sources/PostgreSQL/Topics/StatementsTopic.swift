import Diagnostics
import Queries

extension PostgreSQLProbe.Question {
    /// What statements are ordered by.
    public enum StatementOrder: String, Sendable, CaseIterable { case total, mean, calls, io, rows }

    /// The statements that cost most, from pg_stat_statements. It costs a round trip of its own. Evidence:
    /// `postgresql.statements`, `….statements.since`, `….statements.texts`.
    public static func statements(by order: StatementOrder = .total, top: Int = 10) -> Self {
        Self(StatementsTopic(order: order, top: top))
    }
}

struct StatementsTopic: Topic {
    let order: PostgreSQLProbe.Question.StatementOrder
    let top: Int

    let asks: [any Answer.Type] = [StatementsExtension.self]

    /// The extension may be in any schema; the questions name it without one, as it is in psql.
    func parameters(after reading: Reading) -> [String: String] {
        var parameters = ["diag.statements_by": order.rawValue, "diag.top": "\(top)"]
        if let schema = (try? reading.one(StatementsExtension.self))?.text("extension_schema") {
            parameters["pg_stat_statements"] = "\"\(schema.replacing("\"", with: "\"\""))\".pg_stat_statements"
        }
        return parameters
    }

    func asksMore(after reading: Reading) -> [any Answer.Type] {
        guard let here = try? reading.one(StatementsExtension.self), here.isUsable else { return [] }
        return here.tellsReset ? [CostlyStatement.self, StatementsSince.self] : [CostlyStatement.self]
    }

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        let here = try reading.one(StatementsExtension.self)
        guard here.isUsable else {
            let words = here.howToEnable(in: reading.server.database)
            return content.evidence.append(.fact("postgresql.statements", "Statement statistics", words))
        }
        let statements: [CostlyStatement]
        do throws(ProbeError) { statements = try reading.all() } catch { throw error.advisingUpdate }
        content.evidence.append(
            .fact("postgresql.statements.since", "Statement statistics", since(reading, here, statements.first)))
        content.evidence.append(.listing("postgresql.statements", title, statements))
        guard !statements.isEmpty else { return }
        let texts = statements.enumerated().map { Branch("\($0 + 1). \($1.statement ?? "")") }
        content.evidence.append(Evidence(id: "postgresql.statements.texts", title: "Their texts", .tree(texts)))
    }

    private var title: String {
        switch order {
        case .total: "Statements that take most time in all"
        case .mean: "Statements that take longest on average"
        case .calls: "Statements that run most often"
        case .io: "Statements that read and write most blocks"
        case .rows: "Statements that return or change most rows"
        }
    }

    private func since(_ reading: Reading, _ here: StatementsExtension, _ first: CostlyStatement?) -> String {
        let info = try? reading.one(StatementsSince.self)
        let reset = info?.time("stats_reset").map { ", counted since \($0)" } ?? ""
        let forgotten = info?.integer("dealloc").flatMap { $0 > 0 ? $0 : nil }.map {
            "; the rarest were forgotten \($0) times: raise pg_stat_statements.max"
        }
        let timing =
            here.flag("timing") ? nil : "; times of reading and writing are not measured: track_io_timing is off"
        return "\(Count.of(first?.integer("stored") ?? 0, "statement")) of all databases\(reset)"
            + (forgotten ?? "") + (timing ?? "")
    }
}

extension ProbeError {
    /// An upgraded server keeps the extension's old view until it is told to renew it.
    fileprivate var advisingUpdate: ProbeError {
        guard kind == .server(code: "42703") else { return self }
        return ProbeError(kind, step: step, message: message, advice: "ALTER EXTENSION pg_stat_statements UPDATE")
    }
}

/// `statements-extension.sql`.
struct StatementsExtension: Listed {
    let row: Row
    static var files: [SQLFile] { [PostgreSQLQueries.statementsExtension] }

    var isUsable: Bool { text("extension_schema") != nil && flag("is_loaded") }

    /// pg_stat_statements_info came with 1.9.
    var tellsReset: Bool {
        let parts = (text("extension_version") ?? "").split(separator: ".").compactMap { Int($0) }
        return parts.count == 2 && (parts[0], parts[1]) >= (1, 9)
    }

    func howToEnable(in database: String) -> String {
        guard flag("is_loaded") else {
            let create = text("extension_schema") == nil ? ", then CREATE EXTENSION pg_stat_statements" : ""
            return "they are not gathered: add pg_stat_statements to shared_preload_libraries, restart\(create)"
        }
        let others = text("other_databases").map { "; or name a database that has it: perhaps \($0)" } ?? ""
        return
            "they are gathered, but database \(database) has no view of them: CREATE EXTENSION pg_stat_statements there"
            + others
    }
}

/// `statements.sql`.
struct CostlyStatement: Listed {
    let row: Row
    static var files: [SQLFile] { [PostgreSQLQueries.statements] }
    static let hidden: Set<String> = ["stored"]
}

/// `statements-info.sql`.
struct StatementsSince: Listed {
    let row: Row
    static var files: [SQLFile] { [PostgreSQLQueries.statementsInfo] }
}
