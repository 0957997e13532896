import Diagnostics

/// What a key must be asked so that a filter can decide on it. None of it counts as an access of the key (TYPE and PTTL look
/// with LOOKUP_NOTOUCH, and OBJECT at what is there).
struct KeyCheck: Sendable {
    private let filter: KeyFilter
    private let asksTTL: Bool

    init(_ filter: KeyFilter, asksTTL: Bool) {
        self.filter = filter
        self.asksTTL = asksTTL || filter.withoutTTL
    }

    func commands(for key: [UInt8]) -> [RedisCommand] {
        var commands: [RedisCommand] = []
        if filter.type != nil { commands.append(RedisCommand([Array("TYPE".utf8), key])) }
        if asksTTL { commands.append(RedisCommand([Array("PTTL".utf8), key])) }
        if filter.idleLongerThan != nil {
            commands.append(RedisCommand([Array("OBJECT".utf8), Array("IDLETIME".utf8), key]))
        }
        return commands
    }

    enum Answer: Sendable, Hashable {
        /// Milliseconds until it expires; nil: never, or it was not asked.
        case matches(ttl: Int64?)
        case other
        case gone
        case refused(RedisError, asking: String)
    }

    /// - Parameter replies: as many as there were commands.
    func answer(_ replies: ArraySlice<RESPValue>) -> Answer {
        var rest = replies
        if let wanted = filter.type, let other = differs(rest.popFirst(), from: wanted) { return other }
        var ttl: Int64?
        if asksTTL {
            let reply = rest.popFirst()
            if let error = reply?.error { return .refused(error, asking: "PTTL") }
            guard let milliseconds = reply?.integer, milliseconds != -2 else { return .gone }
            ttl = milliseconds >= 0 ? milliseconds : nil
            if filter.withoutTTL, ttl != nil { return .other }
        }
        if let longest = filter.idleLongerThan, let other = isUsed(rest.popFirst(), within: longest) { return other }
        return .matches(ttl: ttl)
    }

    private func differs(_ reply: RESPValue?, from type: String) -> Answer? {
        if let error = reply?.error { return .refused(error, asking: "TYPE") }
        guard let found = reply?.text, found != "none" else { return .gone }
        return found == type ? nil : .other
    }

    private func isUsed(_ reply: RESPValue?, within longest: Duration) -> Answer? {
        // "no such key" is an error of its own to some versions, and null to others.
        if let error = reply?.error {
            return error.message.contains("no such key") ? .gone : .refused(error, asking: "OBJECT IDLETIME")
        }
        guard let idle = reply?.integer else { return .gone }
        return Double(idle) > longest.seconds ? nil : .other
    }
}
