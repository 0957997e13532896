import Diagnostics

/// One of several sweeps that share the targets among them.
///
/// By rendezvous hashing (Thaler and Ravishankar): each target belongs to the shard whose hash with it is the highest. No
/// shard needs to know the others, and with one shard more only those targets move that the new one gets.
public struct Shard: Sendable, Hashable {
    /// From zero, as Kubernetes counts the pods of an Indexed Job.
    public let index: Int
    public let count: Int

    /// Nil where there is no such shard.
    public init?(index: Int, count: Int) {
        guard count >= 1, (0..<count).contains(index) else { return nil }
        self.index = index
        self.count = count
    }

    /// `0/3`, or only `3` where the environment has the index, as in a pod of an Indexed Job.
    ///
    /// - Throws: `ShardError` with what is wrong.
    public init(_ text: String, environment: [String: String]) throws(ShardError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let count = parts.last.flatMap({ Int($0) }), count >= 1 else {
            throw ShardError("'\(text)' is no shard: 0/3, or 3 where \(Self.variable) has the index")
        }
        let given = parts.count == 2 ? String(parts[0]) : environment[Self.variable]
        guard let word = given else {
            throw ShardError("which of the \(count) shards? 0/\(count), or \(Self.variable) in the environment")
        }
        guard let index = Int(word), let shard = Shard(index: index, count: count) else {
            throw ShardError("shard '\(word)' of \(count): they count from 0 to \(count - 1)")
        }
        self = shard
    }

    /// Set by Kubernetes in each pod of an Indexed Job.
    public static let variable = "JOB_COMPLETION_INDEX"

    /// Whether the target is looked at here.
    public func owns(_ target: Target) -> Bool {
        let key = Self.key(target)
        let highest = (0..<count).max { StableHash.of("\(key)\u{0}\($0)") < StableHash.of("\(key)\u{0}\($1)") }
        return highest == index
    }

    /// What must be looked at together belongs together: targets that have a label `shard` in common, such as a primary
    /// and its standbys, and all Sentinels, as they are held against each other.
    private static func key(_ target: Target) -> String {
        if let shared = target.labels["shard"] { return "shard=\(shared)" }
        return target.kind == .sentinel ? "sentinels" : "\(target.kind.rawValue)/\(target.name)"
    }
}

/// A shard that cannot be meant.
public struct ShardError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
