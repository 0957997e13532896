import Diagnostics
import Network
import TLS

/// What a master says of itself when asked without a password: PING and ROLE.
enum MasterAnswer {
    /// All masters are asked at once; one that does not answer costs the others nothing.
    ///
    /// - Parameter tls: of the Sentinel, whose servers speak TLS where it does.
    static func evidence(
        of masters: [SentinelMaster], tls: TLSClientSettings?, until deadline: Deadline
    ) async -> [Evidence] {
        guard !masters.isEmpty else { return [] }
        let answers = await withTaskGroup(of: (Int, String).self) { group in
            for (index, master) in masters.enumerated() {
                group.addTask { (index, await sentence(from: master, tls, until: deadline)) }
            }
            return await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
        }
        let rows = masters.enumerated().map { index, master -> [Cell] in
            [.text(master.name), .text(master.address), .text(answers[index] ?? "")]
        }
        let columns: [Table.Column] = ["master", "address", "answer"]
        return [.table("sentinel.answers", "What the masters answer themselves", columns: columns, rows: rows)]
    }

    private static func sentence(
        from master: SentinelMaster, _ tls: TLSClientSettings?, until deadline: Deadline
    ) async -> String {
        do throws(ProbeError) {
            guard let port = UInt16(master.port) else { return "has no port that could be one" }
            let settings = RedisSettings(endpoint: .tcp(host: master.host, port: port), tls: tls)
            var connection = try await RedisConnection.connect(settings, until: deadline)
            let questions = [RedisCommand("CLIENT", "SETNAME", "diag"), RedisCommand("PING"), RedisCommand("ROLE")]
            let replies = await connection.replies(to: questions, until: deadline)
            if let interruption = replies.interruption { throw interruption }
            return describe(ping: replies[1], role: replies[2])
        } catch {
            return "does not answer: \(error)"
        }
    }

    static func describe(ping: RESPValue?, role: RESPValue?) -> String {
        if let error = ping?.error {
            return error.reason == .authenticationRequired ? "alive, wants a password" : error.message
        }
        guard let parts = role?.array, let name = parts.first?.text else { return "alive, does not tell its role" }
        switch name {
        case "master":
            let replicas = parts.count > 2 ? parts[2].array?.count ?? 0 : 0
            return "says it is the master, with \(replicas) replicas"
        case "slave" where parts.count > 3:
            let upstream = endpoint(parts[1].text ?? "?", parts[2].integer.map(String.init) ?? "?")
            return "says it is a replica of \(upstream), link \(parts[3].text ?? "unknown")"
        default: return "says it is \(name)"
        }
    }
}
