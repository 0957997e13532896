/// A command as a log of the server's keeps it, made safe to be shown: secrets are left out, the rest is escaped.
///
/// Redis blanks out secrets itself from 6.2 on, and not all of them; what it logged before, or was told in another spelling,
/// must not be shown either.
struct LoggedCommand: Sendable, Hashable {
    private let words: [[UInt8]]

    init(_ words: [[UInt8]]) { self.words = words }

    /// `HGETALL`, `CONFIG SET`.
    var name: String {
        let first = word(0).uppercased()
        return Self.containers.contains(first) && words.count > 1 ? "\(first) \(word(1).uppercased())" : first
    }

    /// The whole command with each argument cut, secrets as `(hidden)`; at most `length` characters.
    func shown(length: Int = 120) -> String {
        let hidden = secrets
        let parts = words.indices.map { index in
            index == 0 ? KeyName.escaped(words[0]) : hidden.contains(index) ? "(hidden)" : Self.cut(words[index])
        }
        let text = parts.joined(separator: " ")
        return text.count <= length ? text : text.prefix(length - 1) + "…"
    }

    /// How many arguments it had, those that the server counted and did not keep among them.
    var arguments: Int {
        guard let last = words.last, words.count > 1 else { return max(0, words.count - 1) }
        // "... (117 more arguments)"
        let text = String(decoding: last, as: UTF8.self)
        guard text.hasPrefix("... ("), text.hasSuffix(" more arguments)") else { return words.count - 1 }
        return words.count - 2 + (Int(text.dropFirst(5).prefix { $0.isNumber }) ?? 0)
    }

    private static let containers: Set<String> = [
        "ACL", "CLIENT", "CLUSTER", "COMMAND", "CONFIG", "DEBUG", "FUNCTION", "LATENCY", "MEMORY", "MODULE", "OBJECT",
        "PUBSUB",
        "SCRIPT", "SENTINEL", "SLOWLOG", "XGROUP", "XINFO",
    ]

    private func word(_ index: Int) -> String {
        words.indices.contains(index) ? String(decoding: words[index], as: UTF8.self) : ""
    }

    /// An argument may be a value of megabytes; the server keeps 128 bytes of it.
    private static func cut(_ argument: [UInt8]) -> String {
        if argument.isEmpty { return "''" }
        let text = KeyName.escaped(Array(argument.prefix(48)))
        return argument.count > 48 ? text + "…" : text
    }
}

// MARK: - Secrets

extension LoggedCommand {
    /// The numbers of the words that are never shown.
    var secrets: Set<Int> {
        switch name {
        case "AUTH": Set(1..<max(1, words.count))
        // A rule may be a password (>…), or its hash (#…).
        case "ACL SETUSER": Set(3..<max(3, words.count))
        case "CONFIG SET": valuesOfSecretSettings(from: 2)
        case "SENTINEL SET": valuesOfSecretSettings(from: 3)
        case "SENTINEL CONFIG": valuesOfSecretSettings(from: 3)
        default: behindAuth
        }
    }

    /// Names and values in turn.
    private func valuesOfSecretSettings(from first: Int) -> Set<Int> {
        Set(
            stride(from: first, to: words.count - 1, by: 2).filter { Self.isSecret(word($0)) }.map { $0 + 1 })
    }

    private static func isSecret(_ setting: String) -> Bool {
        let name = setting.lowercased()
        return ["pass", "auth", "secret", "token"].contains { name.contains($0) }
    }

    /// HELLO and MIGRATE have their credentials behind AUTH or AUTH2; of what is not known one cannot be sure.
    private var behindAuth: Set<Int> {
        var found: Set<Int> = []
        for index in words.indices.dropFirst() where ["AUTH", "AUTH2"].contains(word(index).uppercased()) {
            found.formUnion(words.indices.filter { $0 > index && $0 <= index + 2 })
        }
        return found
    }
}

// MARK: - Shape

extension LoggedCommand {
    /// What commands that do the same have in common: the name, and the first key with its ids as stars:
    /// `HGETALL debate:*:rounds`.
    var shape: String {
        switch name {
        case "EVAL", "EVAL_RO": "\(name) \(Self.cut(Array((words.dropFirst().first ?? []).prefix(32))))"
        case "EVALSHA", "EVALSHA_RO", "FCALL", "FCALL_RO": "\(name) \(Self.cut(words.dropFirst().first ?? []))"
        case _ where !secrets.isEmpty: name
        default: firstKey.map { "\(name) \(KeyShape.of($0))" } ?? name
        }
    }

    private var firstKey: [UInt8]? {
        guard let index = firstKeyIndex, words.indices.contains(index) else { return nil }
        return words[index]
    }

    /// Nil for what has no key, or none that one could tell.
    private var firstKeyIndex: Int? {
        switch name {
        case "XREAD", "XREADGROUP": index(of: "STREAMS").map { $0 + 1 }
        case "SCAN": index(of: "MATCH").map { $0 + 1 }
        case "BITOP", "OBJECT ENCODING", "OBJECT FREQ", "OBJECT IDLETIME", "OBJECT REFCOUNT", "MEMORY USAGE",
            "XGROUP CREATE",
            "XINFO STREAM", "XINFO GROUPS", "XINFO CONSUMERS", "DEBUG OBJECT", "SINTERCARD", "ZINTERCARD", "ZUNION",
            "ZINTER",
            "ZDIFF", "LMPOP", "ZMPOP":
            2
        case "MIGRATE", "BLMPOP", "BZMPOP": 3
        case "PING", "INFO", "ECHO", "SELECT", "FLUSHALL", "FLUSHDB", "SAVE", "BGSAVE", "BGREWRITEAOF", "HELLO",
            "MULTI", "EXEC",
            "DBSIZE", "SYNC", "PSYNC", "REPLCONF", "REPLICAOF", "SLAVEOF", "SHUTDOWN", "MONITOR", "WAIT", "WAITAOF",
            "SWAPDB":
            nil
        default: name.contains(" ") ? nil : 1
        }
    }

    private func index(of keyword: String) -> Int? { words.indices.first { word($0).uppercased() == keyword } }
}

/// A key with what looks like an id in it as a star: `user:*:cart` for `user:4711:cart`.
enum KeyShape {
    static func of(_ key: [UInt8]) -> String {
        var shape: [UInt8] = []
        for part in key.prefix(128).split(omittingEmptySubsequences: false, whereSeparator: isSeparator) {
            if !shape.isEmpty || part.startIndex > 0 { shape.append(key[part.startIndex - 1]) }
            shape += part.contains(where: isDigit) ? [UInt8(ascii: "*")] : Array(part)
        }
        return KeyName.escaped(Array(shape.prefix(64)))
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { ":/.|-_{}".utf8.contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}
