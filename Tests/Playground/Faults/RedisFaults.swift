extension RedisServers {
    /// Keys of all types under the prefixes `debate:` and `session:` until the master refuses more.
    func fill() throws -> Mending {
        let connection = try connection(toPort: try masterPort())
        var count = 0
        while try !isFull(connection.pipeline((count..<count + 20).map(writing))) { count += 20 }
        let last = count + 20
        try waitUntil("more than 95 % of the memory are used") { try share(connection) > 0.95 }
        return { try empty(last) }
    }

    private func isFull(_ replies: [Result<RedisReply, RedisError>]) throws -> Bool {
        for case .failure(let error) in replies {
            guard error.description.hasPrefix("OOM") else { throw error }
            return true
        }
        return false
    }

    private func share(_ connection: RedisConnection) throws -> Double {
        Double(try connection.info("used_memory") ?? "").map { $0 / Double(maxmemory) } ?? 0
    }

    private func empty(_ count: Int) throws {
        let connection = try connection(toPort: try masterPort())
        for first in stride(from: 0, to: count, by: 100) {
            try connection.command(["DEL"] + (first..<first + 100).map(key))
        }
        try waitUntil("less than half of the memory is used") { try share(connection) < 0.5 }
    }

    /// A tenth of the keys are large.
    private func writing(_ number: Int) -> [String] {
        let text = String(repeating: "x", count: number % 10 == 0 ? 8000 : 800)
        return switch number % 5 {
        case 0: ["SET", key(number), text, "EX", "86400"]
        case 1: ["HSET", key(number), "topic", "topic \(number)", "text", text]
        case 2: ["RPUSH", key(number), "opening", text, "closing"]
        case 3: ["SADD", key(number), "member", text]
        default: ["ZADD", key(number), "1", "first", "2", text]
        }
    }

    private func key(_ number: Int) -> String {
        number % 5 == 0 ? "session:fill:\(number)" : "debate:cache:fill:\(number)"
    }
}

extension RedisServers {
    /// Returns when all Sentinels name the new master and the old one follows it; mending goes the same way back.
    func failOver() throws -> Mending {
        let before = try masterPort()
        try moveMaster(from: before)
        return {
            let now = try masterPort()
            if now != before { try moveMaster(from: now) }
        }
    }

    /// A Sentinel refuses as long as it does not know the replica to be good, for instance right after a failover.
    private func moveMaster(from old: UInt16) throws {
        let sentinel = try connection(toSentinel: sentinels[0])
        try waitUntil("a Sentinel begins the failover", within: .seconds(30), every: .milliseconds(200)) {
            try sentinel.command("SENTINEL", "FAILOVER", masterName).text == "OK"
        }
        try waitUntil("all Sentinels name the new master", within: .seconds(60)) {
            if try masterPort() != old { return true }
            // On a busy machine a failover can run out of its time; refused while one is under way.
            _ = try? sentinel.command("SENTINEL", "FAILOVER", masterName)
            pause(.milliseconds(300))
            return false
        }
        let new = try masterPort()
        try waitUntil("the old master follows the new one", within: .seconds(30)) {
            // A connection each time: the Sentinels close all of them when they turn a master into a replica.
            let follower = try connection(toPort: old)
            return try follower.info("role") == "slave" && follower.info("master_port") == String(new)
                && follower.info("master_link_status") == "up"
        }
    }
}
