/// A line of CLIENT LIST, of any version: `id=7 addr=10.0.0.3:51234 … cmd=get user=app resp=3 lib-name=redis-py`.
///
/// Versions and forks add fields of their own; what one does not tell is nil. Names cannot hold blanks, but the path of a
/// unix socket can.
struct ClientEntry: Sendable, Hashable {
    /// Never given twice while a server runs.
    let id: Int64
    private let fields: [Substring: Substring]

    /// - Returns: nil for a line that has no id: before 2.8.12.
    init?(_ line: some StringProtocol) {
        var fields: [Substring: Substring] = [:]
        var last: Substring?
        for word in Substring(line).split(separator: " ") {
            if let equals = word.firstIndex(of: "="), equals > word.startIndex {
                last = word[..<equals]
                fields[word[..<equals]] = word[word.index(after: equals)...]
            } else if let name = last, let value = fields[name] {
                fields[name] = value + " " + word
            }
        }
        guard let id = fields["id"].flatMap({ Int64($0) }) else { return nil }
        self.id = id
        self.fields = fields
    }

    /// All lines of an answer; what is no client is left out.
    static func all(_ text: String) -> [ClientEntry] {
        text.split(whereSeparator: \.isNewline).compactMap { ClientEntry($0) }
    }

    func text(_ name: Substring) -> String? { fields[name].flatMap { $0.isEmpty ? nil : String($0) } }
    func integer(_ name: Substring) -> Int64? { fields[name].flatMap { Int64($0) } }
}

extension ClientEntry {
    /// `10.0.0.3:51234`; `/run/redis.sock:0` through a unix socket.
    var address: String { text("addr") ?? "?" }
    /// The address without its port; through a unix socket, the path.
    var host: String {
        guard let colon = address.lastIndex(of: ":") else { return address }
        return address[..<colon].filter { $0 != "[" && $0 != "]" }
    }
    var isUnix: Bool { flags.contains("U") || address.hasPrefix("/") }

    var name: String? { text("name") }
    /// 6.0 and later.
    var user: String? { text("user") }
    /// `redis-py 5.0.1`; 7.2 and later, where the library tells it.
    var library: String? {
        text("lib-name").map { name in [name, text("lib-ver")].compactMap { $0 }.joined(separator: " ") }
    }
    /// The last command, or that it waits in: `blpop`, from 7.0 on `client|list`.
    var command: String? { text("cmd").flatMap { $0 == "NULL" ? nil : $0 } }
    var database: Int64? { integer("db") }
    /// Of the protocol; 7.0 and later.
    var protocolVersion: Int64? { integer("resp") }

    /// Seconds since it connected, and since its last command.
    var age: Double? { integer("age").map(Double.init) }
    var idle: Double? { integer("idle").map(Double.init) }

    /// Replies that it has not taken yet, in bytes, beside a small fixed buffer.
    var output: Int64 { integer("omem") ?? 0 }
    /// What it has sent and is not yet done.
    var input: Int64 { integer("qbuf") ?? 0 }
    /// All that the server keeps for it; 6.2 and later.
    var memory: Int64? { integer("tot-mem") }

    var subscriptions: Int64 { ["sub", "psub", "ssub"].reduce(0) { $0 + max(0, integer($1) ?? 0) } }

    var flags: Set<Character> { Set(fields["flags"] ?? "") }
    var isBlocked: Bool { flags.contains("b") }
    var isMonitor: Bool { flags.contains("O") }
    var isReplica: Bool { flags.contains("S") }
    /// The link of this replica to its master.
    var isMaster: Bool { flags.contains("M") }
    var isInTransaction: Bool { flags.contains("x") }
    /// Exempt from `maxmemory-clients`.
    var isNeverEvicted: Bool { flags.contains("e") }
    var isTracking: Bool { flags.contains("t") }
    var isSubscriber: Bool { flags.contains("P") || subscriptions > 0 }
}

/// What a client is to the server: by that its output is limited.
enum ClientClass: String, Sendable, Hashable, CaseIterable {
    case normal, pubsub, replica

    init(_ client: ClientEntry) {
        // A monitor is one of the replicas to the server, but limited as a normal client.
        self = client.isReplica && !client.isMonitor ? .replica : client.isSubscriber ? .pubsub : .normal
    }
}

/// `client-output-buffer-limit`: `normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60`.
struct OutputLimits: Sendable, Hashable {
    struct Limit: Sendable, Hashable {
        /// Bytes beyond which a client is closed at once; nil without a limit.
        let hard: Int64?
        /// Bytes beyond which it is closed when it stays there for `seconds`.
        let soft: Int64?
        let seconds: Int64
    }

    private var limits: [ClientClass: Limit] = [:]

    init(_ setting: String?) {
        let words = (setting ?? "").split(separator: " ")
        for start in stride(from: 0, to: words.count - 3, by: 4) {
            let numbers = words[(start + 1)...(start + 3)].compactMap { Int64($0) }
            let name = words[start] == "slave" ? "replica" : String(words[start])
            guard numbers.count == 3, let kind = ClientClass(rawValue: name) else { continue }
            limits[kind] = Limit(
                hard: numbers[0] > 0 ? numbers[0] : nil, soft: numbers[1] > 0 ? numbers[1] : nil, seconds: numbers[2])
        }
    }

    subscript(kind: ClientClass) -> Limit? { limits[kind] }

    /// How much of its hard limit a client's output takes; nil where there is none.
    func share(of client: ClientEntry) -> Double? {
        limits[ClientClass(client)]?.hard.map { Double(client.output) / Double($0) }
    }
}
