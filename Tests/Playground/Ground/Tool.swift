import Foundation

/// A program that the playground needs, and the Debian package that has it.
struct Tool: Sendable {
    let name: String
    let package: String
    /// Where it is, if that is not where the system's programs are.
    var folder: String?

    static let initdb = Tool(name: "initdb", package: "postgresql")
    static let postgres = Tool(name: "postgres", package: "postgresql")
    static let pgbouncer = Tool(name: "pgbouncer", package: "pgbouncer")
    static let redisServer = Tool(name: "redis-server", package: "redis-server")
    static let redisSentinel = Tool(name: "redis-sentinel", package: "redis-sentinel")
    static let nginx = Tool(name: "nginx", package: "nginx-light")
    static let dnsmasq = Tool(name: "dnsmasq", package: "dnsmasq-base")
    static let ip = Tool(name: "ip", package: "iproute2")
    static let python = Tool(name: "python3", package: "python3")
    static let nodeExporter = Tool(name: "prometheus-node-exporter", package: "prometheus-node-exporter")
    static let prometheus = Tool(name: "prometheus", package: "prometheus")
    static let alertmanager = Tool(name: "prometheus-alertmanager", package: "prometheus-alertmanager")
    static let openssl = Tool(name: "openssl", package: "openssl")
    static let setpriv = Tool(name: "setpriv", package: "util-linux")
    static let gzip = Tool(name: "gzip", package: "gzip")
    static let copy = Tool(name: "cp", package: "coreutils")
    static let shell = Tool(name: "sh", package: "dash")

    /// The full path, the newest PostgreSQL first.
    /// - Throws: an error that names the package to install.
    func path() throws -> String {
        guard
            let folder = ([folder].compactMap { $0 } + Self.folders).first(where: {
                FileManager.default.isExecutableFile(atPath: $0 + "/" + name)
            })
        else {
            throw PlaygroundError("\(name) is not installed; its Debian package is \(package)", isFinal: true)
        }
        return folder + "/" + name
    }

    private static let folders: [String] = {
        let search = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let usual = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
        return postgresqlFolders + search.split(separator: ":").map(String.init) + usual
    }()

    private static var postgresqlFolders: [String] {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return versions.sorted { (Double($0) ?? 0) > (Double($1) ?? 0) }.map { "\(root)/\($0)/bin" }
    }
}
