import Diagnostics
import Glibc
import Network

/// Why one place did not let us in, made of libpq's message into what a person and a condition can use.
struct ConnectFailure: Error, Hashable {
    let error: ProbeError
    /// True when libpq would not go on to the next host either (manual, 34.1.1.3): a server has judged the login
    /// itself, other than by "cannot connect now" or by its role.
    let isFinal: Bool
    /// There is no database of that name.
    let isAboutDatabase: Bool

    /// Of an attempt that libpq had no part in ending: a name look-up, a deadline.
    init(_ error: ProbeError) {
        self.error = error
        isFinal = error.kind == .cancelled || error.kind == .misconfigured
        isAboutDatabase = false
    }

    init(error: ProbeError, isFinal: Bool, isAboutDatabase: Bool = false) {
        self.error = error
        self.isFinal = isFinal
        self.isAboutDatabase = isAboutDatabase
    }

    init(message text: String, endpoint: Endpoint) {
        let step = "connect to \(endpoint)"
        if let server = ServerError(inConnectMessage: text) {
            error = server.probeError(step: step)
            isFinal = server.sqlState != "57P03"
            isAboutDatabase = server.sqlState == "3D000" || server.message.contains("no such database")
        } else {
            let verdict = Self.judge(text)
            error = ProbeError(verdict.kind, step: step, message: Self.words(of: text), advice: verdict.advice)
            isFinal = verdict.isFinal
            isAboutDatabase = false
        }
    }

    /// The last attempt's complaint without `connection to server at … failed: `, which the step says already, and
    /// without the guesses that libpq indents.
    private static func words(of text: String) -> String {
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("\t") && !$0.hasPrefix("LOCATION:") }
        let last = lines.lastIndex { $0.hasPrefix(attempt) } ?? lines.startIndex
        let words = lines[last...].filter { !$0.hasPrefix("Either provide") }.joined(separator: " ")
        guard words.hasPrefix(attempt), let colon = words.firstRange(of: " failed: ") else {
            return words.isEmpty ? "libpq gave no reason" : words
        }
        return String(words[colon.upperBound...])
    }

    /// How libpq begins what it says of an attempt to connect; what begins otherwise is about the settings.
    private static let attempt = "connection to server"

    /// System errors are known by the system's own sentence, in whatever language it speaks; the rest by libpq's.
    private static func judge(_ text: String) -> Verdict {
        let codes = [
            ECONNREFUSED, ENOENT, ECONNRESET, EPIPE, EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL, ETIMEDOUT, EACCES,
            EMFILE, ENFILE,
        ]
        if let code = codes.first(where: { text.contains(describe(errno: $0)) }) {
            let advice = code == ECONNREFUSED || code == ENOENT ? notRunning : nil
            return Verdict(kind: ProbeError(errno: code, step: "").kind, advice: advice, isFinal: false)
        }
        if let known = sayings.first(where: { text.contains($0.saying) }) { return known.verdict }
        return Verdict(kind: text.hasPrefix(attempt) ? .protocolViolation : .misconfigured)
    }

    private static let notRunning = "is PostgreSQL running there, and does it listen on this address and port?"
}
