import Diagnostics
import Network

/// Deletes keys, or gives them a TTL, on every master of a deployment; or only shows what that would come to.
///
/// Each master is walked over by a connection of its own, named `diag`. A run that was stopped, however, can be run again: what
/// it has done is done, and the next one finds what is left.
public struct KeyRemedyRun: Sendable {
    public struct Options: Sendable, Hashable {
        /// Nil: the database of the settings.
        public var databases: [Int]?
        /// Of each master, in a second.
        public var keysPerSecond: Int
        /// Of all masters together, more are not touched; nil for no bound.
        public var atMost: Int64?
        /// The pattern leaves nothing out, and that is meant.
        public var allowsEverything: Bool
        /// For all of it; nil for no bound.
        public var maxTime: Duration?

        public init(
            databases: [Int]? = nil, keysPerSecond: Int = 20_000, atMost: Int64? = nil, allowsEverything: Bool = false,
            maxTime: Duration? = nil
        ) {
            self.databases = databases
            self.keysPerSecond = keysPerSecond
            self.atMost = atMost
            self.allowsEverything = allowsEverything
            self.maxTime = maxTime
        }
    }

    public struct Progress: Sendable, Hashable {
        public let matched: Int64
        public let done: Int64
    }

    private let deed: KeyDeed
    private let filter: KeyFilter
    private let target: Target
    private let settings: RedisSettings
    private let mode: Treatment.Mode
    private let writing: RemedyCommand
    private let options: Options

    public init(
        _ deed: KeyDeed, _ filter: KeyFilter, on target: Target, settings: RedisSettings, mode: Treatment.Mode,
        writing: RemedyCommand, options: Options = Options()
    ) {
        self.deed = deed
        self.filter = filter
        self.target = target
        self.settings = settings
        self.mode = mode
        self.writing = writing
        self.options = options
    }

    /// A task that is cancelled ends it between two steps: what was done until then is told.
    ///
    /// - Parameters:
    ///   - timeout: for connecting, and then for each answer.
    ///   - progress: called with what it has come to so far, on all masters together.
    public func treat(
        within timeout: Duration, progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async -> Treatment {
        let meter = RemedyMeter(most: options.atMost, progress)
        // A task of its own is not cancelled with this one: the answers that are on their way are still counted.
        let work = Task { await treat(within: timeout, meter) }
        return await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            meter.stop()
        }
    }

    private func treat(within timeout: Duration, _ meter: RemedyMeter) async -> Treatment {
        await Treatment.measuring(target, deed.name, mode) { content in
            do throws(ProbeError) {
                if filter.matchesEverything, !options.allowsEverything { throw .meansEverything(filter) }
                let deployment = try await Deployment.find(settings, until: .after(timeout))
                content.server = deployment.inWords
                content.role = settings.username ?? "default"
                let walks = walks(over: try deployment.writable(), of: deployment, within: timeout)
                let deadline = Deadline.after(options.maxTime ?? .seconds(365 * 86_400))
                let outcomes = await MasterWalk.all(walks, until: deadline, meter)
                write(outcomes, of: deployment, into: &content)
            } catch {
                content.failure = error
            }
        }
    }

    private func walks(
        over masters: [Deployment.Node], of deployment: Deployment, within timeout: Duration
    ) -> [MasterWalk] {
        let walk = RemedyWalk.Options(
            isDone: mode == .done, keysPerSecond: options.keysPerSecond, answerTimeout: timeout)
        return masters.map {
            MasterWalk(
                deed: deed, filter: filter, node: $0, settings: deployment.settings(for: $0),
                databases: options.databases ?? [settings.database], options: walk)
        }
    }
}

// MARK: - What it came to

extension KeyRemedyRun {
    private func write(
        _ outcomes: [MasterWalk.Outcome], of deployment: Deployment, into content: inout Treatment.Content
    ) {
        content.deeds = outcomes.map { $0.deed(deed, filter, mode) }
        let isWhole = outcomes.allSatisfy { $0.error == nil }
        let matched = outcomes.reduce(0) { $0 + $1.tally.matched }
        content.notes = [
            matched == 0 && isWhole ? "nothing to do: no key matches \(filter.words)" : nil,
            mode == .done && !isWhole ? "the same command goes on where this one stopped: what is done is done" : nil,
            lost(deployment), old(outcomes), moved(outcomes), mode == .shown && matched > 0 ? hint : nil,
        ].compactMap { $0 }
        guard mode == .shown, matched > 0, isWhole else { return }
        // A tenth more than was seen: more than that is something else than what was shown.
        content.command = writing.doingWhole(
            adding: options.atMost == nil ? ["--at-most", "\(matched + matched / 10 + 100)"] : [])
    }

    private func lost(_ deployment: Deployment) -> String? {
        let count = deployment.shards.count { $0.master == nil }
        return count == 0 ? nil : "\(Count.of(count, "shard")) without a master: what is there stays as it is"
    }

    private func old(_ outcomes: [MasterWalk.Outcome]) -> String? {
        guard deed == .delete, outcomes.contains(where: { $0.error == nil && !$0.style.unlinks }) else { return nil }
        return
            "before Redis 4 there is no UNLINK: DEL frees a key before it answers, so that large ones hold the server"
    }

    private func moved(_ outcomes: [MasterWalk.Outcome]) -> String? {
        let count = outcomes.reduce(0) { $0 + $1.tally.moved }
        return count == 0
            ? nil
            : "\(Count.of(count, "key")) of slots on their way to another node left out: run it again when that is over"
    }

    private var hint: String {
        switch deed {
        case .delete: "memory comes back as it is freed in the background; replicas delete the same keys"
        case .expire: "keys expire as they are asked for, or found by the server, some time after their TTL has ended"
        }
    }
}

extension ProbeError {
    fileprivate static func meansEverything(_ filter: KeyFilter) -> ProbeError {
        ProbeError(
            .misconfigured, step: "read the pattern",
            message: "'\(filter.pattern)' matches every key: it names no character that a key must have",
            advice: "name a part of the keys ('session:*'), or say it twice: --every-key")
    }
}
