import Diagnostics
import TLS

extension RedisSettings {
    /// Reads where a server is from what people write:
    /// `redis://[[user:]password@]host[:port][/database]`, the same with `rediss://` for TLS,
    /// `redis-sentinel://[[user:]password@]sentinel[:port]/master[/database]` for the master that a Sentinel names,
    /// `unix://[[user:]password@]/path[?db=N]`, `host[:port]`, or the path of a socket. As in redis-cli, user info without
    /// a colon is a password. User, password, host and path may be percent-encoded. How TLS is to be done may stand behind
    /// a question mark, see `TLSParameter`.
    ///
    /// - Throws: `.misconfigured`, saying which part is wrong and never repeating any of it that may be a secret.
    public init(uri: String, defaultPort: UInt16 = Self.defaultPort) throws(ProbeError) {
        guard let (scheme, rest) = Self.split(uri, at: "://") else {
            self.init(endpoint: try Self.endpoint(of: Substring(uri), defaultPort))
            return
        }
        switch scheme.lowercased() {
        case "redis", "valkey": try self.init(network: rest, defaultPort)
        case "rediss", "valkeys":
            try self.init(network: rest, defaultPort)
            tls = tls ?? TLSClientSettings()
        case "redis-sentinel", "redis+sentinel", "rediss-sentinel", "rediss+sentinel":
            try self.init(sentinel: rest)
            if scheme.lowercased().hasPrefix("rediss") { tls = tls ?? TLSClientSettings() }
        case "unix", "redis+unix", "redis-socket": try self.init(socket: rest)
        default: throw .badAddress("the scheme is none of redis://, rediss://, redis-sentinel://, unix://")
        }
    }

    /// From `REDIS_URL` (`VALKEY_URL`) and `REDISCLI_AUTH` (`VALKEYCLI_AUTH`); nil when none is set. The password of the
    /// URL comes first.
    ///
    /// - Throws: as `init(uri:)` does.
    public static func environment(_ variables: [String: String]) throws(ProbeError) -> RedisSettings? {
        let url = ["REDIS_URL", "VALKEY_URL"].lazy.compactMap { variables[$0] }.first { !$0.isEmpty }
        let password = password(in: variables)
        guard url != nil || password != nil else { return nil }
        var settings = RedisSettings()
        if let url { settings = try RedisSettings(uri: url) }
        settings.password = settings.password ?? password
        return settings
    }

    /// The password that redis-cli or valkey-cli would take from the environment.
    public static func password(in variables: [String: String]) -> String? {
        ["REDISCLI_AUTH", "VALKEYCLI_AUTH"].lazy.compactMap { variables[$0] }.first { !$0.isEmpty }
    }

    /// What a person wrote to name a server, to be shown or copied: without the password that may stand in it.
    public static func withoutPassword(_ text: String) -> String {
        guard let (scheme, rest) = split(text, at: "://") else { return text }
        let (userInfo, place) = splitUserInfo(rest)
        let user = split(userInfo, at: ":").map { $0.0.isEmpty ? "" : $0.0 + "@" } ?? ""
        guard let (before, query) = split(place, at: "?") else { return scheme + "://" + user + place }
        let secrets = ["password", "sentinel_password"]
        let kept = query.split(separator: "&").filter { pair in !secrets.contains { pair.hasPrefix($0 + "=") } }
        return scheme + "://" + user + before + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
    }

    private init(network rest: Substring, _ defaultPort: UInt16) throws(ProbeError) {
        let (userInfo, place) = Self.splitUserInfo(rest)
        // A slash or question mark inside a password ends the authority early; the at sign then stands behind it.
        let (beforeQuery, query) = Self.split(place, at: "?") ?? (place, "")
        let (authority, path) = Self.split(beforeQuery, at: "/") ?? (beforeQuery, "")
        self.init(endpoint: try Self.endpoint(of: try Self.decoded(authority, "host"), defaultPort))
        try read(userInfo: userInfo)
        if !path.isEmpty { database = try Self.database(path) }
        try read(query: query)
    }

    /// `[[user:]password@]host[:port]/master[/database]`: the user is the servers', the Sentinel's password is a parameter.
    private init(sentinel rest: Substring) throws(ProbeError) {
        let (userInfo, place) = Self.splitUserInfo(rest)
        let (beforeQuery, query) = Self.split(place, at: "?") ?? (place, "")
        let (authority, path) = Self.split(beforeQuery, at: "/") ?? (beforeQuery, "")
        self.init(endpoint: try Self.endpoint(of: try Self.decoded(authority, "host"), Self.defaultSentinelPort))
        let (name, number) = Self.split(path, at: "/") ?? (path, "")
        guard !name.isEmpty else { throw .badAddress("the master's name is missing behind the Sentinel's address") }
        sentinelMaster = String(try Self.decoded(name, "master's name"))
        try read(userInfo: userInfo)
        if !number.isEmpty { database = try Self.database(number) }
        try read(query: query)
    }

