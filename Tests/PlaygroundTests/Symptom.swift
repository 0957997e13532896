import Foundation
import Glibc

@testable import Playground

/// How a fault shows to somebody who looks from outside.
struct Symptom: Sendable {
    private let look: @Sendable () throws -> Bool

    func isThere() async throws -> Bool { try await onThread(look) }

    init(of fault: Fault, in playground: Playground) async throws {
        switch fault {
        case .exhaustConnections, .crowdConnections, .idleSessions, .deadlock, .lockPileup, .stopReplay,
            .cutReplication:
            let servers = try await playground.postgresql()
            look = { try servers.shows(fault) }
        case .fillRedis, .failover:
            let servers = try await playground.redis()
            look = { try servers.shows(fault) }
        case .certificate:
            let tls = try await playground.tls()
            look = { try !tls.webLasts(days: 14) }
        case .instanceDown, .instanceStopped, .errorRate, .slowResponses, .debateTimeout, .quotaExceeded:
            let application = try await playground.application()
            look = { try application.shows(fault) }
        case .authFailures, .rateLimit:
            let logs = try await playground.logs()
            look = { try logs.shows(fault) }
        case .networkLatency:
            let port = try await playground.slowRoad().port
            look = { try connectTime(to: port) > .milliseconds(500) }
        case .cpu, .memory, .disk:
            let host = try await playground.host()
            look = { try host.shows(fault) }
        }
    }
}

private func connectTime(to port: UInt16) throws -> Duration {
    try ContinuousClock().measure { close(try Socket.connected(to: port)) }
}

extension PostgreSQLServers {
    fileprivate func shows(_ fault: Fault) throws -> Bool {
        let session: SQLSession
        do {
            session = try self.session(on: primary, as: monitor)
        } catch let error as SQLError where error.sqlState == "53300" {
            return fault == .exhaustConnections
        }
        defer { session.close() }
        let question =
            switch fault {
            case .crowdConnections:
                "SELECT count(*) > 0.9 * 27 FROM pg_stat_activity WHERE backend_type = 'client backend'"
            case .idleSessions: "SELECT count(*) >= 6 FROM pg_stat_activity WHERE state = 'idle' AND usename = 'app'"
            case .lockPileup: "SELECT count(*) >= 6 FROM pg_locks WHERE NOT granted"
            case .stopReplay: "SELECT count(*) > 0 FROM pg_stat_replication WHERE replay_lsn < flush_lsn"
            case .cutReplication: "SELECT count(*) = 0 FROM pg_stat_replication"
            default: "SELECT false"
            }
        // Lag is there only after the next row that the primary writes.
        if fault == .stopReplay { pause(.milliseconds(500)) }
        return try session.run(question) == [["t"]]
    }
}

extension RedisServers {
    fileprivate func shows(_ fault: Fault) throws -> Bool {
        if fault == .failover { return try masterPort() != master.port }
        let used = try connection(to: master).info("used_memory").flatMap { Double($0) } ?? 0
        return used / Double(maxmemory) > 0.95
    }
}

extension TLSServers {
    fileprivate func webLasts(days: Int) throws -> Bool {
        let connect = "openssl s_client -connect \(host):\(port(.web)) -servername \(serverName)"
        return try Client.shell("\(connect) | openssl x509 -noout -checkend \(days * 86400)").status == 0
    }
}

extension Application {
    /// Counters are looked at twice.
    fileprivate func shows(_ fault: Fault) throws -> Bool {
        switch fault {
        case .instanceDown: return try Client.get("/healthz", from: port).status == 503
        case .instanceStopped: return (try? Client.get("/healthz", from: port)) == nil
        case .quotaExceeded:
            return try page().contains(#"aragora_external_api_remaining{provider="openai"} 0.0"#)
        case .debateTimeout: return try increase("aragora_debates_total", #"status="timeout""#) > 0
        case .errorRate:
            let errors = try increase("aragora_http_requests_total", #"status="500""#)
            return errors > 0
        default:
            let name = "aragora_http_request_duration_seconds_bucket"
            let (before, after) = try twoPages()
            let fast = #"le="2.5""#
            let all = #"le="+Inf""#
            return Client.sum(name, fast, in: after) - Client.sum(name, fast, in: before)
                < Client.sum(name, all, in: after) - Client.sum(name, all, in: before)
        }
    }

    private func increase(_ name: String, _ label: String) throws -> Double {
        let (before, after) = try twoPages()
        return Client.sum(name, label, in: after) - Client.sum(name, label, in: before)
    }

    private func twoPages() throws -> (before: String, after: String) {
        let before = try page()
        serve(100)
        advance(.seconds(2))
        return (before, try page())
    }

    private func page() throws -> String { try Client.get("/metrics", from: port).body }
}

extension LogFiles {
    fileprivate func shows(_ fault: Fault) throws -> Bool {
        let (kind, words) = fault == .authFailures ? (Kind.auth, "authentication failed") : (.access, "rate limit")
        let text = try String(contentsOfFile: path(kind), encoding: .utf8)
        return text.split(separator: "\n").count { $0.contains(words) } > (fault == .authFailures ? 100 : 0)
    }
}

extension RecordedHost {
    fileprivate func shows(_ fault: Fault) throws -> Bool {
        switch fault {
        case .cpu: return try busyShare() > 0.8
        case .memory:
            let text = try String(contentsOfFile: root + "/proc/meminfo", encoding: .utf8)
            return text.contains("MemAvailable:    983040 kB")
        default:
            let text = try String(contentsOfFile: root + "/statvfs", encoding: .utf8)
            return text.hasPrefix("/ 4096 13000000 1500000 800000")
        }
    }

    private func busyShare() throws -> Double {
        let first = try ticks()
        try advance(by: .seconds(10))
        let second = try ticks()
        return Double(second.busy - first.busy) / Double(second.all - first.all)
    }

    private func ticks() throws -> (busy: Int, all: Int) {
        let text = try String(contentsOfFile: root + "/proc/stat", encoding: .utf8)
        let values = text.split(separator: "\n")[0].split(separator: " ").dropFirst().compactMap { Int($0) }
        let all = values.reduce(0, +)
        return (all - values[3] - values[4], all)
    }
}
