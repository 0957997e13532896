import Diagnostics
import Network

/// What Sentinels publish, as it comes: of all of them, found from any of them, each by a connection of its own. One that
/// dies is tried again and again; the others go on.
public struct SentinelEvents: Sendable {
    private let named: [SentinelSurvey.Named]
    private let access: SentinelAccess

    /// - Parameters:
    ///   - sentinels: under the names that people know them by; the others are found through them.
    ///   - access: how to get into the servers.
    public init(sentinels: [(name: String, settings: RedisSettings)], access: SentinelAccess = SentinelAccess()) {
        named = sentinels.map { SentinelSurvey.Named(name: $0.name, settings: $0.settings) }
        self.access = access
    }

    /// For connecting, and for a PING while nothing comes.
    private static let patience = Duration.seconds(5)
    /// Nothing for so long: the Sentinel may have died without a word.
    private static let silence = Duration.seconds(10)
    private static let longestPause = Duration.seconds(5)

    /// Runs until the task is cancelled. `take` is called with one event after another, never two at once.
    ///
    /// - Throws: what `take` throws.
    public func run(_ take: @escaping @Sendable (SentinelEvent) async throws -> Void) async throws {
        let (events, continuation) = AsyncStream.makeStream(of: SentinelEvent.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for sentinel in await all() {
                group.addTask { await follow(sentinel) { continuation.yield($0) } }
            }
            group.addTask { for await event in events { try await take(event) } }
            // The first to end is whoever could not take an event; listeners end only with the task.
            try await group.next()
            group.cancelAll()
            continuation.finish()
        }
    }

    /// Those named, and those that they know.
    private func all() async -> [SentinelSurvey.Named] {
        let survey = await SentinelSurvey.find(from: named, access, until: .after(Self.patience))
        let usual = named.first?.settings ?? RedisSettings()
        let others = survey.sentinels.filter { sentinel in !named.contains { $0.name == sentinel.name } }
        return named
            + others.compactMap { sentinel in
                RedisSettings.Endpoint(sentinel.address).map { .init(name: sentinel.name, settings: usual.at($0)) }
            }
    }

    // MARK: - One of them

    /// Connects, listens, and begins again when the connection ends, a little later each time.
    private func follow(_ sentinel: SentinelSurvey.Named, _ tell: (SentinelEvent) -> Void) async {
        var pause = Duration.milliseconds(250)
        var isKnownLost = false
        while !Task.isCancelled {
            do throws(ProbeError) {
                var connection = try await subscribed(sentinel.settings)
                tell(SentinelEvent("connected", "", from: sentinel.name))
                (pause, isKnownLost) = (.milliseconds(250), false)
                try await listen(&connection, sentinel, tell)
            } catch {
                guard !Task.isCancelled else { return }
                if !isKnownLost { tell(SentinelEvent("lost", "\(error)", from: sentinel.name)) }
                isKnownLost = true
            }
            try? await Reactor.shared.sleep(until: .after(pause))
            pause = min(pause * 2, Self.longestPause)
        }
    }

    private func subscribed(_ settings: RedisSettings) async throws(ProbeError) -> RedisConnection {
        let deadline = Deadline.after(Self.patience)
        var connection = try await RedisConnection.connect(settings, until: deadline)
        // All channels but those that Sentinels use among themselves.
        let session = await RedisSession.open(
            &connection, settings, asking: [RedisCommand("PSUBSCRIBE", "+*", "-*")], until: deadline)
        _ = try session.value(0)
        // The second pattern is answered by itself.
        _ = try await connection.receive(step: "PSUBSCRIBE", until: deadline)
        return connection
    }

    private func listen(
        _ connection: inout RedisConnection, _ sentinel: SentinelSurvey.Named, _ tell: (SentinelEvent) -> Void
    ) async throws(ProbeError) {
        while true {
            let message = try await next(&connection)
            let words = (message.array ?? []).compactMap(\.text)
            guard words.count == 4, words[0] == "pmessage" else { continue }
            tell(SentinelEvent(words[2], words[3], from: sentinel.name))
        }
    }

    /// The next message. When none comes for a while, a PING asks whether anybody is there at all.
    private func next(_ connection: inout RedisConnection) async throws(ProbeError) -> RESPValue {
        do throws(ProbeError) {
            return try await connection.receive(step: "wait for events", until: .after(Self.silence))
        } catch {
            guard error.kind == .timedOut else { throw error }
            let deadline = Deadline.after(Self.patience)
            try await connection.send([RedisCommand("PING")], until: deadline)
            return try await connection.receive(step: "PING", until: deadline)
        }
    }
}
