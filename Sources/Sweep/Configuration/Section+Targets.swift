import Containers
import Diagnostics
import HTTP
import Host
import Logs
import PostgreSQL
import Reachability
import Redis
import TLS

/// The targets of a configuration, one list for each kind.
extension Section {
    func targets() -> [ConfiguredTarget] {
        let all =
            read("postgresql") { $0.databaseOrPooler() }
            + read("pgbouncer") { .pgbouncer($0.postgreSQLSettings().atPooler) }
            + read("redis") { $0.redisSettings("url", .redis).map(ConfiguredTarget.Settings.redis) }
            + read("sentinel") { $0.redisSettings("address", .sentinel).map(ConfiguredTarget.Settings.sentinel) }
            + read("tls") { $0.tlsTarget() }
            + read("http") { $0.httpSettings().map(ConfiguredTarget.Settings.http) }
            + read("logs") { $0.logSettings().map(ConfiguredTarget.Settings.log) }
            + read("host") { .host($0.hostSettings()) }
            + read("network") { $0.reachabilitySettings().map(ConfiguredTarget.Settings.network) }
        reportTwins(all)
        return all.map(\.target)
    }

    private typealias Entry = (section: Section, target: ConfiguredTarget)

    private func read(_ key: String, _ settings: (Section) -> ConfiguredTarget.Settings?) -> [Entry] {
        sections(key).compactMap { section in
            let name = section.string("name")
            let labels = section.seriesLabels("labels")
            let timeout = section.duration("timeout")
            let workload = section.workload()
            let settings = settings(section)
            section.finish()
            guard let settings else { return nil }
            var target = ConfiguredTarget(name: name, labels: labels, settings: settings, timeout: timeout)
            target.workload = workload
            return (section, target)
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
    /// What the target runs as: a container, a pod, or pods by their labels.
    fileprivate func workload() -> Workload? {
        let namespace = string("namespace")
        let all = [
            string("container").map(Workload.container), string("pod").map { .pod($0, namespace: namespace) },
            string("pod_selector").map { .pods(selector: $0, namespace: namespace) },
        ].compactMap(\.self)
        if all.count > 1 { report("container", "give one of container, pod and pod_selector") }
        if namespace != nil, has("container") || all.isEmpty { report("namespace", "it goes with pod or pod_selector") }
        return all.first
    }

    /// Who names the database `pgbouncer` means the pooler: nobody else is there.
    fileprivate func databaseOrPooler() -> ConfiguredTarget.Settings {
        let settings = postgreSQLSettings()
        return settings.isPoolerConsole ? .pgbouncer(settings.atPooler) : .postgresql(settings)
    }

    fileprivate func postgreSQLSettings() -> PostgreSQLSettings {
        let parsed = parsed("url") { text throws(ProbeError) in try PostgreSQLSettings(uri: text) }
        var settings = parsed ?? PostgreSQLSettings(name: "")
        // libpq's own spelling; what is given here wins over the URL.
        for key in [
            "host", "hostaddr", "port", "dbname", "user", "sslmode", "service", "target_session_attrs",
            "channel_binding",
            "gssencmode", "requirepeer", "ssl_min_protocol_version",
        ] {
            if let value = string(key) { settings.parameters[key] = value }
        }
        for key in ["sslrootcert", "sslcert", "sslkey", "sslcrl", "sslcrldir", "passfile"] {
            // `system` is no file: libpq 16 takes it for the system's authorities.
            if let value = string(key) { settings.parameters[key] = value == "system" ? value : source.resolved(value) }
        }
        if let secret = secret("sslpassword") { settings.parameters["sslpassword"] = secret }
        settings.password = secret("password") ?? settings.password
        settings.idleThreshold = duration("idle_threshold") ?? settings.idleThreshold
        settings.transactionThreshold = duration("transaction_threshold") ?? settings.transactionThreshold
        settings.statementTimeout = duration("statement_timeout") ?? settings.statementTimeout
        settings.log = string("log").map(source.resolved)
        settings.expectedStandbys = strings("expected_standbys") ?? []
        settings.ownQueries = ownQueries()
        return settings
    }

    /// - Parameter placeKey: `url` for a server, `address` for a Sentinel; both are understood for either.
    fileprivate func redisSettings(_ placeKey: String, _ kind: Target.Kind) -> RedisSettings? {
        let other = placeKey == "url" ? "address" : "url"
        let key = has(other) ? other : placeKey
        let port = kind == .sentinel ? RedisSettings.defaultSentinelPort : RedisSettings.defaultPort
        guard requiredString(key) != nil else { return nil }
        let (user, secret, memory) = (string("user"), secret("password"), bytes("host_memory"))
        guard var settings = parsed(key, { text throws(ProbeError) in try RedisSettings(uri: text, defaultPort: port) })
        else { return nil }
        settings.username = user ?? settings.username
        settings.password = secret ?? settings.password
        settings.hostMemory = memory
        settings.tls = tls(settings.tls)
        if settings.tls != nil, case .unix = settings.endpoint { report(key, "there is no TLS over a unix socket") }
        return settings
    }

    /// What the URL says of TLS, completed by the keys beside it; any of those means TLS, unless `tls: false` stands there.
    private func tls(_ given: TLSClientSettings?) -> TLSClientSettings? {
        let wanted = bool("tls")
        let keys = ["ca_file", "ca_dir", "cert_file", "key_file", "server_name", "insecure", "check_name"]
        var settings = given ?? TLSClientSettings()
        settings.trust.file = string("ca_file").map(source.resolved) ?? settings.trust.file
        settings.trust.directory = string("ca_dir").map(source.resolved) ?? settings.trust.directory
        settings.serverName = string("server_name") ?? settings.serverName
        if let checks = bool("check_name") { settings.check = checks ? .chainAndName : .chain }
        if bool("insecure") == true { settings.check = .nothing }
        settings.identity = identity(settings.identity)
        let isMeant = wanted ?? (given != nil || keys.contains(where: has))
        return isMeant ? settings : nil
    }

    /// Our own certificate, for servers that ask for one.
    func identity(_ given: TLSClientSettings.Identity?) -> TLSClientSettings.Identity? {
        let (certificate, key) = (string("cert_file").map(source.resolved), string("key_file").map(source.resolved))
        let password = secret("key_password")
        guard let certificate = certificate ?? given?.certificateFile else {
            if key != nil { report("key_file", "a certificate is missing beside it: cert_file") }
            return nil
        }
        return .init(
            certificateFile: certificate, keyFile: key ?? given?.keyFile, keyPassword: password ?? given?.keyPassword)
    }

    /// The value of `key` as a module reads it; what the module has to say against it becomes a problem of this file.
    func parsed<Value>(_ key: String, _ parse: (String) throws(ProbeError) -> Value) -> Value? {
        guard let text = string(key) else { return nil }
        return checked(key) { () throws(ProbeError) in try parse(text) }
    }

    /// What `make` gives, or nil with its error as a problem of `key`.
    func checked<Value>(_ key: String, _ make: () throws(ProbeError) -> Value) -> Value? {
        do {
            return try make()
        } catch {
            report(key, error.message + (error.advice.map { "; \($0)" } ?? ""))
            return nil
        }
    }
}

extension Section {
    fileprivate func reachabilitySettings() -> ReachabilitySettings? {
        guard requiredString("address") != nil else { return nil }
        return parsed("address") { text throws(ProbeError) in try ReachabilitySettings(text) }
    }

    fileprivate func hostSettings() -> HostSettings {
        var settings = HostSettings()
        settings.root = string("root").map(source.resolved) ?? settings.root
        settings.cpuSample = duration("cpu_sample") ?? settings.cpuSample
        settings.topProcesses = integer("top_processes", in: 0...1000) ?? settings.topProcesses
        settings.ignoredMountpoints = strings("ignored_mountpoints") ?? settings.ignoredMountpoints
        settings.filesystemTimeout = duration("filesystem_timeout") ?? settings.filesystemTimeout
        return settings
    }
}
