/// A place where a server's configuration says that a certificate is to be served.
public struct Site: Sendable, Hashable {
    public enum Software: String, Sendable, Hashable {
        case nginx, haproxy
    }

    public struct Listen: Sendable, Hashable {
        /// Where to connect on this machine.
        public let host: String
        public let port: UInt16

        public init(host: String, port: UInt16) {
            self.host = host
            self.port = port
        }
    }

    public let software: Software
    /// File and line of the configuration.
    public let place: String
    public let listens: [Listen]
    /// The names that it answers to, without patterns.
    public let names: [String]
    /// One is served, which one the client's algorithms decide.
    public let certificateFiles: [String]

    init(_ software: Software, place: String, listens: [Listen], names: [String], certificateFiles: [String]) {
        self.software = software
        self.place = place
        self.listens = listens
        self.names = names
        self.certificateFiles = certificateFiles
    }

    /// What has the server take up its files anew, without losing a connection.
    public var reloadCommand: String { Self.reloadCommand(of: software) }

    static func reloadCommand(of software: Software) -> String {
        switch software {
        case .nginx: "nginx -s reload"
        case .haproxy: "systemctl reload haproxy"
        }
    }
}

extension Site.Listen {
    /// `443`, `127.0.0.1:443`, `[::1]:443`, `*:443`, `:443`; nil for a unix socket, a range, a variable.
    ///
    /// - Parameter usual: the port where none is given.
    init?(_ text: String, usual: UInt16?) {
        var (host, port) = ("", text)
        if let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") {
            (host, port) = (String(text[..<colon]), String(text[text.index(after: colon)...]))
        } else if UInt16(text) == nil {
            (host, port) = (text, usual.map { "\($0)" } ?? "")
        }
        host.removeAll { $0 == "[" || $0 == "]" }
        guard let number = UInt16(port), number > 0, !host.hasPrefix("unix"), !host.contains("$") else { return nil }
        switch host {
        case "", "*", "0.0.0.0": host = "127.0.0.1"
        case "::", "v4v6": host = "::1"
        default: break
        }
        self.init(host: host, port: number)
    }
}
