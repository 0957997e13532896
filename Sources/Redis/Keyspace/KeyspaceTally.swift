import Diagnostics

/// What a scan adds up to so far.
struct KeyspaceTally {
    /// Given by SCAN; some may turn out to have vanished.
    var keysFound: Int64 = 0
    private(set) var keysSeen: Int64 = 0
    var vanished: Int64 = 0
    var changedType: Int64 = 0

    private var finishedDatabases: [Int] = []
    private var types: [String: TypeTally] = [:]
    private var prefixes = KeyPrefixes()
    private var patterns: [(pattern: GlobPattern, total: KeyTotal)]
    private var largest: KeyRanking
    private var longest: KeyRanking
    private let top: Int

    private struct TypeTally {
        var total = KeyTotal()
        var largest: KeyRanking
        var longest: KeyRanking

        mutating func add(_ record: KeyRecord) {
            total.add(record)
            largest.offer(record)
            longest.offer(record)
        }
    }

    init(_ options: KeyspaceScan.Options) {
        top = options.top
        patterns = options.patterns.map { (GlobPattern($0), KeyTotal()) }
        largest = KeyRanking(limit: options.top, by: \.memory)
        // A string's length is in bytes and has no place among numbers of elements.
        longest = KeyRanking(limit: options.top) { $0.type == "string" ? nil : $0.elements }
    }

    mutating func finished(_ database: Int) { finishedDatabases.append(database) }

    mutating func add(_ batch: KeyBatch) {
        for key in batch.keys {
            let record = KeyRecord(
                database: batch.database, name: KeyName(key.bytes), type: key.type, memory: key.memory,
                elements: key.length, secondsToLive: key.secondsToLive)
            add(record)
            for index in patterns.indices where patterns[index].pattern.matches(key.bytes) {
                patterns[index].total.add(record)
            }
        }
    }

    private mutating func add(_ record: KeyRecord) {
        keysSeen += 1
        let new = TypeTally(
            largest: KeyRanking(limit: top, by: \.memory), longest: KeyRanking(limit: top, by: \.elements))
        types[typeName(of: record), default: new].add(record)
        prefixes.add(record)
        largest.offer(record)
        longest.offer(record)
    }

    /// Bounded, like everything else that a server may say: modules add types, but not dozens.
    private func typeName(of record: KeyRecord) -> String {
        types[record.type] != nil || types.count < Self.mostTypes ? record.type : "others"
    }

    private static let mostTypes = 50

    func report(
        total: Int64?, problems: [ProbeError], interruption: ProbeError?, duration: Duration
    ) -> KeyspaceReport {
        KeyspaceReport(
            keysSeen: keysSeen, keysTotal: total, vanished: vanished, changedType: changedType,
            finishedDatabases: finishedDatabases,
            types: types.map { name, tally in
                KeyspaceReport.TypeTotal(
                    type: name, total: tally.total, largest: tally.largest.records, longest: tally.longest.records)
            }.sorted { ($0.total.memory, $0.total.keys, $1.type) > ($1.total.memory, $1.total.keys, $0.type) },
            largest: largest.records, longest: longest.records, prefixes: prefixes.entries,
            otherPrefixes: prefixes.rest,
            patterns: patterns.map { .init(pattern: $0.pattern.description, total: $0.total) },
            problems: problems, interruption: interruption, duration: duration)
    }
}
