/// Why something could not be looked at: what was tried, what the other side said, what to do.
///
/// Never holds a password or a connection string.
public struct ProbeError: Error, Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// No answer within the deadline.
        case timedOut
        /// The name does not resolve.
        case unresolved
        /// Nothing listens there (ECONNREFUSED), or there is no such socket or file.
        case refused
        /// The network or host cannot be reached, or the connection was reset or closed midway.
        case unreachable
        /// What came back is not the protocol that was expected.
        case protocolViolation
        /// TLS could not be agreed upon.
        case tls
        /// Credentials missing or wrong.
        case unauthenticated
        /// Authenticated, but not allowed to ask this.
        case forbidden
        /// The server answered with an error of its own, by its code (an SQLSTATE, a Redis error prefix, an HTTP status).
        case server(code: String)
        /// Cancelled from our side before an answer came.
        case cancelled
        /// The target's settings cannot work as they are.
        case misconfigured
        /// Another sweep is just looking at it.
        case busy
        /// This machine refused (out of descriptors, file not readable).
        case local
    }

    public let kind: Kind
    /// What was being done: `connect`, `read pg_stat_replication`.
    public let step: String
    /// What happened, in the server's or the system's own words.
    public let message: String
    /// What would mend it, where that is known: `GRANT pg_monitor TO diag;`.
    public let advice: String?

    public init(_ kind: Kind, step: String, message: String, advice: String? = nil) {
        self.kind = kind
        self.step = step
        self.message = message
        self.advice = advice
    }
}

extension ProbeError: CustomStringConvertible {
    public var description: String { "\(step): \(message)" }
}
