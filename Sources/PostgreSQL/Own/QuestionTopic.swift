import Diagnostics
import Queries

extension PostgreSQLProbe.Question {
    /// One of diag's own questions as it is, with all rows; of several variants the one for the server's version.
    /// Evidence: `postgresql.query.NAME`.
    public static func asWritten(_ variants: [SQLFile]) -> Self { Self(QuestionTopic(variants: variants)) }
}

/// A question of `Queries/` by hand: the rows and nothing made of them.
struct QuestionTopic: Topic {
    let asks: [any Answer.Type] = []
    let variants: [SQLFile]

    func queries(_ settings: PostgreSQLSettings, forServer version: Int, until deadline: Deadline) -> [Query] {
        variants.variant(forServer: version).map { [query($0)] } ?? []
    }

    private func query(_ file: SQLFile) -> Query { Query(step: "ask \(file.name)", text: file.statement) }

    func report(_ reading: Reading, to content: inout Observation.Content) throws(ProbeError) {
        let version = reading.server.versionNumber
        guard let file = variants.variant(forServer: version) else {
            throw .unserved(variants, by: version, step: "ask \(variants.first?.name ?? "")")
        }
        let rows = try reading.rows(of: query(file))
        let answer = try OwnAnswer(rows, header(of: file), path: file.path)
        content.evidence.append(answer.evidence("postgresql.query.\(file.name)", rows: rows.count))
    }

    private func header(of file: SQLFile) throws(ProbeError) -> SQLHeader {
        do throws(SQLHeader.Mistake) {
            return try SQLHeader(of: file)
        } catch {
            throw ProbeError(.misconfigured, step: "ask \(file.name)", message: error.description)
        }
    }
}
