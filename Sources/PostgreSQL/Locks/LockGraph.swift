/// Who waits for whom, from one reading of the lock table.
///
/// `pg_blocking_pids` gives the same edges, at the price of the lock manager's exclusive attention for each call, and
/// without saying what is waited for, in which mode, and in which order. Nothing here talks to a server.
public struct LockGraph: Sendable, Hashable, Codable {
    /// Everybody who waits, or whom somebody waits for, by id.
    public let parties: [LockParty]
    /// The objects that are waited for, the longest wait first.
    public let contentions: [Contention]
    /// In the order of the contentions and their queues.
    public let waits: [Wait]

    /// One lock that somebody waits for. Whom it waits for, `blockers(of:)` tells: in a long queue each has all those
    /// before it in its way, and a list of that would grow with the square of the queue.
    public struct Wait: Sendable, Hashable, Codable {
        public let waiter: LockParty.ID
        public let object: LockedObject
        /// The row that is wanted, where that is known: who waits for a transaction waits for a row of its, and says
        /// which by its lock on the tuple.
        public let row: LockedObject?
        public let mode: LockMode
        /// Seconds; nil when the wait has only just begun.
        public let waited: Double?
        /// The number of its object among `contentions`.
        public let contention: Int
        /// Its place in the queue there; zero is the head.
        public let position: Int
    }

    public init(_ entries: [LockEntry]) {
        let contentions = Self.contentions(in: entries)
        self.contentions = contentions
        waits = Self.waits(in: contentions, rows: Self.rows(in: entries))
        let involved = Set(contentions.flatMap(\.involved))
        parties = Self.parties(in: entries).filter { involved.contains($0.id) }.sorted { $0.id < $1.id }
    }

    /// The same parties and rows, other contentions: as many, in the same order.
    init(_ graph: LockGraph, contentions: [Contention]) {
        let rows = Dictionary(
            graph.waits.compactMap { wait in wait.row.map { (wait.waiter, $0) } },
            uniquingKeysWith: { first, _ in first })
        self.contentions = contentions
        waits = Self.waits(in: contentions, rows: rows)
        parties = graph.parties
    }

    /// Everybody for whom it waits, each once, who holds before who queues; empty when the lock has become free and
    /// its waiter is about to be woken.
    public func blockers(of wait: Wait) -> [Blocker] { contentions[wait.contention].blockers(at: wait.position) }

    public subscript(id: LockParty.ID) -> LockParty? { parties.first { $0.id == id } }

    private static func contentions(in entries: [LockEntry]) -> [Contention] {
        Dictionary(grouping: entries, by: \.tag)
            .values
            .filter { entries in entries.contains { !$0.isGranted } }
            .map(Contention.init)
            .sorted { ($0.longestWait, $1.object.description) > ($1.longestWait, $0.object.description) }
    }

    private static func waits(in contentions: [Contention], rows: [LockParty.ID: LockedObject]) -> [Wait] {
        contentions.enumerated().flatMap { number, contention in
            contention.queue.enumerated().map { position, request in
                Wait(
                    waiter: request.party, object: contention.object,
                    row: contention.object.isTransaction ? rows[request.party] : nil, mode: request.mode,
                    waited: request.waited, contention: number, position: position)
            }
        }
    }

    /// A session locks one tuple at a time, and only while it waits for the row.
    private static func rows(in entries: [LockEntry]) -> [LockParty.ID: LockedObject] {
        let tuples = entries.filter { entry in
            if case .tuple = entry.object { entry.isGranted } else { false }
        }
        return Dictionary(tuples.map { ($0.party.id, $0.object) }, uniquingKeysWith: { first, _ in first })
    }

    private static func parties(in entries: [LockEntry]) -> [LockParty] {
        let speakers = entries.filter { !$0.isWorkers } + entries.filter(\.isWorkers)
        return Array(
            Dictionary(speakers.map { ($0.party.id, $0.party) }, uniquingKeysWith: { first, _ in first }).values)
    }
}

extension Contention {
    fileprivate init(_ entries: [LockEntry]) {
        self.init(
            object: entries.first?.object ?? .other(kind: "unknown", detail: ""),
            held: entries.filter(\.isGranted).map { Holding(party: $0.party.id, mode: $0.mode) },
            requests: entries.filter { !$0.isGranted }.map {
                Request(party: $0.party.id, mode: $0.mode, waited: $0.waited)
            })
    }

    /// Those that wait here, and those that they wait for.
    fileprivate var involved: [LockParty.ID] {
        queue.map(\.party) + Set(held.map(\.party)).filter { !waiting(for: $0).isEmpty }
    }

    fileprivate var longestWait: Double { queue.lazy.compactMap(\.waited).max() ?? 0 }
}

extension LockedObject {
    fileprivate var isTransaction: Bool { if case .transaction = self { true } else { false } }
}
