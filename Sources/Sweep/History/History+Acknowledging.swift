import Diagnostics
import GRDB
import Runbook

extension History {
    /// Keeps somebody's word for each alert that is meant and lives, or takes it back.
    ///
    /// - Parameters:
    ///   - acknowledgement: who, with which words, when and for how long.
    ///   - what: `acknowledged` or `unacknowledged`; of the latter only what is acknowledged is concerned.
    /// - Returns: those that it was done to, in a fixed order.
    public func note(
        _ acknowledgement: Acknowledgement, _ what: AlertEvent.What,
        where isMeant: @escaping @Sendable (AlertState.Key) -> Bool
    ) async throws(HistoryError) -> [LifeStatus.Entry] {
        do {
            return try await queue.write { database in
                let states = try AlertStateStore.load(database)
                let meant = states.filter { key, state in
                    isMeant(key) && state.isLive
                        && (what == .acknowledged || state.life.acknowledgement != nil)
                }
                guard !meant.isEmpty else { return [] }
                let given = what == .acknowledged ? acknowledgement : nil
                let changed = meant.mapValues { $0.acknowledged(given) }
                try AlertStateStore.save(database, states.merging(changed) { $1 })
                try EventStore.add(
                    database,
                    changed.keys.sorted().map {
                        AlertEvent(acknowledgement, of: $0, changed[$0]?.life.severity, what)
                    }, now: acknowledgement.time)
                let chronicle = Chronicle(
                    now: acknowledgement.time, states: changed, targets: try LookStore.targets(database))
                return LifeStatus(chronicle).entries
            }
        } catch {
            throw HistoryError(path: path, error)
        }
    }
}
