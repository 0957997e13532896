import Diagnostics
import Network
import TLS

/// Asks one Sentinel for all masters it watches, in two round trips: which there are, then everything about each.
///
/// Evidence: `sentinel.masters`, `sentinel.replicas.<master>`, `sentinel.sentinels.<master>`,
/// `sentinel.quorum.<master>`, `sentinel.tilt`, and `sentinel.answers` where the masters themselves were asked.
public struct SentinelProbe: Probe {
    public let target: Target
    public let settings: RedisSettings
    /// Whether to ask each master itself for PING and ROLE as well, without a password. That is one connection more
    /// for each, so that a sweep leaves it to the master's own target.
    public let asksMasters: Bool

    public init(target: Target, settings: RedisSettings, asksMasters: Bool = false) {
        self.target = target
        self.settings = settings
        self.asksMasters = asksMasters
    }

    public func observe(until deadline: Deadline) async -> Observation {
        await Observation.measuring(target) { content in
            var masters: [SentinelMaster] = []
            do throws(ProbeError) {
                var connection = try await RedisConnection.connect(settings, until: deadline) {
                    $0.writeSamples(to: &content)
                }
                content.report(connection.security, settings.tls)
                if let time = connection.connectTime { content.add(RedisMetrics.connectTime, time.seconds) }
                let session = await openSession(&connection, until: deadline)
                content.problems += session.problems
                masters = try self.masters(in: session)
                content.report(masters)
                content.report(RedisInfo(session.replies[1]?.text ?? ""), ownID: session.replies[2]?.text)
                if session.isComplete { await askAbout(masters, &connection, &content, until: deadline) }
            } catch {
                content.failure = error
                content.gaps.append(Gap(SentinelMetrics.masterInfo, "\(error)"))
            }
            if asksMasters {
                content.evidence += await MasterAnswer.evidence(of: masters, tls: settings.tls, until: deadline)
            }
        }
    }
}

extension SentinelProbe {
    private static let questions = [
        RedisCommand("SENTINEL", "MASTERS"), RedisCommand("INFO"), RedisCommand("SENTINEL", "MYID"),
    ]

    private func openSession(_ connection: inout RedisConnection, until deadline: Deadline) async -> RedisSession {
        var settings = settings
        // A Sentinel has no databases and knows no SELECT.
        settings.database = 0
        return await RedisSession.open(&connection, settings, asking: Self.questions, until: deadline)
    }

    private func masters(in session: RedisSession) throws(ProbeError) -> [SentinelMaster] {
        guard let entries = try value(session).array else { throw session.unexpected(0) }
        return entries.compactMap { $0.fields.flatMap(SentinelMaster.init) }.sorted { $0.name < $1.name }
    }

    private func value(_ session: RedisSession) throws(ProbeError) -> RESPValue {
        do throws(ProbeError) {
            return try session.value(0)
        } catch {
            guard session.replies[0]?.error?.reason == .unknownCommand else { throw error }
            throw ProbeError(
                error.kind, step: error.step, message: error.message,
                advice: "this is a Redis server, no Sentinel; Sentinels usually listen on port 26379")
        }
    }
}

extension SentinelProbe {
    private func askAbout(
        _ masters: [SentinelMaster], _ connection: inout RedisConnection, _ content: inout Observation.Content,
        until deadline: Deadline
    ) async {
        // SLAVES rather than REPLICAS: every version from 2.8 on answers it.
        let topics = ["SLAVES", "SENTINELS", "CKQUORUM"]
        let questions = masters.flatMap { master in topics.map { RedisCommand("SENTINEL", $0, master.name) } }
        let replies = await connection.replies(to: questions, until: deadline)
        if let interruption = replies.interruption { content.problems.append(interruption) }
        for (index, master) in masters.enumerated() {
            let first = index * topics.count
            for offset in topics.indices {
                guard let error = replies[first + offset]?.error, error.prefix != "NOQUORUM" else { continue }
                content.problems.append(error.during(questions[first + offset].name))
            }
            content.report(replicas: replies[first]?.entries.compactMap(SentinelReplica.init), of: master)
            content.report(peers: replies[first + 1]?.entries.compactMap(SentinelPeer.init), of: master)
            content.report(quorum: replies[first + 2], of: master)
        }
    }
}

extension RESPValue {
    /// The fields of each element of an array of arrays.
    fileprivate var entries: [[String: String]] { array?.compactMap(\.fields) ?? [] }
}
