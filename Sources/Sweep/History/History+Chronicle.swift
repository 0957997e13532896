import Diagnostics
import GRDB
import Glibc
import Network
import Runbook

extension History {
    /// Opens a history that is there, to read it: nothing is made, no server is asked, and a sweep that writes is not waited
    /// for. One that an older version wrote is brought up to date first.
    ///
    /// - Throws: `HistoryError` where there is none, or where it cannot be read.
    public static func reading(at path: String) async throws(HistoryError) -> History {
        guard access(path, F_OK) == 0 else { throw HistoryError(path: path, message: missing(errno)) }
        do {
            let history = try await readOnly(path)
            let version = try await history.queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
            guard version < HistorySchema.version else { return history }
        } catch {
            throw HistoryError(path: path, error)
        }
        return try await open(at: path).history
    }

    private static func missing(_ code: CInt) -> String {
        code == ENOENT ? "there is none: no sweep has kept one here" : describe(errno: code)
    }

    private static func readOnly(_ path: String) async throws -> History {
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(1)
        let settings = configuration
        let opened = try await threads.run("open the history", until: .after(.seconds(10))) {
            Result { try DatabaseQueue(path: path, configuration: settings) }
        }
        return History(try opened.get(), path: path)
    }

    /// What a sweep of these targets would begin with: earlier readings, and the state of each alert.
    func memory(
        of targets: [Target], _ lookback: [String: Duration]
    ) async throws(HistoryError) -> (SeriesHistory, [AlertState.Key: AlertState]) {
        do {
            return try await queue.read { database in
                let readings = try ReadingStore(database, targets, lookback, now: .now)
                return (readings.history, try AlertStateStore.load(database))
            }
        } catch {
            throw HistoryError(path: path, error)
        }
    }

    /// All that it tells.
    ///
    /// - Parameter time: how far back events and spells are of interest; nil: not at all.
    public func chronicle(since time: Timestamp?, now: Timestamp = .now) async throws(HistoryError) -> Chronicle {
        do {
            return try await queue.read { database in
                Chronicle(
                    now: now, states: try AlertStateStore.load(database),
                    events: try time.map { try EventStore.load(database, since: $0) } ?? [],
                    sweeps: try LookStore.sweeps(database), targets: try LookStore.targets(database),
                    spells: try time.map { try LookStore.spells(database, since: $0) } ?? [])
            }
        } catch {
            throw HistoryError(path: path, error)
        }
    }
}
