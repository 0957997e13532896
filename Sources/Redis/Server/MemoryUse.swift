import Diagnostics

/// How full a server's memory is, and of what: the judgement behind `diag_redis_memory_used_ratio`.
public struct MemoryUse: Sendable, Hashable {
    public enum Limit: Sendable, Hashable {
        /// Against `maxmemory`, less what eviction doesn't count.
        case configured
        /// `maxmemory` is not set: resident memory against what the host or container is known to have.
        case host
        /// `maxmemory` is not set, and only the server itself says what its host has; a container may have less.
        case systemTotal
    }

    public let limit: Limit
    public let used: Int64
    public let available: Int64

    public var ratio: Double { Double(used) / Double(available) }

    /// Nil when INFO doesn't tell what is needed; `missing` says what.
    public init?(_ memory: RedisInfo.Memory, hostMemory: Int64?) {
        if let maximum = memory.maximum, maximum > 0 {
            guard let used = memory.used else { return nil }
            self.init(.configured, used: max(0, used - max(0, memory.notCountedForEviction ?? 0)), available: maximum)
        } else {
            let known = hostMemory.flatMap { $0 > 0 ? $0 : nil }
            let total = memory.systemTotal.flatMap { $0 > 0 ? $0 : nil }
            guard let resident = memory.resident ?? memory.used,
                let available = [known, total].compactMap({ $0 }).min()
            else { return nil }
            self.init(available == known ? .host : .systemTotal, used: resident, available: available)
        }
    }

    private init(_ limit: Limit, used: Int64, available: Int64) {
        self.limit = limit
        self.used = used
        self.available = available
    }

    /// Why there is no judgement, for a gap.
    static func missing(_ memory: RedisInfo.Memory) -> String {
        (memory.maximum ?? 0) > 0
            ? "INFO has no used_memory" : "maxmemory is not set, and INFO has no used_memory_rss or total_system_memory"
    }
}

extension MemoryUse {
    /// One sentence that says what was compared with what.
    var sentence: String {
        switch limit {
        case .configured where used > available:
            "\(describe(bytes: used)) are used, more than maxmemory (\(describe(bytes: available)))"
        case .configured: "\(describe(bytes: used)) of maxmemory (\(describe(bytes: available))) are used"
        case .host:
            "maxmemory is not set; judged by resident memory: \(describe(bytes: used)) of the "
                + "\(describe(bytes: available)) that the host or container has"
        case .systemTotal:
            "maxmemory is not set; judged by resident memory: \(describe(bytes: used)) of the host's "
                + "\(describe(bytes: available)) (total_system_memory; a container's limit is not known from here)"
        }
    }

    /// A limit so near to what the host or container has that a fork's copies and client buffers find no room.
    static func headroomNote(_ memory: RedisInfo.Memory, hostMemory: Int64?) -> String? {
        guard let maximum = memory.maximum, let host = hostMemory ?? memory.systemTotal, maximum > 0, host > 0,
            Double(maximum) >= 0.8 * Double(host)
        else { return nil }
        return "maxmemory (\(describe(bytes: maximum))) is close to what the host or container has "
            + "(\(describe(bytes: host))): a fork for saving and client buffers come on top of it"
    }
}

/// `1.5 GiB`, to one decimal.
func describe(bytes: Int64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 1024, unit < units.count - 1 {
        value /= 1024
        unit += 1
    }
    if unit == 0 { return "\(bytes) B" }
    let tenths = Int64((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
}
