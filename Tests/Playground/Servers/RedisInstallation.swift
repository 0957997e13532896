import Foundation

/// The server of one version of Redis or Valkey: Debian's, or one that `.ci/redis-versions` has fetched.
public struct RedisInstallation: Sendable, CustomStringConvertible {
    /// `Redis 7.4`, `Valkey 9.1`.
    public let description: String
    /// The program; with `--sentinel` it is one.
    public let server: String
    /// The folder of a fetched one: there are the modules that came with it too, `rejson.so`, `redisbloom.so`.
    let folder: String?

    /// Those in `DIAG_REDIS_VERSIONS` (by default `.build/redis-versions`), a folder with a folder for each, such as
    /// `redis-6.2`; then Debian's.
    public static let all: [RedisInstallation] = {
        let fetched = ProcessInfo.processInfo.environment["DIAG_REDIS_VERSIONS"] ?? ".build/redis-versions"
        let found = installations(in: absolute(fetched)) + [debian].compactMap { $0 }
        return found.sorted { $0.description.localizedStandardCompare($1.description) == .orderedAscending }
    }()

    /// Debian's, which is used where no other is asked for.
    public static var usual: RedisInstallation {
        get throws {
            RedisInstallation(description: "Redis of Debian", server: try Tool.redisServer.path(), folder: nil)
        }
    }

    /// The first that came with this module; nil where none was fetched.
    public static func with(module: String) -> (installation: RedisInstallation, module: String)? {
        all.lazy.compactMap { one in one.path(ofModule: module).map { (one, $0) } }.first
    }

    /// Built with OpenSSL, and Debian's OpenSSL at hand.
    public var hasTLS: Bool { description.hasPrefix("Redis 7.") || folder == nil }

    private func path(ofModule name: String) -> String? {
        guard let path = folder.map({ "\($0)/\(name).so" }), FileManager.default.fileExists(atPath: path) else {
            return nil
        }
        return path
    }

    private static var debian: RedisInstallation? { try? usual }

    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    private static func installations(in folder: String) -> [RedisInstallation] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { name in
            let parts = name.split(separator: "-")
            let program = "\(folder)/\(name)/redis-server"
            guard parts.count == 2, FileManager.default.isExecutableFile(atPath: program) else { return nil }
            return RedisInstallation(
                description: "\(parts[0].capitalized) \(parts[1])", server: program, folder: "\(folder)/\(name)")
        }
    }
}
