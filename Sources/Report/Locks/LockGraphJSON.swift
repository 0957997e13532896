import Diagnostics
import PostgreSQL

extension SweepReport {
    /// The document of `diag pg locks --format json`: that of every command, with `lock_graphs`, one for each target that
    /// was read. Nodes are named by their pid, a prepared transaction by `prepared:` and its gid.
    ///
    /// - Parameters:
    ///   - isComplete: every edge, however many they are; see `edges_complete`.
    ///   - isOneLine: for streams of documents.
    public func json(
        lockGraphs: [(target: Target, graph: LockGraph)], isComplete: Bool, isOneLine: Bool = false
    ) -> String {
        let graphs = lockGraphs.map { $0.graph.json(of: $0.target, isComplete: isComplete) }
        return json(with: [("lock_graphs", .array(graphs))], isOneLine: isOneLine)
    }
}

extension LockGraph {
    /// Above so many edges only those that hold the lock, and of the queue the next before each, are listed.
    private static let manyEdges = 20_000

    /// `{"target", "waiting", "nodes", "edges_complete", "edges", "roots", "cycles", "unblock"}`
    fileprivate func json(of target: Target, isComplete: Bool) -> JSONValue {
        let waiting = Set(waits.map(\.waiter))
        let all = waits.map { ($0, blockers(of: $0)) }
        let areAllListed = isComplete || all.reduce(0) { $0 + $1.1.count } <= Self.manyEdges
        let edges = areAllListed ? all : all.map { ($0, $1.mainReasons) }
        return .object([
            ("target", target.json),
            ("waiting", .integer(Int64(waiting.count))),
            ("nodes", .list(parties.lazy.map { $0.json(isWaiting: waiting.contains($0.id)) })),
            ("edges_complete", .bool(areAllListed)),
            ("edges", .list(edges.lazy.flatMap { wait, blockers in blockers.map { $0.json(of: wait) } })),
            ("roots", .array(roots.map { $0.json(in: self) })),
            ("cycles", .array(cycles.map { .array($0.map(\.json)) })),
            ("unblock", .array(unblocking.map(\.json))),
        ])
    }
}

extension [Blocker] {
    /// The holders, or else the next one before it in the queue.
    fileprivate var mainReasons: [Blocker] {
        let holders = filter { $0.kind == .hard }
        return holders.isEmpty ? suffix(1) : holders
    }
}

extension LockParty.ID {
    var json: JSONValue {
        switch self {
        case .session(let pid): .string("\(pid)")
        case .preparedTransaction(let gid): .string("prepared:\(gid)")
        }
    }
}

extension LockParty {
    fileprivate func json(isWaiting: Bool) -> JSONValue {
        var pid = JSONValue.null
        var gid = JSONValue.null
        switch id {
        case .session(let number): pid = .integer(Int64(number))
        case .preparedTransaction(let name): gid = .string(name)
        }
        return .object([
            ("id", id.json), ("pid", pid), ("gid", gid), ("waits", .bool(isWaiting)), ("usename", .optional(role)),
            ("datname", .optional(database)), ("application_name", .optional(application)),
            ("client_addr", .optional(address)), ("backend_type", .optional(backendType)), ("state", .optional(state)),
            ("wait_event", .optional(waitEvent)), ("hidden", .bool(isHidden)),
            ("backend_start", .optional(started.map { "\(Timestamp(secondsSinceEpoch: $0))" })),
            ("in_state_seconds", .optional(inState)), ("statement_seconds", .optional(statementAge)),
            ("transaction_seconds", .optional(transactionOpen)), ("query", .optional(query)),
        ])
    }
}

extension Blocker {
    fileprivate func json(of wait: LockGraph.Wait) -> JSONValue {
        .object([
            ("waiter", wait.waiter.json), ("blocker", party.json), ("kind", .string(kind.rawValue)),
            ("locktype", .string(wait.object.kind)), ("object", .string("\(wait.object)")),
            ("row", .optional(wait.row.map { "\($0)" })), ("mode_wanted", .string(wait.mode.rawValue)),
            ("mode_in_the_way", .string(mode.rawValue)), ("waited_seconds", .optional(wait.waited)),
            ("queue_position", .integer(Int64(wait.position))),
        ])
    }
}

extension LockGraph.Root {
    fileprivate func json(in graph: LockGraph) -> JSONValue {
        .object([
            ("node", party.json), ("held_up", heldUp.json), ("held_up_by_it_alone", heldUpByItAlone.json),
            ("freed_at_once", freedAtOnce.json), ("longest_wait_seconds", .number(longestWait)),
            ("remedy", .optional(graph[party].map { LockGraph.remedy(for: $0).description })),
        ])
    }
}

extension LockGraph.Unblocking {
    fileprivate var json: JSONValue {
        var ring: [JSONValue] = []
        if case .ring(let members) = reason { ring = members.map(\.json) }
        return .object([
            ("node", party.id.json), ("because", .string(ring.isEmpty ? "root" : "cycle")), ("cycle", .array(ring)),
            ("remedy", .string(remedy.description)), ("held_up", .integer(Int64(heldUp.count))), ("frees", frees.json),
            ("go_on_at_once", goOnAtOnce.json),
        ])
    }
}

extension Set<LockParty.ID> {
    fileprivate var json: JSONValue { .array(sorted().map(\.json)) }
}
