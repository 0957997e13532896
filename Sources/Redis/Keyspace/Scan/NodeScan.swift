import Diagnostics
import Network

/// The scan of one node: all of its databases, one after the other, over one connection.
struct NodeScan: Sendable {
    struct Result: Sendable {
        let reader: Deployment.Reader
        let slots: SlotRanges?
        var scan: ShardScanner.Result
        /// By INFO at the start; nil where it may not be asked.
        var keysTotal: Int64?
        /// As well.
        var withoutExpiry: Int64?
        var roundTrip = Duration.zero
    }

    let reader: Deployment.Reader
    let slots: SlotRanges?
    let settings: RedisSettings
    let importing: Set<Int>
    let options: KeyspaceScan.Options
    /// Nodes that are scanned at the same time and share a sample's keys.
    let ofHowMany: Int

    /// Never throws: what stands in the way is part of the result.
    func run(until deadline: Deadline, _ meter: ScanMeter) async -> Result {
        var result = Result(
            reader: reader, slots: slots, scan: ShardScanner.Result(tally: KeyspaceTally(options)), keysTotal: nil)
        do throws(ProbeError) {
            try await scan(&result, until: deadline, meter)
        } catch {
            result.scan.interruption = error
        }
        return result
    }

    private func scan(_ result: inout Result, until deadline: Deadline, _ meter: ScanMeter) async throws(ProbeError) {
        let opening = deadline.within(options.answerTimeout)
        var connection = try await RedisConnection.connect(settings, limits: .scanning, until: opening)
        // Never in a cluster: a client that is not to touch anything crashes Redis 8.2 when it asks for a key whose slot is on
        // its way (`lookupKey` under `getNodeByQuery` looks at a client that is not set yet).
        let noTouch = slots == nil ? [RedisCommand("CLIENT", "NO-TOUCH", "on")] : []
        let questions = [RedisCommand("INFO")] + noTouch
        let session = await RedisSession.open(&connection, settings, asking: questions, until: opening)
        let known = try databases(session)
        result.keysTotal = known.total
        result.withoutExpiry = known.withoutExpiry
        result.roundTrip = try await roundTrip(&connection, until: opening)
        let info = RedisInfo(session.replies[0]?.text ?? "")
        let weights = try await weights(&connection, info, until: opening)
        var scanner = ShardScanner(connection, options, roundTrip: result.roundTrip, importing: importing)
        scanner.problems = session.problems
        if options.sample != nil { scanner.sample = SampleTally(patterns: options.patterns) }
        meter.expect(options.sample.map { _ in nil } ?? known.total)
        do throws(ProbeError) {
            for database in known.databases {
                guard try await scanner.select(database.index, until: opening) else { continue }
                let walk = walk(database.keys, of: known.total, weights)
                scanner.sample?.begin(stratum: database.keys ?? 0)
                try await scanner.scan(database.index, walk, until: deadline) { meter.note($0) }
            }
            result.scan = scanner.result(interruption: nil)
        } catch {
            result.scan = scanner.result(interruption: error)
        }
    }

    // MARK: Before the scan

    /// Which databases have keys, and how many. Where INFO is not permitted, the one of the settings is scanned.
    private func databases(
        _ session: RedisSession
    ) throws(ProbeError) -> (databases: [(index: Int, keys: Int64?)], total: Int64?, withoutExpiry: Int64?) {
        let chosen = options.databases
        guard session.replies[0]?.error?.isAboutTheCommand != true else {
            return ((chosen ?? [settings.database]).map { ($0, nil) }, nil, nil)
        }
        let known = RedisInfo(try session.text(0)).databases
        let keys = Dictionary(known.map { ($0.index, $0.keys) }) { $1 }
        let databases = (chosen ?? known.map(\.index)).map { (index: $0, keys: Int64?.some(keys[$0] ?? 0)) }
        let withoutExpiry = known.filter { chosen?.contains($0.index) ?? true }.reduce(0) { $0 + $1.keys - $1.expiring }
        return (databases, databases.reduce(0) { $0 + ($1.keys ?? 0) }, withoutExpiry)
    }

    /// The quickest of a few: what the way there and back takes when nothing else does.
    private func roundTrip(_ connection: inout RedisConnection, until deadline: Deadline) async throws(ProbeError)
        -> Duration
    {
        var quickest = Duration.seconds(1)
        for _ in 0..<5 {
            let start = ContinuousClock.now
            _ = await connection.replies(to: [RedisCommand("PING")], until: deadline)
            quickest = min(quickest, start.duration(to: .now))
        }
        return quickest
    }

    /// Keys of each slot, for a sample of a cluster's node that keeps a table for each.
    private func weights(
        _ connection: inout RedisConnection, _ info: RedisInfo, until deadline: Deadline
    ) async throws(ProbeError) -> SlotWeights? {
        guard options.sample != nil, let slots, info.server.keepsTableForEachSlot else { return nil }
        let numbers = slots.ranges.flatMap { Array($0) }
        var counts: [(slot: Int, keys: Int64)] = []
        for first in stride(from: 0, to: numbers.count, by: 512) {
            let part = numbers[first..<min(numbers.count, first + 512)]
            let commands = part.map { RedisCommand("CLUSTER", "COUNTKEYSINSLOT", String($0)) }
            let replies = await connection.replies(to: commands, until: deadline)
            if let interruption = replies.interruption { throw interruption }
            for (slot, reply) in zip(part, replies.values) { counts.append((slot, reply.integer ?? 0)) }
        }
        return SlotWeights(counts)
    }

    private func walk(_ keys: Int64?, of total: Int64?, _ weights: SlotWeights?) -> KeyWalk {
        guard let sample = options.sample else { return .everything }
        // So few that drawing them would not be less work than looking at all.
        if let keys, keys <= 2 * Int64(sample) / Int64(ofHowMany) { return .everything }
        let wanted = Double(sample) / Double(ofHowMany) * Double(keys ?? 1) / Double(max(1, total ?? 1))
        let pieces = max(10, Int((wanted / Double(SampleWalk.keysInOnePiece)).rounded(.up)))
        return .sample(SampleWalk(pieces: pieces, slots: weights))
    }
}

extension RedisInfo.Server {
    /// Since Redis 7.4 and Valkey 8 (`kvstore.c`), which calls itself Redis 7.2.4 all the same.
    fileprivate var keepsTableForEachSlot: Bool {
        if let fork, fork.hasPrefix("valkey ") {
            return (Int(fork.dropFirst(7).prefix { $0.isNumber }) ?? 0) >= 8
        }
        let parts = (version ?? "").split(separator: ".").compactMap { Int($0) }
        return parts.count >= 2 && (parts[0], parts[1]) >= (7, 4)
    }
}
