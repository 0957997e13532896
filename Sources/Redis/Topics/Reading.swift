import Diagnostics
import Network

/// All that a server has answered to one observation.
struct Reading: Sendable {
    let target: Target
    let settings: RedisSettings
    let info: RedisInfo
    /// The TCP handshake; nil over a unix socket.
    let connectTime: Duration?
    /// Nil without TLS.
    let security: RedisConnection.Security?
    /// Where the time of the connection went; nil over a unix socket.
    var way: ConnectionWay?
    private(set) var replies: [RedisCommand: RESPValue] = [:]
    /// Nil where no topic wanted to know, and where the connection ended before.
    var later: Later?

    /// The server once more, some moments later.
    struct Later: Sendable {
        let info: RedisInfo
        /// Seconds between the two.
        let elapsed: Double
        let replies: [RedisCommand: RESPValue]
        /// Round trips of a PING, in seconds.
        let pings: [Double]
    }

    init(
        _ target: Target, _ settings: RedisSettings, _ info: RedisInfo, connectTime: Duration? = nil,
        security: RedisConnection.Security? = nil
    ) {
        self.target = target
        self.settings = settings
        self.info = info
        self.connectTime = connectTime
        self.security = security
    }

    mutating func add(_ values: [RESPValue], to commands: [RedisCommand]) {
        for (command, value) in zip(commands, values) { replies[command] = value }
    }

    /// Nil when it was not answered, or refused.
    subscript(words: String...) -> RESPValue? {
        replies[RedisCommand(words.map { Array($0.utf8) })].flatMap { $0.error == nil ? $0 : nil }
    }

    /// A setting by CONFIG GET; nil where that is not permitted, or there is no such setting.
    func setting(_ name: String) -> String? { self["CONFIG", "GET", name]?.fields?[name] }

    func integerSetting(_ name: String) -> Int64? { setting(name).flatMap { Int64($0) } }
}

// MARK: - When, and how fast

extension Reading {
    /// By the server's own clock, which its logs go by; by ours before 6.2, which does not tell it.
    var serverTime: Timestamp {
        info.number("server_time_usec").map { Timestamp(secondsSinceEpoch: $0 / 1e6) } ?? .now
    }
}

extension Reading {
    /// By how much a field of INFO grows in a second. Nil where it was not asked twice, or fell: then counting began anew.
    func rate(_ field: String) -> Double? {
        guard let later, let before = info.number(field), let now = later.info.number(field), now >= before,
            later.elapsed > 0
        else { return nil }
        return (now - before) / later.elapsed
    }
}

// MARK: - What to type

extension Reading {
    /// `diag redis keys cache`.
    func diag(_ words: String...) -> String {
        (["diag", "redis"] + words + [target.name.shellWord]).joined(separator: " ")
    }

    /// `redis-cli -h 10.0.0.6 CONFIG SET …`: what only a person may do.
    func cli(_ command: String) -> String {
        let place: String
        switch settings.endpoint {
        case .tcp("127.0.0.1", RedisSettings.defaultPort): place = ""
        case .tcp("127.0.0.1", let port): place = " -p \(port)"
        case .tcp(let host, RedisSettings.defaultPort): place = " -h \(host.shellWord)"
        case .tcp(let host, let port): place = " -h \(host.shellWord) -p \(port)"
        case .unix(let path): place = " -s \(path.shellWord)"
        }
        return "redis-cli\(place)\(settings.tls == nil ? "" : " --tls") \(command)"
    }
}
