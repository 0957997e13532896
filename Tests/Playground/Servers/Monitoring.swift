import Foundation

/// What a server of HTTP says, asked by a blocking client for tests.
public enum Loopback {
    /// The body of a 200.
    /// - Throws: for any other status, with the answer.
    public static func get(_ path: String, at port: UInt16) throws -> String { try ask("GET", path, at: port) }

    static func ask(_ method: String, _ path: String, at port: UInt16) throws -> String {
        let descriptor = try Socket.connected(to: port)
        defer { close(descriptor) }
        let head = "\(method) \(path) HTTP/1.0\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n"
        Socket.send(Array(head.utf8), to: descriptor)
        var bytes: [UInt8] = []
        while case let more = Socket.receive(from: descriptor), !more.isEmpty { bytes += more }
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix("HTTP/1.0 200") || text.hasPrefix("HTTP/1.1 200"),
            let gap = text.firstRange(of: "\r\n\r\n")
        else { throw PlaygroundError("\(path) at port \(port): \(text.prefix(300))") }
        return String(text[gap.upperBound...])
    }
}

/// Debian's node_exporter; of its collectors only that of textfiles runs.
public struct NodeExporter: Sendable {
    public let port: UInt16
    /// It reads `*.prom` here.
    public let textfiles: String

    /// What a Prometheus would scrape.
    public func metrics() async throws -> String {
        let port = port
        return try await onThread { try Loopback.get("/metrics", at: port) }
    }

    static func start(on ground: Ground) throws -> NodeExporter {
        let port = try Ports.unused()
        let folder = try ground.makeFolder("node-exporter-\(port)")
        let process = try ground.start(
            "node_exporter", .nodeExporter,
            [
                "--web.listen-address=127.0.0.1:\(port)", "--collector.disable-defaults", "--collector.textfile",
                "--collector.textfile.directory=\(folder)",
            ], folder: folder, log: folder + "/node_exporter.log")
        try waitUntil("node_exporter answers on port \(port)") {
            try process.checkRunning()
            return try !Loopback.get("/metrics", at: port).isEmpty
        }
        return NodeExporter(port: port, textfiles: folder)
    }
}

/// Debian's Prometheus with a database of its own.
public struct PrometheusServer: Sendable {
    public let port: UInt16
    public var url: String { "http://127.0.0.1:\(port)" }

    /// The answer of its HTTP API to a query, as it comes.
    public func query(_ expression: String) async throws -> String {
        let allowed = CharacterSet.alphanumerics
        let escaped = expression.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
        let port = port
        return try await onThread { try Loopback.get("/api/v1/query?query=\(escaped)", at: port) }
    }

    static func start(on ground: Ground, scraping ports: [UInt16]) throws -> PrometheusServer {
        let port = try Ports.unused()
        let folder = try ground.makeFolder("prometheus-\(port)")
        let targets = ports.map { "'127.0.0.1:\($0)'" }.joined(separator: ", ")
        try ground.write(
            """
            global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
            scrape_configs:
              - job_name: playground
                static_configs: [{targets: [\(targets)]}]

            """, to: folder + "/prometheus.yml")
        let process = try ground.start(
            "prometheus", .prometheus,
            [
                "--config.file=\(folder)/prometheus.yml", "--storage.tsdb.path=\(folder)/data",
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
            ], folder: folder, log: folder + "/prometheus.log")
        try waitUntil("Prometheus is ready on port \(port)", within: .seconds(60)) {
            try process.checkRunning()
            return try !Loopback.get("/-/ready", at: port).isEmpty
        }
        return PrometheusServer(port: port)
    }
}

/// Debian's Alertmanager, two of them that gossip: what one is told the other knows of silences and notifications, while
/// alerts are to be sent to both.
public struct AlertmanagerCluster: Sendable {
    public let ports: [UInt16]
    public var urls: [String] { ports.map { "http://127.0.0.1:\($0)" } }

    static func start(on ground: Ground) throws -> AlertmanagerCluster {
        let ports = try [Ports.unused(), Ports.unused()]
        let peers = try [Ports.unused(), Ports.unused()]
        let folder = try ground.makeFolder("alertmanager")
        try ground.write(
            """
            route: {receiver: nobody, group_by: [alertname], group_wait: 1s, group_interval: 1s, repeat_interval: 1h}
            receivers: [{name: nobody}]

            """, to: folder + "/alertmanager.yml")
        for (index, port) in ports.enumerated() {
            let data = try ground.makeFolder("alertmanager/data-\(index)")
            let process = try ground.start(
                "alertmanager", .alertmanager,
                [
                    "--config.file=\(folder)/alertmanager.yml", "--storage.path=\(data)",
                    "--web.listen-address=127.0.0.1:\(port)", "--cluster.listen-address=127.0.0.1:\(peers[index])",
                    "--cluster.advertise-address=127.0.0.1:\(peers[index])",
                    "--cluster.peer=127.0.0.1:\(peers[1 - index])", "--cluster.settle-timeout=1s", "--log.level=warn",
                ], folder: folder, log: folder + "/alertmanager-\(index).log")
            try waitUntil("Alertmanager is ready on port \(port)", within: .seconds(60)) {
                try process.checkRunning()
                return try !Loopback.get("/-/ready", at: port).isEmpty
            }
        }
        return AlertmanagerCluster(ports: ports)
    }
}
