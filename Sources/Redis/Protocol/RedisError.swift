import Diagnostics

/// A refusal in the server's own words: `-NOAUTH Authentication required.`
public struct RedisError: Error, Sendable, Hashable {
    /// The first word, by which refusals are told apart: `NOAUTH`, `ERR`, `LOADING`.
    public let prefix: String
    /// All of it, prefix included, at most `longest` characters. A server doesn't repeat credentials in it.
    public let message: String

    /// A refusal longer than this says nothing more; protected mode's own takes some 900 characters.
    static let longest = 400

    public init(_ message: String) {
        self.prefix = String(message.prefix { $0 != " " })
        let line = message.prefix { !$0.isNewline }
        self.message = line.count > Self.longest ? line.prefix(Self.longest) + "…" : String(line)
    }
}

extension RedisError {
    /// What kinds of refusal there are, each with its own way out.
    public enum Reason: Sendable, Hashable, CaseIterable {
        case authenticationRequired, wrongPassword, noPasswordConfigured, notPermitted, protectedMode, tooManyClients
        case loading, busy, masterDown, unknownCommand, moved, uninformed, other
    }

    public var reason: Reason {
        switch prefix {
        case "NOAUTH": .authenticationRequired
        case "WRONGPASS": .wrongPassword
        case "NOPERM": .notPermitted
        case "DENIED": .protectedMode
        case "LOADING": .loading
        case "BUSY": .busy
        case "MASTERDOWN": .masterDown
        case "MOVED", "ASK", "CLUSTERDOWN": .moved
        case "IDONTKNOW": .uninformed
        default: reasonFromWords
        }
    }

    /// `ERR` is what is left for everything without a prefix of its own, before 6.0 wrong passwords too.
    private var reasonFromWords: Reason {
        if message.contains("max number of clients") || message.contains("max clients") { return .tooManyClients }
        if message.contains("unknown command") || message.contains("nknown subcommand") { return .unknownCommand }
        if message.contains("operation not permitted") { return .authenticationRequired }
        if message.contains("invalid password") { return .wrongPassword }
        if message.contains("without any password") || message.contains("no password is set") {
            return .noPasswordConfigured
        }
        return .other
    }

    /// Whether a server may say this and close, rather than refuse one command.
    var mayEndConnection: Bool { ![.unknownCommand, .notPermitted, .noPasswordConfigured].contains(reason) }

    private var kind: ProbeError.Kind {
        switch reason {
        case .authenticationRequired, .wrongPassword: .unauthenticated
        case .notPermitted, .protectedMode: .forbidden
        // Its prefix is ERR, which says nothing: a condition must know it.
        case .tooManyClients: .server(code: "maxclients")
        default: .server(code: prefix)
        }
    }

    /// What mends it, where that is known.
    public var advice: String? {
        switch reason {
        case .authenticationRequired:
            "give a password: password_file or password in the configuration, or REDISCLI_AUTH"
        case .wrongPassword: "check user and password; on the server: ACL LIST"
        case .noPasswordConfigured: "leave the password out, or set one on the server: CONFIG SET requirepass"
        case .notPermitted:
            "on the server: ACL SETUSER <user> +info +ping +role +config|get +slowlog|len +scan +type +memory|usage …"
        case .protectedMode: "set a password or bind addresses on the server; from outside it answers nobody now"
        case .tooManyClients: "raise maxclients or find who holds the connections: CLIENT LIST"
        case .loading: "the server is reading its data from disk; wait, and follow it by INFO persistence"
        case .busy: busyAdvice
        case .masterDown: "this replica has lost its master and may not serve old data; see INFO replication there"
        case .unknownCommand: "the command is renamed, disabled or not known to this version or proxy"
        case .moved: "this is a cluster node; the slot is served by another one: CLUSTER SLOTS"
        case .uninformed: "this Sentinel has just started or is cut off; ask another one"
        case .other: nil
        }
    }

    /// The server says which of the two ends it, and neither does once something has been written.
    private var busyAdvice: String {
        if message.contains("module") { return "a module's command holds the server; its author knows how to end it" }
        let kill = message.contains("FUNCTION KILL") ? "FUNCTION KILL" : "SCRIPT KILL"
        return "a script holds the server: redis-cli \(kill) ends one that has written nothing yet, SHUTDOWN NOSAVE any"
    }

    /// The same as an error of a probe.
    public func during(_ step: String) -> ProbeError {
        ProbeError(kind, step: step, message: message, advice: advice)
    }
}
