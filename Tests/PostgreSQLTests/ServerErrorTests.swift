import Diagnostics
import Testing

@testable import PostgreSQL

@Suite("Errors of the server")
struct ServerErrorTests {
    private static func connectMessage(_ rest: String) -> String {
        "connection to server at \"127.0.0.1\", port 5432 failed: \(rest)\nLOCATION:  InitProcess, proc.c:353\n"
    }

    private let endpoint = Endpoint(host: "db", address: "", port: 5432)

    @Test(arguments: [
        ("FATAL:  53300: sorry, too many clients already", ProbeError.Kind.server(code: "53300")),
        ("FATAL:  53300: remaining connection slots are reserved for roles", .server(code: "53300")),
        ("FATAL:  08P01: no more connections allowed (max_client_conn)", .server(code: "53300")),
        ("FATAL:  28P01: password authentication failed for user \"app\"", .unauthenticated),
        ("FATAL:  28000: no pg_hba.conf entry for host \"10.0.0.9\"", .unauthenticated),
        ("FATAL:  3D000: database \"orders\" does not exist", .misconfigured),
        ("FATAL:  57P03: the database system is starting up", .server(code: "57P03")),
        ("VERHÄNGNISVOLL:  53300: tut mir leid, schon zu viele Verbindungen", .server(code: "53300")),
    ])
    func areKnownByTheirCodeInEveryLanguage(said: String, kind: ProbeError.Kind) {
        let failure = ConnectFailure(message: Self.connectMessage(said), endpoint: endpoint)
        #expect(failure.error.kind == kind)
        #expect(failure.error.message.contains(said.split(separator: ": ").last ?? "?"))
        #expect(failure.error.advice != nil)
    }

    @Test func keepTheirDetailAndHint() {
        let text = Self.connectMessage("FATAL:  57P03: not yet accepting\nDETAIL:  Recovery goes on.\nHINT:  Wait.")
        let error = ServerError(inConnectMessage: text)
        #expect(error?.severity == "FATAL")
        #expect(error?.detail == "Recovery goes on.")
        #expect(error?.hint == "Wait.")
    }

    @Test func ofTheLastOfSeveralAttemptsCounts() {
        let text =
            Self.connectMessage("FATAL:  28000: no pg_hba.conf entry, SSL encryption")
            + Self.connectMessage("FATAL:  28P01: password authentication failed")
        #expect(ServerError(inConnectMessage: text)?.sqlState == "28P01")
    }

    @Test(arguments: [
        ("Connection refused\n\tIs the server running on that host?\n", ProbeError.Kind.refused),
        ("No such file or directory\n\tIs the server running locally?\n", .refused),
        ("could not receive data from server: Connection reset by peer\n", .unreachable),
        ("No route to host\n", .unreachable),
        ("server closed the connection unexpectedly\n\tThis probably means…\n", .unreachable),
        ("server does not support SSL, but SSL was required\n", .tls),
        ("received invalid response to SSL negotiation: H\n", .protocolViolation),
        ("fe_sendauth: no password supplied\n", .unauthenticated),
        ("session is read-only\n", .misconfigured),
    ])
    func ofLibpqItselfAreKnownByItsWords(said: String, kind: ProbeError.Kind) {
        let text = "connection to server at \"10.0.0.1\", port 5432 failed: \(said)"
        let error = ConnectFailure(message: text, endpoint: endpoint).error
        #expect(error.kind == kind)
        #expect(error.step == "connect to db:5432")
        #expect(!error.message.contains("connection to server at"))
        #expect(!error.message.contains("\n"))
    }

    @Test func leaveTheNextHostToBeTriedWhereLibpqWouldTryIt() {
        func isFinal(_ said: String) -> Bool {
            ConnectFailure(message: Self.connectMessage(said), endpoint: endpoint).isFinal
        }
        #expect(!isFinal("Connection refused"))
        #expect(!isFinal("FATAL:  57P03: the database system is shutting down"))
        #expect(!isFinal("session is read-only"))
        #expect(isFinal("FATAL:  28P01: password authentication failed"))
        #expect(isFinal("FATAL:  53300: sorry, too many clients already"))
    }

    @Test func loseThePasswordThatSomebodyPutIntoThem() {
        let error = ProbeError(.protocolViolation, step: "connect", message: "you said s3cret", advice: "not s3cret")
        #expect(error.redacting("s3cret").message == "you said ***")
        #expect(error.redacting("s3cret").advice == "not ***")
        #expect(error.redacting("") == error)
    }
}
