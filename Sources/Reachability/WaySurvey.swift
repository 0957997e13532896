import Diagnostics
import Network

/// All that was seen on the way to one place.
struct WaySurvey: Sendable {
    let settings: ReachabilitySettings
    /// Nil for an address in digits.
    let lookUp: NameLookUp?
    let tries: [ConnectTries]
    let paths: [PathTrace]
    let mtus: [PathMTU]

    /// At most so many addresses are looked at: a name of a large service may have dozens.
    private static let mostAddresses = 8

    static func take(_ settings: ReachabilitySettings, until deadline: Deadline) async -> WaySurvey {
        let addresses: [SocketAddress]
        var lookUp: NameLookUp?
        if let address = Resolver.numeric(settings.host, port: settings.port) {
            addresses = [address]
        } else {
            let found = await NameLookUp.take(
                settings.host, port: settings.port, files: .init(settings), resolverPort: settings.resolverPort,
                until: deadline.within(deadline.remaining / 2))
            addresses = (try? found.system.get()) ?? []
            lookUp = found
        }
        let chosen = Array(addresses.prefix(mostAddresses))
        async let tries = tries(chosen, settings, deadline)
        // One of each family: the others are most often behind the same routers.
        let ends = chosen.firstOfEachFamily
        async let ways = ways(ends, settings, deadline)
        let (paths, mtus) = await ways
        return WaySurvey(settings: settings, lookUp: lookUp, tries: await tries, paths: paths, mtus: mtus)
    }

    private static func tries(
        _ addresses: [SocketAddress], _ settings: ReachabilitySettings, _ deadline: Deadline
    ) async -> [ConnectTries] {
        let plan = ConnectTries.Plan(count: settings.count, interval: settings.interval)
        return await inOrder(addresses) { await ConnectTries.make(to: $0, plan, until: deadline) }
    }

    /// One after the other: routers and hosts answer only so often.
    private static func ways(
        _ addresses: [SocketAddress], _ settings: ReachabilitySettings, _ deadline: Deadline
    ) async -> ([PathTrace], [PathMTU]) {
        let plan = PathTrace.Plan(method: settings.tracesByTCP ? .tcp : .udp)
        let ways = await inOrder(addresses) { address in
            let path = await PathTrace.take(to: address, plan, until: deadline)
            let answers = path.isComplete && plan.method == .udp
            return (path, await PathMTU.find(to: address, answers: answers, until: deadline))
        }
        return (ways.map(\.0), ways.compactMap(\.1))
    }

    /// What `look` gives for each, all looked at together.
    private static func inOrder<Item: Sendable, Result: Sendable>(
        _ items: [Item], _ look: @escaping @Sendable (Item) async -> Result
    ) async -> [Result] {
        await withTaskGroup(of: (Int, Result).self) { group in
            for (index, item) in items.enumerated() { group.addTask { (index, await look(item)) } }
            var results: [(Int, Result)] = []
            for await result in group { results.append(result) }
            return results.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}

extension [SocketAddress] {
    fileprivate var firstOfEachFamily: [SocketAddress] {
        [first { !$0.isIPv6 }, first { $0.isIPv6 }].compactMap(\.self)
    }
}

extension NameLookUp.Files {
    init(_ settings: ReachabilitySettings) {
        let folder = (settings.root.hasSuffix("/") ? String(settings.root.dropLast()) : settings.root) + "/etc"
        self.init(
            hosts: HostsFile(Self.text("\(folder)/hosts"), name: settings.host),
            order: NameServiceSwitch(Self.text("\(folder)/nsswitch.conf")),
            configuration: ResolverConfiguration(Self.text("\(folder)/resolv.conf")))
    }
}

extension NameLookUp.Files {
    /// Nil when it cannot be read.
    static func text(_ path: String) -> String? {
        (try? TextFile.read(path, upTo: TextFile.largest)).map { String(decoding: $0, as: UTF8.self) }
    }
}
