import Diagnostics

/// What is done to keys that match.
public enum KeyDeed: Sendable, Hashable {
    /// UNLINK; before 4.0 DEL, which frees at once.
    case delete
    /// A TTL of so long, and up to `jitter` more, so that not all of them expire at once. Only keys that have none get it, or
    /// where `shortens` also those that live longer.
    case expire(after: Duration, jitter: Duration, shortens: Bool)

    /// As the command is called.
    public var name: String {
        switch self {
        case .delete: "purge"
        case .expire: "expire"
        }
    }

    /// What has become of keys.
    var past: String {
        switch self {
        case .delete: "deleted"
        case .expire: "given a TTL"
        }
    }

    var asksTTL: Bool { self != .delete }

    /// Whether this key is left as it is: it has a TTL, and should keep it.
    func spares(ttl: Int64?) -> Bool {
        guard case .expire(let after, let jitter, let shortens) = self, let ttl else { return false }
        return !shortens || Double(ttl) / 1000 <= (after + jitter).seconds
    }

    func command(for key: [UInt8], _ style: Style) -> RedisCommand {
        switch self {
        case .delete: return RedisCommand([Array((style.unlinks ? "UNLINK" : "DEL").utf8), key])
        case .expire(let after, let jitter, let shortens):
            let milliseconds = Int64((after.seconds + Double.random(in: 0...1) * jitter.seconds) * 1000)
            let words = [Array("PEXPIRE".utf8), key, Array(String(max(1, milliseconds)).utf8)]
            guard style.expiresConditionally else { return RedisCommand(words) }
            // The server itself looks again whether it still applies. To LT, a key that never expires is one that expires last.
            return RedisCommand(words + [Array((shortens ? "LT" : "NX").utf8)])
        }
    }

    /// What this server can do.
    struct Style: Sendable, Hashable {
        let unlinks: Bool
        let expiresConditionally: Bool

        init(_ info: RedisInfo) {
            unlinks = info.isAtLeast(4, 0)
            expiresConditionally = info.isAtLeast(7, 0)
        }

        /// Keys in one round trip. DEL frees what it deletes before it answers: fewer.
        var largestStep: Int { unlinks ? 500 : 20 }
    }
}
