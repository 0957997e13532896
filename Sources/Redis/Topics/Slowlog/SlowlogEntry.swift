import Diagnostics

/// An entry of SLOWLOG GET, or of Valkey's COMMANDLOG GET: id, time, what is large about it, words, client, its name.
struct SlowlogEntry: Sendable, Hashable {
    /// Counted from 0 since the server started; a reset of the log does not reset it.
    let id: Int64
    let time: Timestamp
    /// Microseconds that it ran for, waiting not counted; bytes in the logs of large requests and replies.
    let amount: Int64
    let command: LoggedCommand
    /// 4.0 and later.
    let client: String?
    let clientName: String?

    init?(_ entry: RESPValue) {
        guard let parts = entry.array, parts.count >= 4, let id = parts[0].integer, let time = parts[1].integer,
            let amount = parts[2].integer, let words = parts[3].array
        else { return nil }
        self.id = id
        self.time = Timestamp(secondsSinceEpoch: Double(time))
        self.amount = amount
        command = LoggedCommand(
            words.map { if case .bytes(let bytes) = $0 { bytes } else { Array(($0.text ?? "").utf8) } })
        client = parts.count > 4 ? parts[4].text.flatMap { $0.isEmpty ? nil : $0 } : nil
        clientName = parts.count > 5 ? parts[5].text.flatMap { $0.isEmpty ? nil : $0 } : nil
    }

    /// The newest first, as the server gives them.
    static func all(_ reply: RESPValue?) -> [SlowlogEntry] { (reply?.array ?? []).compactMap(SlowlogEntry.init) }

    var seconds: Double { Double(amount) / 1e6 }
}

/// Entries of one shape.
struct SlowlogGroup: Sendable {
    let shape: String
    /// The newest first.
    let entries: [SlowlogEntry]

    var name: String { entries[0].command.name }
    var total: Double { entries.reduce(0) { $0 + $1.seconds } }
    var longest: Double { entries.map(\.seconds).max() ?? 0 }
    var median: Double { entries.map(\.seconds).sorted()[entries.count / 2] }
    var mostArguments: Int { entries.map(\.command.arguments).max() ?? 0 }

    /// The costliest first.
    static func all(_ entries: [SlowlogEntry]) -> [SlowlogGroup] {
        Dictionary(grouping: entries, by: \.command.shape).map { SlowlogGroup(shape: $0, entries: $1) }
            .sorted { ($0.total, $1.shape) > ($1.total, $0.shape) }
    }

    /// Who sent most of them: the client's name, or else its address.
    var client: String? {
        let who = entries.compactMap { $0.clientName ?? $0.client.map(Self.host) }
        return Dictionary(grouping: who) { $0 }.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }?.key
    }

    private static func host(_ address: String) -> String {
        address.lastIndex(of: ":").map { String(address[..<$0]) } ?? address
    }
}
