import Diagnostics
import Network

/// Which idle sessions are to be ended.
public struct IdleFilter: Sendable, Hashable {
    /// Counted from when the session became idle, not from its last statement's start, which would count its run.
    public var olderThan: Duration
    /// Empty: any; else one of these. So with the others.
    public var users: [String]
    public var applications: [String]
    public var databases: [String]
    public var addresses: [AddressRange]
    public var includesTransactions: Bool
    /// At most so many, the longest idle first.
    public var limit: Int?

    public init(
        olderThan: Duration, users: [String] = [], applications: [String] = [], databases: [String] = [],
        addresses: [AddressRange] = [], includesTransactions: Bool = false, limit: Int? = nil
    ) {
        self.olderThan = olderThan
        self.users = users
        self.applications = applications
        self.databases = databases
        self.addresses = addresses
        self.includesTransactions = includesTransactions
        self.limit = limit
    }

    func matches(_ backend: Backend) -> Bool {
        guard backend.kind == .client, !backend.isOwn, let inState = backend.inState, inState > olderThan.seconds else {
            return false
        }
        return hasState(backend) && isAmong(users, backend.role) && isAmong(applications, backend.application)
            && isAmong(databases, backend.database)
            && (addresses.isEmpty || addresses.contains { $0.contains(backend.address) })
    }

    private func hasState(_ backend: Backend) -> Bool {
        backend.state == "idle" || includesTransactions && backend.isIdleInTransaction
    }

    private func isAmong(_ wanted: [String], _ name: String?) -> Bool {
        wanted.isEmpty || wanted.contains(name ?? "")
    }

    /// What is idle on purpose, and would be missed.
    static func purpose(of backend: Backend) -> String? {
        if backend.advisoryLocks > 0 {
            return "it holds an advisory lock, and may be somebody's leader: only by its pid"
        }
        let statement = backend.query?.uppercased().drop { $0.isWhitespace } ?? ""
        return statement.hasPrefix("LISTEN") ? "it listens for notifications: only by its pid" : nil
    }
}
