@testable import PostgreSQL

/// A lock that is held, as `locks.sql` tells of it.
func held(
    _ pid: Int32, _ tag: String, _ mode: LockMode, _ object: LockedObject? = nil, query: String? = nil,
    transaction: Double? = nil, isWorkers: Bool = false
) -> LockEntry {
    LockEntry(
        tag: tag, object: object ?? .relation(tag), mode: mode, isGranted: true,
        party: LockParty(id: .session(pid: pid), transactionOpen: transaction, query: query), isWorkers: isWorkers)
}

/// A lock that is waited for, since so many seconds.
func wanted(
    _ pid: Int32, _ tag: String, _ mode: LockMode, _ waited: Double, _ object: LockedObject? = nil
) -> LockEntry {
    LockEntry(
        tag: tag, object: object ?? .relation(tag), mode: mode, isGranted: false, waited: waited,
        party: LockParty(id: .session(pid: pid)))
}
