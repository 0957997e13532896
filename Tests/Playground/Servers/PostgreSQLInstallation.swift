import Foundation

/// The programs of one version of PostgreSQL: Debian's, or one that `.ci/postgresql-versions` has fetched.
public struct PostgreSQLInstallation: Sendable, CustomStringConvertible {
    /// 15 of 15.20.
    public let major: Int
    /// The folder of `postgres` and `initdb`.
    let programs: String

    public var description: String { "PostgreSQL \(major)" }

    /// One of each major version, the oldest first: those in `DIAG_POSTGRESQL_VERSIONS` (by default
    /// `.build/postgresql-versions`), a folder with a folder for each, and Debian's.
    public static let all: [PostgreSQLInstallation] = {
        let fetched = ProcessInfo.processInfo.environment["DIAG_POSTGRESQL_VERSIONS"] ?? ".build/postgresql-versions"
        let found = installations(in: absolute(fetched)) + installations(in: "/usr/lib/postgresql")
        let byMajor = Dictionary(found.map { ($0.major, $0) }, uniquingKeysWith: { $1 })
        return byMajor.values.sorted { $0.major < $1.major }
    }()

    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    private static func installations(in folder: String) -> [PostgreSQLInstallation] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { name in
            let programs = "\(folder)/\(name)/bin"
            guard let major = Int(name), FileManager.default.isExecutableFile(atPath: programs + "/postgres") else {
                return nil
            }
            return PostgreSQLInstallation(major: major, programs: programs)
        }
    }

    /// The one that is used where no other is asked for: the newest of Debian's.
    static func usual() throws -> PostgreSQLInstallation {
        let programs = (try Tool.postgres.path() as NSString).deletingLastPathComponent
        let major = Int((programs as NSString).deletingLastPathComponent.split(separator: "/").last ?? "")
        return PostgreSQLInstallation(major: major ?? 15, programs: programs)
    }

    func tool(_ tool: Tool) -> Tool { Tool(name: tool.name, package: tool.package, folder: programs) }

    /// Some are built without the contributed modules. Debian's folders are not beside the programs, but have them all.
    public var hasStatementStatistics: Bool {
        programs.hasPrefix("/usr/lib/postgresql/")
            || FileManager.default.fileExists(atPath: programs + "/../lib/pg_stat_statements.so")
    }

    /// Some are built without OpenSSL.
    public func hasTLS() throws -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: programs + "/pg_config")
        process.arguments = ["--configure"]
        guard FileManager.default.isExecutableFile(atPath: programs + "/pg_config") else { return true }
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let words = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return words.contains("openssl")
    }
}
