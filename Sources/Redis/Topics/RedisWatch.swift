import Diagnostics
import Network

/// Watches a server for a moment: PINGs one after another, and at the end what was asked before once more.
struct RedisWatch {
    /// Asked at the end; INFO comes first.
    let again: [RedisCommand]
    let pings: Int

    /// Long enough for a rate, and short enough for somebody who waits.
    private static let length = Duration.seconds(1)

    /// - Parameters:
    ///   - info: as it was at `start`.
    /// - Throws: what ended the connection.
    func later(
        than info: RedisInfo, at start: ContinuousClock.Instant, _ connection: inout RedisConnection,
        until deadline: Deadline
    ) async throws(ProbeError) -> Reading.Later {
        let length = min(Self.length, deadline.remaining / 2)
        let trips = try await roundTrips(&connection, over: length, until: deadline)
        try await Reactor.shared.sleep(until: Deadline(start + length))
        let replies = await connection.replies(to: again, until: deadline)
        if let interruption = replies.interruption { throw interruption }
        let later = RedisInfo(replies[0]?.text ?? "")
        return Reading.Later(
            info: later, elapsed: later.seconds(since: info) ?? start.duration(to: .now).seconds,
            replies: Dictionary(zip(again, replies.values)) { first, _ in first }, pings: trips)
    }

    private func roundTrips(
        _ connection: inout RedisConnection, over length: Duration, until deadline: Deadline
    ) async throws(ProbeError) -> [Double] {
        var trips: [Double] = []
        for _ in 0..<pings {
            let start = ContinuousClock.now
            // A refusal takes as long.
            let reply = await connection.replies(to: [RedisCommand("PING")], until: deadline)
            if let interruption = reply.interruption { throw interruption }
            trips.append(start.duration(to: .now).seconds)
            try await Reactor.shared.sleep(until: Deadline(start + length / (pings + 1)))
        }
        return trips
    }
}

extension RedisInfo {
    /// By the server's own clock; nil before Redis 7.0, which does not tell it.
    fileprivate func seconds(since earlier: RedisInfo) -> Double? {
        guard let now = number("server_time_usec"), let then = earlier.number("server_time_usec"), now > then else {
            return nil
        }
        return (now - then) / 1e6
    }
}
