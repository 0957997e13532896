import Diagnostics

/// What to look at on the way to a place, and how closely.
public struct ReachabilitySettings: Sendable, Hashable {
    /// How closely to look.
    public enum Depth: Sendable, Hashable {
        /// A look-up and one connection: what a sweep does.
        case glance
        /// Each resolver by itself, many connections, the routers, the MTU: for a person.
        case full
    }

    /// A name or an address in digits.
    public var host: String
    public var port: UInt16
    public var depth: Depth
    /// Connections to each address, and the time from one's beginning to the next one's.
    public var count: Int
    public var interval: Duration
    /// Whether to trace by connecting to the port in place of by datagrams.
    public var tracesByTCP: Bool
    /// Where `/etc` is: `/` but for a recorded host.
    public var root: String
    /// Where resolvers listen.
    var resolverPort: UInt16 = 53

    public init(
        host: String, port: UInt16, depth: Depth = .glance, count: Int = 10, interval: Duration = .milliseconds(200),
        tracesByTCP: Bool = false, root: String = "/"
    ) {
        self.host = host
        self.port = port
        self.depth = depth
        self.count = count
        self.interval = interval
        self.tracesByTCP = tracesByTCP
        self.root = root
    }

    /// `db:5432`, `[::1]:5432`.
    public var address: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension ReachabilitySettings {
    /// Reads `HOST:PORT`, `[IPV6]:PORT`, `HOST`, or a URI whose scheme has a usual port.
    ///
    /// - Parameter defaultPort: where none is given; nil: it must be.
    /// - Throws: `.misconfigured`. The text itself is not repeated: a URI may hold a password.
    public init(_ text: String, defaultPort: UInt16? = nil) throws(ProbeError) {
        var (rest, usual) = (text[...], defaultPort)
        if let end = text.firstRange(of: "://") {
            let scheme = text[..<end.lowerBound].lowercased()
            guard let port = Self.ports[scheme] ?? defaultPort else {
                throw Self.unusable("the usual port of this scheme is not known; write HOST:PORT")
            }
            (rest, usual) = (text[end.upperBound...], port)
        }
        rest = rest.prefix { !"/?#".contains($0) }
        if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        let (host, port) = Self.split(rest)
        guard !host.isEmpty, !host.contains(where: \.isWhitespace) else {
            throw Self.unusable("a host is missing; write HOST:PORT")
        }
        guard let port else {
            guard let usual else { throw Self.unusable("a port is missing; write HOST:PORT") }
            self.init(host: String(host), port: usual)
            return
        }
        guard let number = UInt16(port), number > 0 else { throw Self.unusable("the port is not a number up to 65535") }
        self.init(host: String(host), port: number)
    }

    private static let ports: [String: UInt16] = [
        "postgresql": 5432, "postgres": 5432, "redis": 6379, "rediss": 6379, "valkey": 6379, "valkeys": 6379,
        "sentinel": 26379, "http": 80, "https": 443, "tls": 443, "smtp": 25, "imap": 143, "imaps": 993, "ldap": 389,
        "ldaps": 636, "ftp": 21, "ssh": 22, "mysql": 3306, "amqp": 5672, "amqps": 5671, "nats": 4222, "mongodb": 27017,
    ]

    private static func split(_ text: Substring) -> (Substring, Substring?) {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let rest = text[text.index(after: end)...]
            return (text[text.index(after: text.startIndex)..<end], rest.hasPrefix(":") ? rest.dropFirst() : nil)
        }
        guard let colon = text.lastIndex(of: ":"), text.firstIndex(of: ":") == colon else { return (text, nil) }
        return (text[..<colon], text[text.index(after: colon)...])
    }

    private static func unusable(_ message: String) -> ProbeError {
        ProbeError(.misconfigured, step: "read the address", message: message)
    }
}