    private init(socket rest: Substring) throws(ProbeError) {
        let (userInfo, place) = Self.splitUserInfo(rest)
        let (path, query) = Self.split(place, at: "?") ?? (place, "")
        guard path.hasPrefix("/") else { throw .badAddress("the path of the socket must begin with a slash") }
        self.init(endpoint: .unix(path: String(try Self.decoded(path, "path"))))
        try read(userInfo: userInfo)
        try read(query: query)
    }

    private mutating func read(userInfo: Substring) throws(ProbeError) {
        guard !userInfo.isEmpty else { return }
        let (user, secret) = Self.split(userInfo, at: ":") ?? ("", userInfo)
        if !user.isEmpty { username = String(try Self.decoded(user, "user")) }
        if !secret.isEmpty { password = String(try Self.decoded(secret, "password")) }
    }

    private mutating func read(query: Substring) throws(ProbeError) {
        for pair in query.split(separator: "&") {
            let (name, value) = Self.split(pair, at: "=") ?? (pair, "")
            switch name {
            case "db", "database": database = try Self.database(value)
            case "user", "username": username = String(try Self.decoded(value, "user"))
            case "password": password = String(try Self.decoded(value, "password"))
            case "sentinel_password": sentinelPassword = String(try Self.decoded(value, "password"))
            default:
                guard let parameter = TLSParameter(String(name)) else {
                    throw .badAddress("it has a parameter other than db, user, password and those of TLS")
                }
                try read(parameter, String(try Self.decoded(value, String(name))))
            }
        }
    }
}

// MARK: - Parts

extension RedisSettings {
    private static func split(_ text: some StringProtocol, at separator: String) -> (Substring, Substring)? {
        guard let range = Substring(text).firstRange(of: separator) else { return nil }
        return (Substring(text)[..<range.lowerBound], Substring(text)[range.upperBound...])
    }

    /// Up to the last at sign: a password that has one unencoded is still read right.
    private static func splitUserInfo(_ text: Substring) -> (Substring, Substring) {
        guard let at = text.lastIndex(of: "@") else { return ("", text) }
        return (text[..<at], text[text.index(after: at)...])
    }

    private static func endpoint(of text: Substring, _ defaultPort: UInt16) throws(ProbeError) -> Endpoint {
        if text.hasPrefix("/") { return .unix(path: String(text)) }
        let (host, port) = try hostAndPort(text)
        guard !host.contains(where: { $0.isWhitespace || "/?#@".contains($0) }) else {
            throw .badAddress("it has no host that could be one")
        }
        guard let port else { return .tcp(host: host.isEmpty ? "127.0.0.1" : String(host), port: defaultPort) }
        guard let number = UInt16(port), number > 0 else { throw .badAddress("the port is no number from 1 to 65535") }
        return .tcp(host: host.isEmpty ? "127.0.0.1" : String(host), port: number)
    }

    /// `host`, `host:port`, `[v6]`, `[v6]:port`, or a bare v6 address, which has two colons or more.
    private static func hostAndPort(_ text: Substring) throws(ProbeError) -> (Substring, Substring?) {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw .badAddress("the bracket is not closed") }
            let host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            if rest.isEmpty { return (host, nil) }
            guard rest.hasPrefix(":") else { throw .badAddress("behind the bracket comes something else than a port") }
            return (host, rest.dropFirst())
        }
        guard let colon = text.firstIndex(of: ":"), colon == text.lastIndex(of: ":") else { return (text, nil) }
        return (text[..<colon], text[text.index(after: colon)...])
    }

    private mutating func read(_ parameter: TLSParameter, _ value: String) throws(ProbeError) {
        guard case .tcp = endpoint else { throw .badAddress("there is no TLS over a unix socket") }
        var settings = tls ?? TLSClientSettings()
        guard parameter.set(value, in: &settings) else {
            throw .badAddress("a parameter of TLS has a value that it cannot have")
        }
        tls = settings
    }

    private static func database(_ text: Substring) throws(ProbeError) -> Int {
        guard let number = Int(text), number >= 0 else { throw .badAddress("the database is no number") }
        return number
    }

    private static func decoded(_ text: Substring, _ part: String) throws(ProbeError) -> Substring {
        guard text.contains("%") else { return text }
        var bytes: [UInt8] = []
        var rest = Substring(text).utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = Substring(rest.prefix(2))
            guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16) else {
                throw .badAddress("a per cent sign in the \(part) is not followed by two hexadecimal digits")
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        guard let result = String(validating: bytes, as: UTF8.self) else {
            throw .badAddress("the \(part) is not UTF-8")
        }
        return Substring(result)
    }
}

extension ProbeError {
    fileprivate static func badAddress(_ message: String, advice: String? = nil) -> ProbeError {
        ProbeError(
            .misconfigured, step: "read the Redis address", message: message,
            advice: advice
                ?? "write redis://[user:password@]host[:port][/database], rediss://… for TLS, unix:///path or host:port"
        )
    }
}
