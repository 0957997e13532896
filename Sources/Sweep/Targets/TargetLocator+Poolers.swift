import Diagnostics
import Network
import PostgreSQL

extension TargetLocator {
    /// The pooler through which a database is reached: its console is at the same address.
    func pooler(before name: String) -> ConfiguredTarget? {
        for target in configured where target.target.name == name {
            guard case .postgresql(let settings) = target.settings else { continue }
            return ConfiguredTarget(
                name: name, labels: target.target.labels, settings: .pgbouncer(settings), timeout: target.timeout)
        }
        return nil
    }

    /// Where none is configured: the databases that are configured at a pooler's usual port, or else what is at that port
    /// of this machine.
    func poolers() throws(ProbeError) -> [ConfiguredTarget] {
        let behind = configured.compactMap { target in
            target.target.address.hasSuffix(":\(PostgreSQLSettings.poolerPort)")
                ? pooler(before: target.target.name) : nil
        }
        guard behind.isEmpty else { return behind }
        if let settings = Discovery.pooler(ports: .now()) { return [ConfiguredTarget(settings: .pgbouncer(settings))] }
        throw ProbeError(
            .misconfigured, step: "find a pooler",
            message: "none is configured, and nothing listens on port \(PostgreSQLSettings.poolerPort) here",
            advice: "name one: diag pg pools HOST:\(PostgreSQLSettings.poolerPort), or targets: pgbouncer: in the "
                + "configuration")
    }
}

extension PostgreSQLSettings {
    /// The console, at the pooler's usual port where none is given.
    var atPooler: PostgreSQLSettings {
        var settings = ofPoolerConsole
        let usesService = settings.parameters["service"] != nil
        if settings.parameters["port"] == nil, !usesService { settings.parameters["port"] = Self.poolerPort }
        return settings
    }
}

extension Discovery {
    /// A pooler at its usual port of this machine. A sweep does not look for one by itself: its console lets in only who
    /// is named in its configuration.
    static func pooler(ports: ListeningPorts) -> PostgreSQLSettings? {
        let port = PostgreSQLSettings.poolerPort
        let sockets = ["/var/run/postgresql", "/tmp"].filter { TextFile.exists("\($0)/.s.PGSQL.\(port)") }
        guard let host = sockets.first ?? UInt16(port).flatMap(ports.host) else { return nil }
        return PostgreSQLSettings(name: "", parameters: ["host": host, "port": port]).ofPoolerConsole
    }
}
