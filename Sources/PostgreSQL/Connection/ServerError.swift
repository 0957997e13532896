import CLibpq
import Diagnostics

/// An error as the server reports it (PostgreSQL manual, 55.8, "Error and Notice Message Fields").
public struct ServerError: Error, Sendable, Hashable {
    /// `ERROR` or `FATAL`, never localised; of a failed connect in the server's language.
    public let severity: String
    /// The five characters of appendix A: `53300`.
    public let sqlState: String
    /// In the server's language (`lc_messages`).
    public let message: String
    public let detail: String?
    public let hint: String?
    /// The function of the server's source that complains: `InitializeSessionUserId`. It tells errors of one code apart
    /// in whatever language; a pooler names none.
    public let routine: String?
}

extension ServerError {
    /// Of a result that is an error; nil when the error is libpq's own (a lost connection) and not the server's.
    init?(of result: OpaquePointer?) {
        func field(_ code: Int) -> String? { PQresultErrorField(result, CInt(code)).map { String(cString: $0) } }
        guard let sqlState = field(Int(DIAG_PG_SQLSTATE)) else { return nil }
        self.init(
            severity: field(Int(DIAG_PG_SEVERITY)) ?? "ERROR", sqlState: sqlState,
            message: field(Int(DIAG_PG_MESSAGE_PRIMARY)) ?? "", detail: field(Int(DIAG_PG_MESSAGE_DETAIL)),
            hint: field(Int(DIAG_PG_MESSAGE_HINT)), routine: field(Int(DIAG_PG_SOURCE_FUNCTION)))
    }

    /// Reads what the server said from libpq's message on a failed connect; nil when the server had no word in it.
    ///
    /// libpq gives no result for a connection that fails, so there are no fields to ask for. But under
    /// `PQERRORS_VERBOSE` it writes the SQLSTATE into its text, whatever the server's language:
    ///
    ///     connection to server at "::1", port 5432 failed: FATAL:  53300: sorry, too many clients already
    ///     LOCATION:  InitProcess, proc.c:353
    ///
    /// Of several attempts (with TLS, without) the last one counts.
    init?(inConnectMessage text: String) {
        let lines = text.split(separator: "\n")
        guard let index = lines.lastIndex(where: { Self.verbose($0) != nil }), let head = Self.verbose(lines[index])
        else { return nil }
        let rest = lines[(index + 1)...]
        func after(_ label: String) -> String? {
            rest.first { $0.hasPrefix(label) }.map { String($0.dropFirst(label.count).drop { $0 == " " }) }
        }
        self.init(
            severity: head.severity, sqlState: head.sqlState, message: head.message, detail: after("DETAIL:"),
            hint: after("HINT:"),
            routine: after("LOCATION:").map { String($0.prefix { $0 != "," }) })
    }

    /// Splits `…failed: FATAL:  28P01: password authentication failed` by the code between two spaces and a colon.
    private static func verbose(_ line: Substring) -> (severity: String, sqlState: String, message: String)? {
        let parts = line.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated().dropFirst() where part.hasPrefix("  ") && isSQLState(part.dropFirst(2))
        {
            let message = parts[(index + 1)...].joined(separator: ":").drop { $0 == " " }
            let severity = parts[index - 1].drop { $0 == " " }
            return (String(severity), String(part.dropFirst(2)), String(message))
        }
        return nil
    }

    private static func isSQLState(_ text: Substring) -> Bool {
        text.utf8.count == 5 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
    }
}
