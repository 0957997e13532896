import Diagnostics
import Queries

/// One row of the lock table with whose it is: `locks.sql`.
public struct LockEntry: Answer {
    /// The same for locks on the same object.
    public let tag: String
    public let object: LockedObject
    public let mode: LockMode
    /// False for a lock that is waited for.
    public let isGranted: Bool
    /// Seconds; nil for a lock that is held, and for a moment after the wait began.
    public let waited: Double?
    public let party: LockParty
    /// True when a parallel worker said it: the lock counts as its leader's, but the leader speaks for itself.
    public let isWorkers: Bool

    static var files: [SQLFile] { [PostgreSQLQueries.locks, PostgreSQLQueries.locksOn13] }

    public init(
        tag: String, object: LockedObject, mode: LockMode, isGranted: Bool, waited: Double? = nil, party: LockParty,
        isWorkers: Bool = false
    ) {
        self.tag = tag
        self.object = object
        self.mode = mode
        self.isGranted = isGranted
        self.waited = waited
        self.party = party
        self.isWorkers = isWorkers
    }

    init(_ row: Row) throws(RowError) {
        tag = try Self.tag(row)
        object = try LockedObject(row)
        mode = try row.get("mode")
        isGranted = try row.get("granted")
        waited = try row.getIfPresent("waited")
        party = try LockParty(row)
        isWorkers = try LockParty.ID.leader(row) != nil
    }

    /// All that identifies a lock to the lock manager (`LOCKTAG`).
    private static func tag(_ row: Row) throws(RowError) -> String {
        var tag = ""
        for column in [
            "locktype", "database", "relation", "page", "tuple", "transaction", "virtual_transaction", "class_id",
            "object_id", "object_sub_id",
        ] {
            tag += "\(try row.getIfPresent(column) ?? "")/"
        }
        return tag
    }
}
