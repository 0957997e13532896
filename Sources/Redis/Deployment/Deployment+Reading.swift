import Diagnostics
import Network

extension Deployment {
    /// The node that a shard is read from, with why it is that one.
    public struct Reader: Sendable, Hashable {
        public let node: Node
        /// What a person should know: that it is a replica, or why no replica was taken; nil where there was no choice.
        public let reason: String?
    }

    /// Which node of a shard to read from: a replica that is healthy by its own account, so that the master has all its
    /// time for those who write; the master where none is, or where somebody asks for it.
    ///
    /// A replica that the person named is taken as it is. A master whose slots are on their way has keys that its replicas
    /// would not serve, so it is read itself.
    public func reader(
        of shard: Shard, fromMaster: Bool = false, until deadline: Deadline
    ) async throws(ProbeError) -> Reader {
        guard !isCluster, named.role == .replica else {
            return try await choice(of: shard, fromMaster, until: deadline)
        }
        guard fromMaster else { return Reader(node: named, reason: "a replica, as it was named") }
        guard let master = shard.master else { throw .masterLost(shard) }
        return Reader(node: master, reason: "the master, as asked for")
    }

    private func choice(
        of shard: Shard, _ fromMaster: Bool, until deadline: Deadline
    ) async throws(ProbeError) -> Reader {
        if fromMaster {
            guard let master = shard.master else { throw .masterLost(shard) }
            return Reader(node: master, reason: shard.replicas.isEmpty ? nil : "the master, as asked for")
        }
        var flaws: [String] = []
        for replica in shard.replicas {
            if let flaw = await flaw(of: replica, until: deadline.within(.seconds(2))) {
                flaws.append("\(replica): \(flaw)")
            } else {
                return Reader(node: replica, reason: "a replica, to spare the master")
            }
        }
        guard let master = shard.master else { throw .masterLost(shard) }
        return Reader(
            node: master,
            reason: flaws.isEmpty ? nil : "the master, since no replica will do (\(flaws.joined(separator: "; ")))")
    }

    /// What speaks against a replica by its own account, or that it cannot be asked.
    private func flaw(of replica: Node, until deadline: Deadline) async -> String? {
        if let flaw = replica.flaw { return flaw }
        let settings = settings(for: replica)
        do throws(ProbeError) {
            var connection = try await RedisConnection.connect(settings, until: deadline)
            let questions = [RedisCommand("INFO", "replication"), RedisCommand("INFO", "persistence")]
            let session = await RedisSession.open(&connection, settings, asking: questions, until: deadline)
            let info = RedisInfo(try session.text(0))
            if let text = session.replies[1]?.text, RedisInfo(text).persistence.isLoading == true {
                return "it is reading its data from disk"
            }
            return info.replication.flawAsReplica
        } catch {
            return error.message
        }
    }
}

extension RedisInfo.Replication {
    fileprivate var flawAsReplica: String? {
        guard let upstream else { return "it says that it is no replica" }
        if upstream.isSynchronising { return "it is being synchronised" }
        if !upstream.isUp { return "its link to the master is down" }
        return nil
    }
}

extension ProbeError {
    fileprivate static func masterLost(_ shard: Deployment.Shard) -> ProbeError {
        ProbeError(
            .unreachable, step: "find a node to read", message: "slots \(shard.slots ?? SlotRanges()) have no master",
            advice: "see diag redis cluster")
    }
}
