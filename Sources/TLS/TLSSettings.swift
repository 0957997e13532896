import Diagnostics

/// Where a TLS server is and how its certificate is to be judged.
public struct TLSSettings: Sendable, Hashable {
    /// A name or an address in digits.
    public var host: String
    public var port: UInt16
    /// The name to ask for (SNI) and to verify; without it `host`.
    public var serverName: String?
    /// Trusted authorities in place of the system's: a PEM file, or a folder that `openssl rehash` has seen.
    public var caFile: String?
    public var caDirectory: String?

    public init(
        host: String, port: UInt16 = 443, serverName: String? = nil, caFile: String? = nil, caDirectory: String? = nil
    ) {
        self.host = host
        self.port = port
        self.serverName = serverName
        self.caFile = caFile
        self.caDirectory = caDirectory
    }

    /// An empty `serverName` is none: nothing would be compared.
    var nameToVerify: String { serverName.flatMap { $0.isEmpty ? nil : $0 } ?? host }

    /// `example.org:8443`, `[::1]:443`.
    public var address: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension TLSSettings {
    /// From `HOST[:PORT]`, `[IPV6]:PORT`, or a URI that begins with `tls://` or `https://`; a path is left out.
    ///
    /// - Throws: `.misconfigured` with what is wrong. User info of a URI never shows in it.
    public init(_ text: String) throws(ProbeError) {
        var rest = text[...]
        if let end = text.firstRange(of: "://") {
            let scheme = text[..<end.lowerBound].lowercased()
            guard scheme == "tls" || scheme == "https" else {
                throw Self.unusable("\"\(scheme)\" is no scheme of a TLS server; it is tls:// or https://")
            }
            rest = text[end.upperBound...]
        }
        rest = rest.prefix { !"/?#".contains($0) }
        if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        let (host, port) = try Self.split(rest)
        guard !host.isEmpty, !host.contains(where: \.isWhitespace) else {
            throw Self.unusable("a host is missing; write HOST[:PORT]")
        }
        self.init(host: String(host), port: try port.map(Self.number) ?? 443)
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

    private static func unusable(_ message: String) -> ProbeError {
        ProbeError(.misconfigured, step: "read the TLS target", message: message)
    }
}
