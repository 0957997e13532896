extension RedisInfo {
    /// Whether the server knows what that version of Redis does. Valkey counts as the 7.2 that it began with.
    func isAtLeast(_ major: Int, _ minor: Int) -> Bool {
        Self.isAtLeast(major, minor, text("redis_version"))
    }

    /// Whether it is Valkey of that version or later.
    func isValkey(atLeast major: Int, _ minor: Int) -> Bool {
        Self.isAtLeast(major, minor, text("valkey_version"))
    }

    private static func isAtLeast(_ major: Int, _ minor: Int, _ version: String?) -> Bool {
        let parts = (version ?? "").split(separator: ".").map { Int($0) ?? 0 }
        guard parts.count >= 2 else { return false }
        return (parts[0], parts[1]) >= (major, minor)
    }
}
