import Diagnostics

extension RedisProbe.Question {
    /// What the memory goes to, and how long it lasts. Evidence: `redis.memory.judgement`, `….memory.parts`,
    /// `….memory.process`.
    ///
    /// - Parameter past: shares of the limit that were used at earlier times, for a forecast; nil where none are kept.
    public static func memory(past: [MemoryForecast.Point]? = nil) -> Self { Self(MemoryTopic(past: past)) }
}

struct MemoryTopic: Topic {
    let past: [MemoryForecast.Point]?

    let asks = [RedisCommand("MEMORY", "STATS")]
    let settings = ["activedefrag", "replica-ignore-maxmemory"]
    let metrics = [RedisMetrics.memoryUsedRatio]
    let watches = true

    func asksMore(after reading: Reading) -> [RedisCommand] { MemoryLimit.asks(after: reading) }

    func report(_ reading: Reading, to content: inout Observation.Content) {
        let memory = MemoryLimit.completed(reading)
        content.sampleMemory(memory, hostMemory: reading.settings.hostMemory)
        let remarks = MemoryRemarks(reading: reading, memory: memory, past: past)
        let breakdown = MemoryBreakdown(reading.info, stats: reading["MEMORY", "STATS"])
        content.evidence.append(.remarks("redis.memory.judgement", "Judgement", remarks.all))
        content.evidence += [breakdown.partTable, breakdown.processTable].compactMap { $0 }
    }
}
