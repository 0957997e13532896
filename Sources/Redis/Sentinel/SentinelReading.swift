import Diagnostics

/// What one Sentinel has answered: of itself, and all about each master that it watches.
struct SentinelReading: Sendable {
    /// One master by its name.
    struct Watched: Sendable {
        let master: SentinelMaster
        /// Nil where they were not told.
        fileprivate(set) var replicas: [SentinelReplica]?
        /// The other Sentinels of this master.
        fileprivate(set) var peers: [SentinelPeer]?
        fileprivate(set) var quorum: Quorum?
        /// Where it sends clients: during a failover that is the new master before the Sentinel itself calls it so.
        fileprivate(set) var clientAddress: String?
    }

    /// CKQUORUM: whether enough Sentinels can be reached to agree on a failover and to have it done.
    struct Quorum: Sendable, Hashable {
        let isReachable: Bool
        /// The Sentinel's own.
        let words: String
    }

    let info: RedisInfo
    let ownID: String?
    /// By name.
    private(set) var watched: [Watched]
    /// What was refused on the way, or why not all was answered.
    private(set) var problems: [ProbeError]

    var isTilted: Bool? { info.flag("sentinel_tilt") }
}

// MARK: - Asking

extension SentinelReading {
    /// In two round trips: which masters there are, then everything about each.
    ///
    /// - Throws: what ended the connection before the first was answered, or that it is no Sentinel.
    static func read(
        _ connection: inout RedisConnection, _ settings: RedisSettings, until deadline: Deadline
    ) async throws(ProbeError) -> SentinelReading {
        let session = await openSession(&connection, settings, until: deadline)
        let masters = try masters(in: session)
        var reading = SentinelReading(
            info: RedisInfo(session.replies[1]?.text ?? ""), ownID: session.replies[2]?.text,
            watched: masters.map { Watched(master: $0) }, problems: session.problems)
        if session.isComplete { await reading.askMore(&connection, until: deadline) }
        return reading
    }

    private static let questions = [
        RedisCommand("SENTINEL", "MASTERS"), RedisCommand("INFO"), RedisCommand("SENTINEL", "MYID"),
    ]

    private static func openSession(
        _ connection: inout RedisConnection, _ settings: RedisSettings, until deadline: Deadline
    ) async -> RedisSession {
        var settings = settings
        // A Sentinel has no databases and knows no SELECT.
        settings.database = 0
        return await RedisSession.open(&connection, settings, asking: questions, until: deadline)
    }

    private static func masters(in session: RedisSession) throws(ProbeError) -> [SentinelMaster] {
        guard let entries = try value(session).array else { throw session.unexpected(0) }
        return entries.compactMap { $0.fields.flatMap(SentinelMaster.init) }.sorted { $0.name < $1.name }
    }

    private static func value(_ session: RedisSession) throws(ProbeError) -> RESPValue {
        do throws(ProbeError) {
            return try session.value(0)
        } catch {
            guard session.replies[0]?.error?.reason == .unknownCommand else { throw error }
            throw ProbeError(
                error.kind, step: error.step, message: error.message,
                advice: "this is a Redis server, no Sentinel; Sentinels usually listen on port 26379")
        }
    }

    /// SLAVES rather than REPLICAS: every version from 2.8 on answers it.
    private static let topics = ["SLAVES", "SENTINELS", "CKQUORUM", "GET-MASTER-ADDR-BY-NAME"]

    private mutating func askMore(_ connection: inout RedisConnection, until deadline: Deadline) async {
        let questions = watched.flatMap { one in
            Self.topics.map { RedisCommand("SENTINEL", $0, one.master.name) }
        }
        guard !questions.isEmpty else { return }
        let replies = await connection.replies(to: questions, until: deadline)
        if let interruption = replies.interruption { problems.append(interruption) }
        for (command, reply) in zip(questions, replies.values) {
            guard let error = reply.error, error.prefix != "NOQUORUM" else { continue }
            problems.append(error.during(command.name))
        }
        for index in watched.indices {
            let first = index * Self.topics.count
            watched[index].take(Self.topics.indices.map { replies[first + $0] })
        }
    }
}

extension SentinelReading.Watched {
    init(master: SentinelMaster) { self.master = master }

    /// In the order of the questions; nil for what was not answered.
    fileprivate mutating func take(_ replies: [RESPValue?]) {
        replicas = replies[0]?.entries?.compactMap(SentinelReplica.init)
        peers = replies[1]?.entries?.compactMap(SentinelPeer.init)
        quorum = replies[2].flatMap(SentinelReading.Quorum.init)
        let address = replies[3]?.array?.compactMap(\.text) ?? []
        clientAddress = address.count == 2 ? endpoint(address[0], address[1]) : nil
    }
}

extension SentinelReading.Quorum {
    /// `+OK …`, or `-NOQUORUM …` with what cannot be reached; anything else is no answer.
    fileprivate init?(_ reply: RESPValue) {
        guard let words = reply.text ?? reply.error?.message else { return nil }
        guard reply.error == nil || reply.error?.prefix == "NOQUORUM" else { return nil }
        self.init(isReachable: reply.error == nil, words: words)
    }
}

extension RESPValue {
    /// The fields of each element of an array of arrays; nil when it is none.
    fileprivate var entries: [[String: String]]? { array?.compactMap(\.fields) }
}
