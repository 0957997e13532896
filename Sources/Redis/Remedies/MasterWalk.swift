import Diagnostics
import Network

/// One master's part of a remedy on keys.
struct MasterWalk: Sendable {
    let deed: KeyDeed
    let filter: KeyFilter
    let node: Deployment.Node
    let settings: RedisSettings
    let databases: [Int]
    let options: RemedyWalk.Options

    struct Outcome: Sendable {
        let node: Deployment.Node
        let databases: [Int]
        fileprivate(set) var tally = KeyTally()
        fileprivate(set) var style = KeyDeed.Style(RedisInfo(""))
        /// used_memory; nil where it is not told.
        fileprivate(set) var memoryBefore: Int64?
        /// Nil where nothing was done.
        fileprivate(set) var memoryAfter: Int64?
        /// Why it ended before its end.
        fileprivate(set) var error: ProbeError?
    }

    /// All masters at once, in their order.
    static func all(_ walks: [MasterWalk], until deadline: Deadline, _ meter: RemedyMeter) async -> [Outcome] {
        await withTaskGroup(of: (Int, Outcome).self) { group in
            for (index, walk) in walks.enumerated() {
                group.addTask { (index, await walk.run(until: deadline, meter) { meter.note($0, of: index) }) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func run(
        until deadline: Deadline, _ meter: RemedyMeter, _ progress: (KeyTally) -> Void
    ) async -> Outcome {
        var outcome = Outcome(node: node, databases: databases)
        do throws(ProbeError) {
            let opening = Deadline.after(options.answerTimeout)
            var connection = try await RedisConnection.connect(settings, limits: .scanning, until: opening)
            let session = await RedisSession.open(&connection, settings, asking: [RedisCommand("INFO")], until: opening)
            let info = RedisInfo(try session.text(0))
            if info.replication.upstream != nil { throw .becameReplica(node) }
            outcome.style = KeyDeed.Style(info)
            outcome.memoryBefore = info.memory.used
            var walk = RemedyWalk(connection, filter, deed, outcome.style, options, meter)
            do throws(ProbeError) {
                try await walk.walk(databases, until: deadline, progress)
            } catch {
                outcome.error = error
            }
            outcome.tally = walk.tally
            if options.isDone { outcome.memoryAfter = await walk.usedMemory() }
        } catch {
            outcome.error = error
        }
        return outcome
    }
}

extension ProbeError {
    fileprivate static func becameReplica(_ node: Deployment.Node) -> ProbeError {
        ProbeError(
            .misconfigured, step: "find the master", message: "\(node) is a replica by now",
            advice: "run it again: the new master is found by itself")
    }
}
