import Diagnostics

/// Where a TLS server is and how its certificate is to be judged.
public struct TLSSettings: Sendable, Hashable {
    /// A name or an address in digits.
    public var host: String
    public var port: UInt16
    /// What is spoken before TLS; by default what the port is usually for.
    public var startTLS: StartTLS?
    /// The name to ask for (SNI), and to verify where `verifyName` is not set; without it `host`.
    public var serverName: String?
    /// The name that the certificate must be for.
    public var verifyName: String?
    /// Addresses in digits to connect to, in place of those that `host` resolves to.
    public var addresses: [String] = []
    /// Only addresses of this kind; nil: both.
    public var family: AddressFamily?
    /// Trusted authorities in place of the system's: a PEM file, or a folder that `openssl rehash` has seen.
    public var caFile: String?
    public var caDirectory: String?
    /// What to show when the server asks for a client's certificate.
    public var identity: TLSClientSettings.Identity?
    /// Protocols to offer by ALPN; nil: HTTP's where HTTP may be spoken.
    public var alpn: [String]?
    /// Whether each version from TLS 1.0 to 1.3 is asked for, which takes a handshake each.
    public var asksForVersions = false
    /// Whether evidence is left out but for the summary: for one of thousands that are shown a line each.
    public var isBrief = false
    /// The files whose certificates ought to be served: one of them is.
    public var certificateFiles: [String] = []
    /// What has the server read them anew; nil: nginx's command.
    public var reloadCommand: String?

    public enum AddressFamily: String, Sendable, Hashable {
        case ipv4, ipv6
    }

    public init(
        host: String, port: UInt16 = 443, serverName: String? = nil, caFile: String? = nil, caDirectory: String? = nil
    ) {
        self.host = host
        self.port = port
        self.serverName = serverName
        self.caFile = caFile
        self.caDirectory = caDirectory
        startTLS = StartTLS(usualPort: port)
    }

    /// An empty name is none: nothing would be compared.
    var nameToVerify: String { Self.given(verifyName) ?? nameToAsk }

    var nameToAsk: String { Self.given(serverName) ?? host }

    private static func given(_ name: String?) -> String? { name.flatMap { $0.isEmpty ? nil : $0 } }

    /// `example.org:8443`, `[::1]:443`.
    public var address: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    var trust: Trust { Trust(file: caFile, directory: caDirectory) }

    /// Servers of other protocols may hang up on one who offers them HTTP.
    var protocols: [String] {
        if let alpn { return alpn }
        return startTLS == nil && !Self.otherPorts.contains(port) ? ["h2", "http/1.1"] : []
    }

    /// Where something else than HTTP is usually spoken by TLS from the first byte.
    private static let otherPorts: Set<UInt16> = [
        465, 563, 636, 853, 989, 990, 993, 995, 2376, 2379, 2380, 3269, 5061, 5223, 5270, 5671, 6379, 6380, 6514, 6697,
        8883, 9093, 26379, 27017,
    ]
}

extension TLSSettings {
    /// From `HOST[:PORT]`, `[IPV6]:PORT`, or a URI that begins with `tls://`, `https://` or a protocol's name
    /// (`smtp://`, `imaps://`); a path is left out.
    ///
    /// - Throws: `.misconfigured` with what is wrong. User info of a URI never shows in it.
    public init(_ text: String) throws(ProbeError) {
        var rest = text[...]
        var scheme: Scheme?
        if let end = text.firstRange(of: "://") {
            scheme = try Scheme(text[..<end.lowerBound].lowercased())
            rest = text[end.upperBound...]
        }
        rest = rest.prefix { !"/?#".contains($0) }
        if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        let (host, port) = try Self.split(rest)
        guard !host.isEmpty, !host.contains(where: \.isWhitespace) else {
            throw Self.unusable("a host is missing; write HOST[:PORT]")
        }
        self.init(host: String(host), port: try port.map(Self.number) ?? scheme?.port ?? 443)
        if let scheme { startTLS = scheme.startTLS }
    }

    /// What a URI begins with.
    private struct Scheme {
        let port: UInt16
        let startTLS: StartTLS?

        private static let atOnce: [String: UInt16] = [
            "tls": 443, "https": 443, "smtps": 465, "imaps": 993, "pop3s": 995, "ldaps": 636, "ftps": 990,
            "rediss": 6379,
        ]

        init(_ name: String) throws(ProbeError) {
            if let port = Self.atOnce[name] {
                (self.port, startTLS) = (port, nil)
            } else if let startTLS = StartTLS(named: name) {
                (port, self.startTLS) = (startTLS.usualPort, startTLS)
            } else {
                let known = Self.atOnce.keys.sorted() + StartTLS.allCases.map(\.rawValue)
                throw TLSSettings.unusable(
                    "\"\(name)\" is no scheme of a TLS server; it is " + known.joined(separator: ", "))
            }
        }
    }

    private static func split(_ text: Substring) throws(ProbeError) -> (Substring, Substring?) {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw unusable("the address's closing bracket is missing") }
            let after = text[text.index(after: end)...]
            guard after.isEmpty || after.hasPrefix(":") else {
                throw unusable("\"\(after)\" stands where :PORT was expected")
            }
            return (text[text.index(after: text.startIndex)..<end], after.isEmpty ? nil : after.dropFirst())
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        // Several colons without brackets: an IPv6 address without a port.
        guard parts.count <= 2 else { return (text, nil) }
        return (parts.first ?? "", parts.count == 2 ? parts[1] : nil)
    }

    private static func number(_ text: Substring) throws(ProbeError) -> UInt16 {
        guard let port = UInt16(text), port > 0 else { throw unusable("\"\(text)\" is no port; it is 1 to 65535") }
        return port
    }

    fileprivate static func unusable(_ message: String) -> ProbeError {
        ProbeError(.misconfigured, step: "read the TLS target", message: message)
    }
}
