extension RedisInfo {
    /// All in bytes but the counts. What a version does not tell is nil.
    public struct Memory: Sendable, Hashable {
        public let used: Int64?
        public let resident: Int64?
        public let peak: Int64?
        public let dataset: Int64?
        /// Zero when no limit is set.
        public internal(set) var maximum: Int64?
        public internal(set) var policy: String?
        /// Replication buffers and the like, which eviction leaves out when it compares with the limit (4.0 and later).
        public let notCountedForEviction: Int64?
        /// Of the host, even inside a container (3.2 and later).
        public let systemTotal: Int64?
        public let fragmentationRatio: Double?
        /// What is not the dataset: buffers, hash tables, what it took at the start.
        public let overhead: Int64?
        public let startup: Int64?
        public let clientBuffers: Int64?
        public let replicaBuffers: Int64?
        /// What the backlog takes at the moment, which may be less than its size.
        public let backlog: Int64?
        public let appendOnlyBuffer: Int64?
        public let clusterLinks: Int64?
        public let scripts: Int64?
        public let cachedScripts: Int64?
        /// Objects that UNLINK and the like left to a thread in the background.
        public let waitingToBeFreed: Int64?
        public let isDefragmenting: Bool?
        /// `jemalloc-5.3.0`, `libc`.
        public let allocator: String?
    }

    public var memory: Memory {
        Memory(
            used: integer("used_memory"), resident: integer("used_memory_rss"), peak: integer("used_memory_peak"),
            dataset: integer("used_memory_dataset"), maximum: integer("maxmemory"), policy: text("maxmemory_policy"),
            notCountedForEviction: integer("mem_not_counted_for_evict"),
            systemTotal: integer("total_system_memory"), fragmentationRatio: number("mem_fragmentation_ratio"),
            overhead: integer("used_memory_overhead"), startup: integer("used_memory_startup"),
            clientBuffers: integer("mem_clients_normal"), replicaBuffers: integer("mem_clients_slaves"),
            backlog: integer("mem_replication_backlog"), appendOnlyBuffer: integer("mem_aof_buffer"),
            clusterLinks: integer("mem_cluster_links"),
            scripts: integer("used_memory_scripts") ?? integer("used_memory_scripts_eval"),
            cachedScripts: integer("number_of_cached_scripts"),
            waitingToBeFreed: integer("lazyfree_pending_objects"), isDefragmenting: flag("active_defrag_running"),
            allocator: text("mem_allocator"))
    }
}

extension RedisInfo.Memory {
    /// INFO tells maxmemory since 3.2; an older server's CONFIG GET does, where it is allowed.
    func completed(maximum: Int64?, policy: String?) -> RedisInfo.Memory {
        var memory = self
        memory.maximum = self.maximum ?? maximum
        memory.policy = self.policy ?? policy
        return memory
    }

    /// Whether reaching the limit makes keys go rather than writes fail. Nil where there is no limit, or no policy is told.
    var evicts: Bool? {
        guard let policy, let maximum, maximum > 0 else { return nil }
        return policy != "noeviction"
    }
}
