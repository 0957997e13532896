import Diagnostics

extension RedisProbe.Question {
    /// Who is connected, and what they do. Evidence: `redis.clients.judgement`, `….clients.groups`, `….clients.commands`,
    /// `….clients.large`, `….clients.kinds`, `….clients.unlisted`.
    ///
    /// - Parameter isAll: lists them however many there are: the server stands still for some microseconds for each.
    public static func clients(top: Int = 15, isAll: Bool = false) -> Self {
        Self(ClientsTopic(top: top, isAll: isAll))
    }
}

struct ClientsTopic: Topic {
    let top: Int
    let isAll: Bool

    /// Measured: a list of 5,000 holds the server for 20 to 100 ms.
    static let mostListed: Int64 = 5000

    let asks = [RedisCommand("CLIENT", "ID")]
    let settings = ["client-output-buffer-limit", "client-query-buffer-limit", "timeout", "maxmemory-clients"]
    let watches = true

    func asksMore(after reading: Reading) -> [RedisCommand] {
        let count = reading.info.clients.connected ?? 0
        guard count > Self.mostListed, !isAll else { return [RedisCommand("CLIENT", "LIST")] }
        // Few, and those that can harm the others.
        return ["pubsub", "replica"].map { RedisCommand("CLIENT", "LIST", "TYPE", $0) }
    }

    func report(_ reading: Reading, to content: inout Observation.Content) {
        content.sampleClients(reading.info)
        let lists =
            reading["CLIENT", "LIST"].map { [$0] }
            ?? [
                reading["CLIENT", "LIST", "TYPE", "pubsub"], reading["CLIENT", "LIST", "TYPE", "replica"],
            ].compactMap { $0 }
        let entries = lists.flatMap { ClientEntry.all($0.text ?? "") }
        let own = reading["CLIENT", "ID"]?.integer
        let clients = entries.filter { $0.id != own && !($0.name == "diag" && own == nil) }
        let limits = OutputLimits(reading.setting("client-output-buffer-limit"))
        let remarks = ClientRemarks(reading: reading, clients: clients, limits: limits)
        content.evidence.append(.remarks("redis.clients.judgement", "Judgement", remarks.all))
        if reading["CLIENT", "LIST"] == nil, !lists.isEmpty { content.evidence.append(unlisted(reading)) }
        guard !clients.isEmpty else { return }
        content.evidence += ClientTables(clients: clients, limits: limits, top: top).all
    }

    private func unlisted(_ reading: Reading) -> Evidence {
        .fact(
            "redis.clients.unlisted", "Not all are listed",
            "\(reading.info.clients.connected ?? 0) are connected, and a list of them all would hold the server: only "
                + "subscribers and replicas are shown; \(reading.diag("clients")) --all lists them all the same")
    }
}
