import Diagnostics
import HTTP
import Host
import Logs
import PostgreSQL
import Redis
import TLS

/// The targets of a configuration, one list for each kind.
extension Section {
    func targets() -> [ConfiguredTarget] {
        let all =
            read("postgresql") { .postgresql($0.postgreSQLSettings()) }
            + read("redis") { $0.redisSettings("url", .redis).map(ConfiguredTarget.Settings.redis) }
            + read("sentinel") { $0.redisSettings("address", .sentinel).map(ConfiguredTarget.Settings.sentinel) }
            + read("tls") { $0.tlsSettings().map(ConfiguredTarget.Settings.tls) }
            + read("http") { $0.httpSettings().map(ConfiguredTarget.Settings.http) }
            + read("logs") { $0.logSettings().map(ConfiguredTarget.Settings.log) }
            + read("host") { .host($0.hostSettings()) }
        reportTwins(all)
        return all.map(\.target)
    }

    private typealias Entry = (section: Section, target: ConfiguredTarget)

    private func read(_ key: String, _ settings: (Section) -> ConfiguredTarget.Settings?) -> [Entry] {
        sections(key).compactMap { section in
            let name = section.string("name")
            let labels = section.labels("labels")
            let timeout = section.duration("timeout")
            let settings = settings(section)
            section.finish()
            guard let settings else { return nil }
            let address = settings.address
            let target = Target(kind: settings.kind, name: name ?? address, address: address, labels: labels)
            return (section, ConfiguredTarget(target: target, settings: settings, timeout: timeout))
        }
    }

    /// History and alert states go by kind and name.
    private func reportTwins(_ entries: [Entry]) {
        var seen: Set<String> = []
        for entry in entries {
            let target = entry.target.target
            guard !seen.insert("\(target.kind.rawValue)/\(target.name)").inserted else { continue }
            entry.section.report("name", "another \(target.kind.rawValue) target is called \(target.name.quoted) too")
        }
    }
}

extension Section {
    fileprivate func postgreSQLSettings() -> PostgreSQLSettings {
        var settings = PostgreSQLSettings(name: string("name") ?? "")
        if let url = string("url") {
            attempt("url") { settings = try PostgreSQLSettings(uri: url, name: string("name")) }
        }
        // libpq's own spelling; what is given here wins over the URL.
        for key in [
            "host", "port", "dbname", "user", "sslmode", "sslrootcert", "sslcert", "sslkey", "service", "passfile",
        ] {
            if let value = string(key) { settings.parameters[key] = value }
        }
        settings.password = secret("password") ?? settings.password
        settings.labels = labels("labels")
        settings.idleThreshold = duration("idle_threshold") ?? settings.idleThreshold
        settings.transactionThreshold = duration("transaction_threshold") ?? settings.transactionThreshold
        settings.statementTimeout = duration("statement_timeout") ?? settings.statementTimeout
        settings.expectedStandbys = strings("expected_standbys") ?? []
        return settings
    }

    /// - Parameter placeKey: `url` for a server, `address` for a Sentinel; both are understood for either.
    fileprivate func redisSettings(_ placeKey: String, _ kind: Target.Kind) -> RedisSettings? {
        let other = placeKey == "url" ? "address" : "url"
        guard let place = string(other) ?? requiredString(placeKey) else { return nil }
        let port = kind == .sentinel ? RedisSettings.defaultSentinelPort : RedisSettings.defaultPort
        var settings: RedisSettings?
        attempt(has(other) ? other : placeKey) { settings = try RedisSettings(uri: place, defaultPort: port) }
        settings?.username = string("user") ?? settings?.username
        settings?.password = secret("password") ?? settings?.password
        settings?.hostMemory = bytes("host_memory")
        return settings
    }

    fileprivate func tlsSettings() -> TLSSettings? {
        guard let address = requiredString("address") else { return nil }
        var settings: TLSSettings?
        attempt("address") { settings = try TLSSettings(address) }
        settings?.serverName = string("server_name")
        settings?.caFile = string("ca_file").map(source.resolved)
        settings?.caDirectory = string("ca_dir").map(source.resolved)
        return settings
    }

    /// Errors of a module's own reading of a value become problems of this file.
    func attempt(_ key: String, _ body: () throws(ProbeError) -> Void) {
        do {
            try body()
        } catch {
            report(key, error.message + (error.advice.map { "; \($0)" } ?? ""))
        }
    }
}
