import Foundation
import Playground

/// What can be wrong with one server, all at once. Blocks.
final class OneServersTrouble: Sendable {
    private let servers: RedisServers
    private let master: RedisConnection
    private let blocked: RedisConnection
    private let crowd: [RedisConnection]

    init(_ servers: RedisServers) throws {
        self.servers = servers
        master = try servers.connection(to: servers.master)
        blocked = try servers.connection(to: servers.master)
        crowd = try (0..<20).map { _ in try servers.connection(to: servers.master) }
    }

    private var snapshot: String { servers.master.folder + "/dump.rdb" }

    func save() throws {
        try master.command("BGSAVE")
        while try master.info("rdb_bgsave_in_progress") != "0" {}
    }

    func bring() throws {
        // No file can take a folder's name.
        try FileManager.default.removeItem(atPath: snapshot)
        try FileManager.default.createDirectory(atPath: snapshot, withIntermediateDirectories: false)
        try save()
        // Those with a TTL go, and then nothing may.
        try master.command("CONFIG", "SET", "maxmemory-policy", "volatile-ttl")
        try master.command("CONFIG", "SET", "maxmemory", "1")
        for reply in try master.pipeline((0..<3).map { ["SET", "refused:\($0)", "x"] }) { _ = try? reply.get() }
        try master.command("CONFIG", "SET", "maxmemory", "\(servers.maxmemory)")
        try master.command("SET", "unsaved", "x")
        _ = try master.pipeline(Array(repeating: ["GET", "missing"], count: 1100))
        try master.command("CONFIG", "SET", "slowlog-log-slower-than", "0")
        _ = try master.pipeline(Array(repeating: ["PING"], count: 15))
        try master.command("CONFIG", "SET", "slowlog-log-slower-than", "10000")
        block()
        while try master.info("blocked_clients") != "1" {}
        try limitClients(leaving: 2)
        let strays = (0..<6).map { _ in try? servers.connection(to: servers.master) }
        withExtendedLifetime(strays) {}
    }

    /// Whoever is connected stays.
    func leaveNoPlace() throws { try master.command("CONFIG", "SET", "maxclients", "1") }

    private func limitClients(leaving places: Int) throws {
        let clients = Int(try master.info("connected_clients") ?? "") ?? 0
        let replicas = 1
        try master.command("CONFIG", "SET", "maxclients", "\(clients + replicas + places)")
    }

    private func block() {
        Thread.detachNewThread { [blocked] in _ = try? blocked.command("BLPOP", "nobody", "0") }
    }

    func mend() throws {
        try master.command("CONFIG", "SET", "maxclients", "10000")
        try master.command("CONFIG", "SET", "maxmemory-policy", "noeviction")
        try master.command("RPUSH", "nobody", "x")
        try master.command("SLOWLOG", "RESET")
        try master.command("SET", "found", "x")
        _ = try master.pipeline(Array(repeating: ["GET", "found"], count: 3000))
        try FileManager.default.removeItem(atPath: snapshot)
        try save()
    }
}
