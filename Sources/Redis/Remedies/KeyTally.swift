import Diagnostics

/// What a walk over keys has come to.
struct KeyTally: Sendable {
    /// Keys that are meant.
    private(set) var matched: Int64 = 0
    /// Of them, those that it was done to.
    var done: Int64 = 0
    /// Those that have a TTL of their own, and keep it.
    var spared: Int64 = 0
    /// Those that were gone, or had got a TTL, when their turn came.
    var gone: Int64 = 0
    /// Those of slots that are on their way to another node.
    var moved: Int64 = 0
    /// Some of the names.
    private(set) var examples: [KeyName] = []

    private var measured: Int64 = 0
    private var bytes: Int64 = 0

    private static let mostExamples = 5

    mutating func match(_ keys: [[UInt8]]) {
        matched += Int64(keys.count)
        for key in keys.prefix(max(0, Self.mostExamples - examples.count)) { examples.append(KeyName(key)) }
    }

    /// Of the keys to be matched next, those that stand for all: the first thousand, and then each twentieth. What a purge frees
    /// is not worth a question for each.
    func sample(of count: Int) -> [Int] {
        (0..<count).filter { matched + Int64($0) < 1000 || (matched + Int64($0)) % 20 == 0 }
    }

    mutating func measure(_ usage: Int64?) {
        guard let usage else { return }
        measured += 1
        bytes &+= usage
    }

    /// Bytes of all that match, by those that were measured; nil where the server does not tell (before 4.0, or not permitted).
    var memory: Int64? {
        measured > 0 ? Int64((Double(bytes) / Double(measured) * Double(matched)).rounded()) : nil
    }

    /// Whether each of them was measured.
    var isExact: Bool { measured >= matched }
}
