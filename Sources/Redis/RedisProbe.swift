import Diagnostics
import Network
import TLS

/// Looks at one Redis server: one connection, named `diag`, and one round trip; more only where a topic has to see the
/// first answers before it can ask (the history of a latency event), or how fast things go.
///
/// What it tells is its topics': see `Question`. Evidence of any of them: `redis.server`, `redis.untold`, `net.way`.
public struct RedisProbe: Probe {
    public let target: Target
    public let settings: RedisSettings
    private let topics: [any Topic]

    /// - Parameter questions: in the order in which they are answered.
    public init(target: Target, settings: RedisSettings, questions: [Question] = Question.usual) {
        self.target = target
        self.settings = settings
        topics = [ServerTopic()] + questions.map(\.topic)
    }

    public func observe(until deadline: Deadline) async -> Observation {
        await Observation.measuring(target) { content in
            do throws(ProbeError) {
                let reading = try await read(until: deadline, into: &content)
                report(reading, to: &content)
            } catch {
                content.failure = error
                content.gaps += topics.flatMap(\.metrics).map { Gap($0, "\(error)") }
            }
        }
    }

    private func report(_ reading: Reading, to content: inout Observation.Content) {
        for topic in topics {
            do throws(ProbeError) {
                try topic.report(reading, to: &content)
            } catch {
                content.problems.append(error)
                content.gaps += topic.metrics.map { Gap($0, error.message) }
            }
        }
        reading.way?.report(to: &content)
        content.problems += [reading.missingRights].compactMap { $0 } + reading.otherRefusals
        content.evidence += [reading.unknownCommands].compactMap { $0 }
    }
}

// MARK: - Asking

extension RedisProbe {
    /// `INFO all` is what every version knows; it leaves out modules' sections, which can be costly.
    private static let info = RedisCommand("INFO", "all")

    private func read(
        until deadline: Deadline, into content: inout Observation.Content
    ) async throws(ProbeError) -> Reading {
        var connection = try await RedisConnection.connect(settings, limits: .scanning, until: deadline) {
            $0.writeSamples(to: &content)
        }
        if let time = connection.connectTime { content.add(RedisMetrics.connectTime, time.seconds) }
        let questions = distinct(topics.flatMap { $0.settings.map { RedisCommand("CONFIG", "GET", $0) } + $0.asks })
        let session = await RedisSession.open(
            &connection, settings, asking: [Self.info] + questions, until: deadline)
        content.problems += session.problems
        let start = ContinuousClock.now
        let info: RedisInfo
        do throws(ProbeError) {
            info = RedisInfo(try session.text(0))
        } catch {
            // Who is turned away has seen the way all the same.
            connection.way?.report(to: &content)
            throw error
        }
        var reading = Reading(
            target, settings, info, connectTime: connection.connectTime, security: connection.security)
        reading.way = connection.way
        reading.add(session.replies.dropFirst().compactMap { $0 }, to: questions)
        guard session.isComplete else { return reading }
        do throws(ProbeError) {
            try await askMore(&connection, &reading, until: deadline)
            try await watch(&connection, &reading, since: start, until: deadline)
        } catch {
            content.problems.append(error)
        }
        return reading
    }

    private func askMore(
        _ connection: inout RedisConnection, _ reading: inout Reading, until deadline: Deadline
    ) async throws(ProbeError) {
        let first = reading
        let questions = distinct(topics.flatMap { $0.asksMore(after: first) })
        guard !questions.isEmpty else { return }
        let replies = await connection.replies(to: questions, until: deadline)
        reading.add(replies.values, to: questions)
        if let interruption = replies.interruption { throw interruption }
    }

    private func watch(
        _ connection: inout RedisConnection, _ reading: inout Reading, since start: ContinuousClock.Instant,
        until deadline: Deadline
    ) async throws(ProbeError) {
        let watching = topics.filter(\.watches)
        guard !watching.isEmpty else { return }
        let first = reading
        let watch = RedisWatch(
            again: [Self.info] + distinct(watching.flatMap { $0.asksAgain(after: first) }),
            pings: watching.map(\.pings).max() ?? 0)
        reading.later = try await watch.later(than: reading.info, at: start, &connection, until: deadline)
    }

    private func distinct(_ commands: [RedisCommand]) -> [RedisCommand] {
        var seen: Set<RedisCommand> = []
        return commands.filter { seen.insert($0).inserted }
    }
}
