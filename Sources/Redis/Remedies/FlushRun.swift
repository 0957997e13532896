import Diagnostics
import Network

/// Empties a database on every master, or only shows what is in it. All of it is lost, and so a person has to say which
/// database and how many keys: `db0 12345`.
public struct FlushRun: Sendable {
    private let database: Int
    private let target: Target
    private let settings: RedisSettings
    private let mode: Treatment.Mode
    private let writing: RemedyCommand
    /// Asks the person for the phrase, where there is one to ask; gives what was said.
    private let confirm: @Sendable (Phrase) async -> String?

    /// What must be said.
    public struct Phrase: Sendable, Hashable, CustomStringConvertible {
        public let database: Int
        public let keys: Int64

        public var description: String { "db\(database) \(keys)" }

        /// Whether this is what was said. Keys come and go between reading a number and typing it: a tenth more or less will do,
        /// and a hundred where there are few. Another database never does.
        func isMeant(by said: String) -> Bool {
            let words = said.split(whereSeparator: \.isWhitespace)
            guard words.count == 2, words[0] == "db\(database)", let number = Int64(words[1]), number >= 0 else {
                return false
            }
            return abs(number - keys) <= max(100, keys / 10)
        }
    }

    public init(
        database: Int, on target: Target, settings: RedisSettings, mode: Treatment.Mode, writing: RemedyCommand,
        confirm: @escaping @Sendable (Phrase) async -> String?
    ) {
        self.database = database
        self.target = target
        self.settings = settings
        self.mode = mode
        self.writing = writing
        self.confirm = confirm
    }

    /// - Parameter timeout: for each step; a person may take his time.
    public func treat(within timeout: Duration) async -> Treatment {
        await Treatment.measuring(target, "flushdb", mode) { content in
            do throws(ProbeError) {
                let deployment = try await Deployment.find(settings, until: .after(timeout))
                content.server = deployment.inWords
                content.role = settings.username ?? "default"
                let masters = try deployment.writable().map {
                    FlushedMaster($0, deployment.settings(for: $0), database)
                }
                try await treat(masters, within: timeout, into: &content)
            } catch {
                content.failure = error
            }
        }
    }

    private func treat(
        _ masters: [FlushedMaster], within timeout: Duration, into content: inout Treatment.Content
    ) async throws(ProbeError) {
        let counts = try await count(masters, within: timeout)
        let phrase = phrase(counts)
        guard phrase.keys > 0 else { return content.notes.append("nothing to do: db\(database) is empty") }
        guard mode == .done else {
            content.deeds = zip(masters, counts).map { $0.deed(.planned, before: $1) }
            content.command = writing.doingWhole(adding: ["--confirm", "\(phrase)"])
            return content.notes.append(
                "everything in db\(database) is lost, here and on all replicas; there is no way back but a backup")
        }
        let said = await confirm(phrase)
        // A person takes his time, and what he has confirmed must still be what is there.
        let now = try await count(masters, within: timeout)
        guard let said, self.phrase(now).isMeant(by: said) else {
            content.deeds = zip(masters, now).map {
                $0.deed(.refused, before: $1, reason: refusal(said, self.phrase(now)))
            }
            return
        }
        for (master, count) in zip(masters, now) {
            content.deeds.append(await master.flush(count, until: .after(timeout)))
        }
    }

    private func count(
        _ masters: [FlushedMaster], within timeout: Duration
    ) async throws(ProbeError) -> [FlushedMaster.Contents] {
        var counts: [FlushedMaster.Contents] = []
        for master in masters { counts.append(try await master.count(until: .after(timeout))) }
        return counts
    }

    private func phrase(_ counts: [FlushedMaster.Contents]) -> Phrase {
        Phrase(database: database, keys: counts.reduce(0) { $0 + $1.keys })
    }

    private func refusal(_ said: String?, _ phrase: Phrase) -> String {
        said == nil
            ? "nobody confirmed it: --confirm '\(phrase)'"
            : "what was confirmed is not what is there, which is '\(phrase)'"
    }
}
