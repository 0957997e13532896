/// One object that somebody waits for: who holds it, and who queues for it in what order.
///
/// This is the lock manager's own state for the object, rebuilt from the lock table, and its own rules applied to it
/// (`ProcSleep`, `ProcLockWakeup` and `GetBlockerStatusData` in PostgreSQL's source).
public struct Contention: Sendable, Hashable, Codable {
    public struct Holding: Sendable, Hashable, Codable {
        public let party: LockParty.ID
        public let mode: LockMode
    }

    public struct Request: Sendable, Hashable, Codable {
        public let party: LockParty.ID
        public let mode: LockMode
        /// Seconds; nil when the wait has only just begun.
        public let waited: Double?
    }

    public let object: LockedObject
    public let held: [Holding]
    /// The first is the next to be served.
    public private(set) var queue: [Request]

    /// - Parameter requests: in any order; the longest wait came first.
    public init(object: LockedObject, held: [Holding], requests: [Request]) {
        self.object = object
        self.held = held
        queue = []
        for request in requests.sorted(by: Self.cameBefore) { enqueue(request) }
    }

    private init(object: LockedObject, held: [Holding], inOrder queue: [Request]) {
        (self.object, self.held, self.queue) = (object, held, queue)
    }

    /// The same without some; the others keep their places.
    func without(_ parties: Set<LockParty.ID>) -> Contention {
        Contention(
            object: object, held: held.filter { !parties.contains($0.party) },
            inOrder: queue.filter { !parties.contains($0.party) })
    }

    private static func cameBefore(_ left: Request, _ right: Request) -> Bool {
        (left.waited ?? 0, right.party) > (right.waited ?? 0, left.party)
    }

    /// Puts a newcomer at the end, or, when it holds what somebody in the queue will have to wait for, before that one:
    /// behind it, each would wait for the other.
    private mutating func enqueue(_ newcomer: Request) {
        let modes = held.filter { $0.party == newcomer.party }.map(\.mode)
        let mustWaitForNewcomer = queue.firstIndex { waiting in
            waiting.party != newcomer.party && modes.contains { $0.conflicts(with: waiting.mode) }
        }
        queue.insert(newcomer, at: mustWaitForNewcomer ?? queue.endIndex)
    }
}

// MARK: - Who blocks whom

/// One reason why somebody waits.
public struct Blocker: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable {
        /// Holds a lock in a mode that conflicts.
        case hard
        /// Stands before in the queue and wants a mode that conflicts.
        case soft
    }

    public let party: LockParty.ID
    public let kind: Kind
    /// The mode that it holds or wants.
    public let mode: LockMode
}

extension Contention {
    /// Everybody whom the request at `position` of the queue has to wait for, each once: who holds before who queues.
    public func blockers(at position: Int) -> [Blocker] {
        let request = queue[position]
        let hard = held.lazy.filter { $0.party != request.party && $0.mode.conflicts(with: request.mode) }
            .map { Blocker(party: $0.party, kind: .hard, mode: $0.mode) }
        let soft = queue[..<position].lazy.filter { $0.party != request.party && $0.mode.conflicts(with: request.mode) }
            .map { Blocker(party: $0.party, kind: .soft, mode: $0.mode) }
        var seen: Set<LockParty.ID> = []
        return (Array(hard) + Array(soft)).filter { seen.insert($0.party).inserted }
    }

    /// The most telling one of those, and how many there are in all (a party that both holds and queues counts twice): a
    /// holder before one that queues, and a holder that waits for nobody before the others.
    func firstBlocker(at position: Int, roots: Set<LockParty.ID>) -> (blocker: Blocker, count: Int)? {
        let request = queue[position]
        func isInTheWay(_ party: LockParty.ID, _ mode: LockMode) -> Bool {
            mode.conflicts(with: request.mode) && party != request.party
        }
        let holders = held.filter { isInTheWay($0.party, $0.mode) }
        let count = holders.count + queue[..<position].count { isInTheWay($0.party, $0.mode) }
        if let holder = holders.first(where: { roots.contains($0.party) }) ?? holders.first {
            return (Blocker(party: holder.party, kind: .hard, mode: holder.mode), count)
        }
        return queue[..<position].first { isInTheWay($0.party, $0.mode) }
            .map { (Blocker(party: $0.party, kind: .soft, mode: $0.mode), count) }
    }

    /// Everybody who has to wait for `party` here, in the order of the queue.
    public func waiting(for party: LockParty.ID) -> [LockParty.ID] {
        let modes = held.filter { $0.party == party }.map(\.mode)
        var requested: [LockMode] = []
        return queue.compactMap { request in
            if request.party == party {
                requested.append(request.mode)
                return nil
            }
            return (modes + requested).contains { $0.conflicts(with: request.mode) } ? request.party : nil
        }
    }

    /// Who gets the lock at once as things stand: the queue is served from its head, and nobody passes one who has to
    /// stay and whose mode conflicts (`ProcLockWakeup`).
    var served: [LockParty.ID] {
        var taken = held
        var passedOver: [Request] = []
        var served: [LockParty.ID] = []
        for request in queue {
            let isFree = taken.allSatisfy { $0.party == request.party || !$0.mode.conflicts(with: request.mode) }
            if isFree, passedOver.allSatisfy({ !$0.mode.conflicts(with: request.mode) }) {
                taken.append(Holding(party: request.party, mode: request.mode))
                served.append(request.party)
            } else {
                passedOver.append(request)
            }
        }
        return served
    }
}
