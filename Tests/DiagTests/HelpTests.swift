import Testing

@Suite("What a person who does not know the commands is told")
struct HelpTests {
    static let commands = [
        "", "sweep", "pg connections", "pg replication", "pg locks", "pg deadlocks", "pg statements", "pg idle",
        "pg activity", "pg vacuum", "pg size", "pg settings", "pg pools", "pg cancel",
        "pg terminate",
        "pg kill-idle", "pg unblock", "pg role", "pg query", "pg queries", "redis info", "redis memory",
        "redis clients", "redis slowlog", "redis latency",
        "redis replication", "redis persistence",
        "redis keyspace", "redis hotkeys", "redis acl",
        "redis sentinel", "redis keys", "redis cluster", "redis purge", "redis expire", "redis kill-client",
        "redis flushdb",
        "tls", "tls check", "tls file", "tls drift", "tls certbot", "http", "host", "logs", "explain",
        "net", "containers", "rules", "dashboard", "schema", "config check", "status", "ack", "unack", "history",
        "incident",
        "watch", "schedule cron", "schedule systemd", "schedule kubernetes",
    ]

    @Test(arguments: commands)
    func theHelpOfEachCommandHasExamples(command: String) async throws {
        let outcome = try await Diag.run(command.split(separator: " ").map(String.init) + ["--help"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("EXAMPLES\n  diag"))
        #expect(outcome.errors.isEmpty)
    }

    @Test(arguments: ["pg", "redis", "config", ""])
    func aGroupOfCommandsAloneShowsWhatIsInIt(command: String) async throws {
        let outcome = try await Diag.run(command.isEmpty ? [] : [command])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("SUBCOMMANDS:"))
    }

    @Test func theVersionIsOneLine() async throws {
        let outcome = try await Diag.run("--version")
        #expect(outcome.status == 0)
        #expect(outcome.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    }

    @Test(
        arguments: [
            (["sweeep"], "'sweeep' is no command of diag (did you mean 'sweep'?)"),
            (["pg", "lock"], "'lock' is no command of diag pg (did you mean 'locks'?)"),
            (["redis", "xyzzy"], "It has: info, memory, "),
            (["sweep", "--formt", "json"], "Did you mean '--format'?"),
            (["sweep", "--format", "xml"], "Please provide one of the following"),
            (["sweep", "--timeout", "5x"], "500ms, 5s, 1m"),
            (["sweep", "--timeout", "0s"], "500ms, 5s, 1m"),
            (["sweep", "--concurrency", "0"], "at least 1"),
            (["sweep", "--state", "x", "--no-state"], "exclude each other"),
            (["sweep", "--only", "redsi"], "did you mean 'redis'?"),
            (["sweep", "--skip", "DiskSpaceLo"], "did you mean 'DiskSpaceLow'?"),
            (["explain", "RedisMemoryFul"], "did you mean 'RedisMemoryFull'?"),
            (["redis", "keys", "--top", "0"], "--top must be at least 1"),
            (["redis", "purge", "cache"], "--pattern"),
            (["redis", "purge", "--pattern", "", "cache"], "--pattern must not be empty"),
            (["redis", "purge", "--pattern", "a*", "--rate", "0"], "--rate must be at least 1"),
            (["redis", "purge", "--pattern", "a*", "--type", "sorted"], "--type must be"),
            (["redis", "expire", "--pattern", "a*"], "--in"),
            (["redis", "expire", "--pattern", "a*", "--in", "0s"], "--in"),
            (["redis", "kill-client", "cache"], "name a client, or say which"),
            (["redis", "kill-client", "7", "--idle-longer-than", "1h"], "either name clients, or say which"),
            (["redis", "kill-client", "worker", "7"], "'worker' is no client"),
            (["redis", "flushdb", "--yes", "--dry-run"], "exclude each other"),
            (["redis", "bigkeys", "--database", "x"], "--database"),
            (["pg", "cancel"], "name the pid of at least one session"),
            (["pg", "cancel", "db"], "name the pid of at least one session"),
            (["pg", "terminate", "4711", "db", "other"], "one server at a time"),
            (["pg", "terminate", "4711@yesterday"], "PID@START"),
            (["pg", "terminate", "4711", "--yes", "--dry-run"], "exclude each other"),
            (["pg", "kill-idle"], "--older-than"),
            (["pg", "kill-idle", "--older-than", "10m", "--limit", "0"], "--limit must be at least 1"),
            (["pg", "kill-idle", "--older-than", "10m", "--address", "x"], "--address"),
            (["schedule", "cron", "--every", "7m"], "take 6m or 10m"),
            (["schedule", "cron", "--every", "30s"], "a systemd timer can"),
            (["schedule", "systemd", "--config", "diag.yaml"], "a whole path"),
            (["schedule", "systemd", "--user", "x; rm"], "no name of a user"),
            (["schedule", "kubernetes", "--namespace", "A_b"], "no name in Kubernetes"),
            (["watch", "--every", "100ms"], "at least 0.5s"),
            (["sweep", "--shard", "3/3"], "from 0 to 2"), (["sweep", "--shard", "3"], "JOB_COMPLETION_INDEX"),
            (["host", "somewhere"], "no host is called 'somewhere'"),
        ] as [([String], String)])
    func badUsageIsToldWithAHint(arguments: [String], hint: String) async throws {
        let outcome = try await Diag.run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.errors.hasPrefix("Error: "))
        #expect(outcome.errors.contains(hint))
        #expect(outcome.output.isEmpty)
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func shellsCanCompleteTheCommands(shell: String) async throws {
        let outcome = try await Diag.run("--generate-completion-script", shell)
        #expect(outcome.status == 0)
        for word in ["keys", "replication", "explain"] { #expect(outcome.output.contains(word)) }
    }
}
