import Diagnostics
import HTTP
import Host
import Logs
import PostgreSQL
import Reachability
import Redis
import TLS

/// Finds the target that a person means by a word on the command line.
public struct TargetLocator: Sendable {
    let configured: [ConfiguredTarget]
    let environment: [String: String]

    public init(configured: [ConfiguredTarget], environment: [String: String]) {
        self.configured = configured
        self.environment = environment
    }

    /// In this order: a target's name in the configuration; a URI, an address or a path; without a word all configured
    /// targets of the kind, or else what the environment and this machine's usual ports say.
    ///
    /// - Throws: `.misconfigured` when the word is none of these, or nothing is there to look at.
    public func targets(_ kind: Target.Kind, _ word: String?) throws(ProbeError) -> [ConfiguredTarget] {
        let ofKind = configured.filter { $0.target.kind == kind }
        guard let word else { return try withoutWord(kind, ofKind) }
        if let named = ofKind.first(where: { $0.target.name == word }) { return [named] }
        if kind == .pgbouncer, let pooler = pooler(before: word) { return [pooler] }
        return [ConfiguredTarget(settings: try settings(kind, word, names: ofKind.map(\.target.name)))]
    }

    /// As `targets`, for one of many words: what is wrong with it is shown in its target's place.
    public func listed(_ kind: Target.Kind, _ word: String) -> [ConfiguredTarget] {
        do throws(ProbeError) {
            return try targets(kind, word)
        } catch {
            return [ConfiguredTarget(settings: .unreadable(kind, from: word, error))]
        }
    }

    private func withoutWord(_ kind: Target.Kind, _ ofKind: [ConfiguredTarget]) throws(ProbeError) -> [ConfiguredTarget]
    {
        guard ofKind.isEmpty else { return ofKind }
        if kind == .pgbouncer { return try poolers() }
        let found = Discovery.targets(environment: environment, ports: .now()).targets.filter { $0.target.kind == kind }
        guard found.isEmpty else { return found }
        throw ProbeError(
            .misconfigured, step: "find a \(kind.rawValue) target",
            message: "none is configured, and none was found on this machine",
            advice: "name one: a target of the configuration, a URI or HOST:PORT")
    }

    private func settings(
        _ kind: Target.Kind, _ word: String, names: [String]
    ) throws(ProbeError) -> ConfiguredTarget.Settings {
        switch kind {
        case .postgresql: return .postgresql(try PostgreSQLSettings(uri: word))
        case .pgbouncer: return .pgbouncer(try PostgreSQLSettings(uri: word).atPooler)
        case .redis: return .redis(try redis(word, RedisSettings.defaultPort))
        case .sentinel: return .sentinel(try redis(word, RedisSettings.defaultSentinelPort))
        case .tls: return .tls(try TLSSettings(word))
        case .http: return .http(HTTPSettings(try HTTPAddress(word)))
        case .log: return .log(LogSettings(path: word))
        case .network: return .network(try ReachabilitySettings(word))
        case .host:
            throw ProbeError(
                .misconfigured, step: "find the host",
                message: "no host is called \(word.quoted)" + didYouMean(word, among: names))
        }
    }

    /// The password of the environment serves a URI that has none, as with redis-cli.
    private func redis(_ word: String, _ port: UInt16) throws(ProbeError) -> RedisSettings {
        var settings = try RedisSettings(uri: word, defaultPort: port)
        settings.password = settings.password ?? RedisSettings.password(in: environment)
        return settings
    }
}
