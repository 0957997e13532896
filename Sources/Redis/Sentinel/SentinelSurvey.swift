import Diagnostics
import Network

/// All Sentinels that belong together, and the servers that they watch, each by its own word.
struct SentinelSurvey: Sendable {
    /// A Sentinel, and what came of asking it.
    struct Sentinel: Sendable {
        /// Its name in the configuration, or else its address.
        let name: String
        let address: String
        let reading: Result<SentinelReading, ProbeError>

        var answered: SentinelReading? { try? reading.get() }
    }

    /// Those named first, then those that they know.
    private(set) var sentinels: [Sentinel] = []
    /// By the addresses that the Sentinels use.
    private(set) var nodes: [String: NodeReading] = [:]
    /// Servers that no Sentinel speaks of, and that the configuration has.
    private(set) var strangers: [NodeReading] = []

    /// One of those who are asked first.
    struct Named: Sendable {
        let name: String
        let settings: RedisSettings
    }
}

// MARK: - Asking

extension SentinelSurvey {
    /// More than these no deployment has; what claims more is none.
    private static let mostSentinels = 32
    private static let mostNodes = 256

    /// All Sentinels are asked at once, then those at once that they know besides, then all servers at once. One that does not
    /// answer costs the others nothing.
    static func find(
        from named: [Named], _ access: SentinelAccess, until deadline: Deadline
    ) async -> SentinelSurvey {
        var survey = SentinelSurvey()
        var next = named
        // Whoever is known is known to all, but for one that has been cut off; a third time finds whom only that one knows.
        for _ in 0..<3 where !next.isEmpty {
            survey.sentinels += await answers(of: next, until: deadline)
            next = survey.unasked(named)
        }
        survey.nodes = await readings(of: survey.addresses, access, until: deadline)
        survey.strangers = await strangers(to: survey, access, until: deadline)
        return survey
    }

    private static func answers(of named: [Named], until deadline: Deadline) async -> [Sentinel] {
        await withTaskGroup(of: (Int, Sentinel).self) { group in
            for (index, one) in named.enumerated() { group.addTask { (index, await ask(one, until: deadline)) } }
            return await group.reduce(into: [(Int, Sentinel)]()) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private static func ask(_ named: Named, until deadline: Deadline) async -> Sentinel {
        let address = "\(named.settings.endpoint)"
        do throws(ProbeError) {
            var connection = try await RedisConnection.connect(named.settings, until: deadline)
            let reading = try await SentinelReading.read(&connection, named.settings, until: deadline)
            return Sentinel(name: named.name, address: address, reading: .success(reading))
        } catch {
            return Sentinel(name: named.name, address: address, reading: .failure(error))
        }
    }

    /// Sentinels that others know, and that nobody has asked yet; the id tells one that has two addresses.
    private func unasked(_ named: [Named]) -> [Named] {
        let ids = Set(sentinels.compactMap { $0.answered?.ownID })
        var seen = Set(sentinels.map(\.address))
        let peers = sentinels.compactMap(\.answered).flatMap(\.watched).flatMap { $0.peers ?? [] }
            .sorted { $0.address < $1.address }
        let fresh = peers.filter { peer in
            !(peer.runID.map(ids.contains) ?? false) && seen.insert(peer.address).inserted
        }
        // With the same password: Sentinels of one deployment need it to talk to each other.
        let usual = named.first?.settings ?? RedisSettings()
        return fresh.prefix(Self.mostSentinels).compactMap { peer in
            RedisSettings.Endpoint(peer.address).map { Named(name: peer.address, settings: usual.at($0)) }
        }
    }

    /// Of all servers that a Sentinel names, whatever it takes them for.
    private var addresses: [String] {
        let watched = sentinels.compactMap(\.answered).flatMap(\.watched)
        let all = watched.flatMap { one in
            [one.master.address, one.clientAddress].compactMap { $0 } + (one.replicas ?? []).map(\.address)
        }
        return Array(Set(all)).sorted()
    }

    private static func readings(
        of addresses: [String], _ access: SentinelAccess, until deadline: Deadline
    ) async -> [String: NodeReading] {
        await withTaskGroup(of: NodeReading.self) { group in
            for address in addresses.prefix(mostNodes) {
                group.addTask {
                    await NodeReading.read(
                        address, RedisSettings.Endpoint(address).map(access.settings), until: deadline)
                }
            }
            return await group.reduce(into: [:]) { $0[$1.address] = $1 }
        }
    }

    /// Configured servers that say of themselves that they are masters, and were in the same stream of writes as one that the
    /// Sentinels watch: a master that came back under another address, where no Sentinel finds it.
    private static func strangers(
        to survey: SentinelSurvey, _ access: SentinelAccess, until deadline: Deadline
    ) async -> [NodeReading] {
        let known = Set(survey.nodes.keys)
        let streams = Set(survey.nodes.values.flatMap(\.streams))
        let runIDs = Set(survey.nodes.values.compactMap { $0.info?.server.runID })
        let others = access.known.map { "\($0.endpoint)" }.filter { !known.contains($0) }
        return await readings(of: others, access, until: deadline).values
            .filter { $0.isMaster == true && !runIDs.contains($0.info?.server.runID ?? "") }
            .filter { !$0.streams.isDisjoint(with: streams) }
            .sorted { $0.address < $1.address }
    }
}

extension NodeReading {
    /// The stream of writes that it is in, and that it was in before it became a master.
    fileprivate var streams: Set<String> {
        let ids = [info?.text("master_replid"), info?.text("master_replid2")].compactMap { $0 }
        return Set(ids.filter { $0.contains { $0 != "0" } })
    }
}

extension RedisSettings {
    func at(_ endpoint: Endpoint) -> RedisSettings {
        var settings = self
        settings.endpoint = endpoint
        return settings
    }
}

/// How to get into the servers that Sentinels name.
public struct SentinelAccess: Sendable {
    /// Servers that the configuration has, each with its own user and password.
    let known: [RedisSettings]
    /// For all others; its endpoint counts for nothing.
    private let usual: RedisSettings

    public init(known: [RedisSettings] = [], usual: RedisSettings = RedisSettings()) {
        self.known = known
        self.usual = usual
    }

    func settings(for endpoint: RedisSettings.Endpoint) -> RedisSettings {
        var settings = known.first { $0.endpoint == endpoint } ?? usual.at(endpoint)
        settings.database = 0
        return settings
    }
}
