import Diagnostics
import HTTP
import PostgreSQL
import Reachability
import Redis
import TLS

extension ConfiguredTarget {
    /// The places in the network that the target is reached at: several for a database with several hosts, none for a
    /// unix socket, a file or this host.
    ///
    /// Each is a target of its own, named as this one.
    var ways: [ConfiguredTarget] {
        let places = places
        return places.map { place in
            let name = places.count == 1 ? target.name : "\(target.name) \(place.address)"
            return ConfiguredTarget(name: name, labels: target.labels, settings: .network(place))
        }
    }

    var places: [ReachabilitySettings] {
        switch settings {
        case .postgresql(let settings), .pgbouncer(let settings):
            settings.hosts.map { ReachabilitySettings(host: $0.host, port: $0.port) }
        case .redis(let settings), .sentinel(let settings):
            if case .tcp(let host, let port) = settings.endpoint { [.init(host: host, port: port)] } else { [] }
        case .tls(let settings): [ReachabilitySettings(host: settings.host, port: settings.port)]
        case .http(let settings):
            settings.connection.unixSocket == nil
                ? [try? ReachabilitySettings(settings.connection.address ?? settings.baseURL)].compactMap(\.self) : []
        case .network(let settings): [settings]
        case .log, .host, .certificateFiles, .certbot, .unreadable: []
        }
    }

    /// A probe that looks at the way to the target in full; nil where there is none.
    ///
    /// - Parameter change: what is asked otherwise than by default.
    public func wayProbe(_ change: (inout ReachabilitySettings) -> Void) -> (any Probe)? {
        guard case .network(var settings) = settings else { return nil }
        settings.depth = .full
        change(&settings)
        return ReachabilityProbe(target: target, settings: settings)
    }
}

extension TargetLocator {
    /// The ways to what a word names, a target of whatever kind, a URI or an address; without a word to all that is
    /// configured or found.
    ///
    /// - Throws: `.misconfigured` when the word is none of these, or the target is not in the network.
    public func ways(to word: String?) throws(ProbeError) -> [ConfiguredTarget] {
        guard let word else { return try waysToAll() }
        let named = configured.filter { $0.target.name == word }
        guard !named.isEmpty else {
            return [ConfiguredTarget(settings: .network(try ReachabilitySettings(word, defaultPort: 443)))]
        }
        let ways = named.flatMap(\.ways).uniqueByAddress
        guard ways.isEmpty else { return ways }
        throw ProbeError(
            .misconfigured, step: "find the way to \(word)",
            message: "it is not in the network: \(named.map(\.target.address).joined(separator: ", "))")
    }

    private func waysToAll() throws(ProbeError) -> [ConfiguredTarget] {
        let all = configured.isEmpty ? Discovery.targets(environment: environment, ports: .now()).targets : configured
        let ways = all.flatMap(\.ways).uniqueByAddress
        guard ways.isEmpty else { return ways }
        throw ProbeError(
            .misconfigured, step: "find targets in the network", message: "none is configured, and none was found here",
            advice: "name one: a target of the configuration, a URI or HOST:PORT")
    }
}

extension [ConfiguredTarget] {
    /// The first of those that lead to the same place.
    fileprivate var uniqueByAddress: [ConfiguredTarget] {
        var seen: Set<String> = []
        return filter { seen.insert($0.target.address).inserted }
    }
}
