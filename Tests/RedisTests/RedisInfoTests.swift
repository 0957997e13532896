import Redis
import Testing

@Suite("Reading INFO")
struct RedisInfoTests {
    private let master = RedisInfo(
        """
        # Server\r
        redis_version:7.0.15\r
        redis_mode:standalone\r
        run_id:a8536c7e4db4d0e33584a1071b3a8213f0b91677\r
        config_file:\r
        \r
        # Memory\r
        used_memory:1000\r
        used_memory_rss:3000\r
        maxmemory:2000\r
        maxmemory_policy:noeviction\r
        mem_not_counted_for_evict:100\r
        mem_fragmentation_ratio:-nan\r
        a line without a colon\r
        :no name\r
        brand_new_field:a:b=c\r
        # Stats\r
        keyspace_hits:3\r
        keyspace_misses:1\r
        rejected_connections:many\r
        # Replication\r
        role:master\r
        slave0:ip=10.0.0.2,port=6379,state=online,offset=90,lag=1\r
        slave1:ip=fe80::1,port=6379,state=wait_bgsave,offset=0,lag=-1\r
        slave2:rubbish\r
        slave_priority:100\r
        master_repl_offset:100\r
        # Commandstats\r
        cmdstat_config|get:calls=2,usec=10,usec_per_call=5.00,rejected_calls=0,failed_calls=0\r
        # Keyspace\r
        db10:keys=5,expires=2,avg_ttl=0\r
        db2:keys=3,expires=0,avg_ttl=0,subexpiry=0\r
        dbx:keys=3\r
        """)

    @Test func knownFieldsAreTyped() {
        #expect(master.server.version == "7.0.15")
        #expect(master.server.configFile == nil)
        #expect(master.memory.used == 1000)
        #expect(master.memory.policy == "noeviction")
        #expect(master.stats.hitRatio == 0.75)
        #expect(master.databases.map(\.index) == [2, 10])
        #expect(master.databases.map(\.expiring) == [0, 2])
        #expect(master.commandStatistics.map(\.command) == ["config|get"])
    }

    @Test func unknownFieldsAndTheOrderOfSectionsAreKept() {
        #expect(master["brand_new_field"] == "a:b=c")
        #expect(
            master.sections.map(\.name) == ["Server", "Memory", "Stats", "Replication", "Commandstats", "Keyspace"])
    }

    @Test func badLinesAreCountedAndCostNothingElse() {
        #expect(master.badLines == 2)
        #expect(master.memory.fragmentationRatio == nil)
        #expect(master.stats.rejectedConnections == nil)
    }

    @Test func replicasAreReadFromNumberedLinesOnly() {
        let replicas = master.replication.replicas
        #expect(replicas.map(\.address) == ["10.0.0.2:6379", "[fe80::1]:6379"])
        #expect(replicas.map(\.lagSeconds) == [1, nil])
        #expect(master.replication.upstream == nil)
    }

    @Test func aReplicaTellsOfItsMaster() {
        let info = RedisInfo(
            "role:slave\r\nmaster_host:10.0.0.1\r\nmaster_port:6379\r\nmaster_link_status:down\r\n"
                + "master_last_io_seconds_ago:-1\r\nmaster_link_down_since_seconds:12\r\nslave_repl_offset:7\r\n")
        #expect(info.replication.upstream?.address == "10.0.0.1:6379")
        #expect(info.replication.upstream?.isUp == false)
        #expect(info.replication.upstream?.secondsSinceLastWord == nil)
        #expect(info.replication.upstream?.secondsDown == 12)
        #expect(info.replication.offset == 7)
    }

    @Test(arguments: ["", "\r\n", "#", ":", "\u{0}\u{1}", "used_memory:99999999999999999999"])
    func nothingUsefulIsNothing(text: String) {
        #expect(RedisInfo(text).memory.used == nil)
    }
}

@Suite("How full a Redis server's memory is")
struct MemoryUseTests {
    private func use(_ info: String, host: Int64? = nil) -> MemoryUse? {
        MemoryUse(RedisInfo(info).memory, hostMemory: host)
    }

    @Test func whatEvictionDoesNotCountIsLeftOut() {
        let use = use("used_memory:1000\r\nmem_not_counted_for_evict:100\r\nmaxmemory:2000\r\n")
        #expect(use?.ratio == 0.45)
        #expect(use?.limit == .configured)
    }

    @Test func aLimitBelowWhatIsUsedIsMoreThanFull() {
        #expect(use("used_memory:3000\r\nmaxmemory:2000\r\n")?.ratio == 1.5)
    }

    @Test func withoutALimitNothingIsDividedByZero() {
        let info = "used_memory:1000\r\nused_memory_rss:4000\r\nmaxmemory:0\r\ntotal_system_memory:16000\r\n"
        #expect(use(info)?.ratio == 0.25)
        #expect(use(info)?.limit == .systemTotal)
        #expect(use(info, host: 8000)?.ratio == 0.5)
        #expect(use(info, host: 8000)?.limit == .host)
        #expect(use(info, host: 0)?.limit == .systemTotal)
        #expect(use(info, host: 64_000)?.limit == .systemTotal)
    }

    @Test(arguments: [
        "", "used_memory:1\r\n", "used_memory_rss:1\r\nmaxmemory:0\r\ntotal_system_memory:0\r\n", "maxmemory:5\r\n",
    ])
    func whatIsMissingIsNotGuessed(info: String) { #expect(use(info) == nil) }
}
