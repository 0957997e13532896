import Playground
import Testing

@Suite("Passwords get in, and never out")
struct SecretsTests {
    /// Where a password can come from. Each is tried with the right one and with a wrong one.
    enum Way: String, CaseIterable, Sendable {
        case variable, file, passwordOfEnvironment, pgpass, uri
    }

    @Test(arguments: Way.allCases, [true, false])
    func ofPostgreSQL(way: Way, isRight: Bool) async throws {
        let servers = try await Playground.shared.postgresql()
        let monitor = servers.monitor
        let password = isRight ? monitor.password : "Wr0ngS3cret"
        let place = "127.0.0.1:\(servers.primary.port)/\(servers.database)"
        let home = Home()
        var environment: [String: String] = [:]
        var url = "postgres://\(monitor.name)@\(place)"
        var extra = ""
        switch way {
        case .variable:
            environment["DB_PASSWORD"] = password
            extra = "password: ${DB_PASSWORD}"
        case .file: extra = "password_file: " + (try home.write(password + "\n", to: "secrets/db"))
        case .passwordOfEnvironment: environment["PGPASSWORD"] = password
        case .pgpass: environment["PGPASSFILE"] = try home.write("*:*:*:\(monitor.name):\(password)\n", to: "pgpass")
        case .uri: url = "postgres://\(monitor.name):\(password)@\(place)"
        }
        try home.configure("targets:\n  postgresql:\n    - name: db\n      url: \(url)\n      \(extra)\n")
        try await expect(["pg", "connections"], isRight, "postgresql db", home, environment, password)
        if way == .uri { try await expect(["pg", "connections", url], isRight, "127.0.0.1", Home(), [:], password) }
    }

    @Test(arguments: [Way.variable, .file, .passwordOfEnvironment, .uri], [true, false])
    func ofRedis(way: Way, isRight: Bool) async throws {
        let servers = try await Playground.shared.redis()
        let monitor = servers.monitor
        let password = isRight ? monitor.password : "Wr0ngS3cret"
        let place = "127.0.0.1:\(servers.master.port)"
        let home = Home()
        var environment: [String: String] = [:]
        var words = ["redis", "info"]
        switch way {
        case .variable:
            environment["CACHE_PASSWORD"] = password
            try home.configure(redis(place, monitor.name, "password: ${CACHE_PASSWORD}"))
        case .file:
            let file = try home.write(password, to: "secrets/cache")
            try home.configure(redis(place, monitor.name, "password_file: \(file)"))
        case .passwordOfEnvironment:
            environment["REDISCLI_AUTH"] = password
            words.append("redis://\(monitor.name)@\(place)?user=\(monitor.name)")
        case .uri, .pgpass: environment["REDIS_URL"] = "redis://\(monitor.name):\(password)@\(place)/0"
        }
        if way == .passwordOfEnvironment { words[2] = "redis://\(place)?user=\(monitor.name)" }
        try await expect(words, isRight, "redis ", home, environment, password)
    }

    @Test func aTokenOfTheApplication() async throws {
        let application = try await Playground.shared.application()
        let home = Home()
        try home.configure("targets:\n  http: {name: app, url: \"\(application.url)\", token: \"${TOKEN}\"}\n")
        let outcome = try await Diag.run("http", in: home, environment: ["TOKEN": application.token])
        #expect(outcome.output.contains("http app"))
        #expect(!outcome.everything.contains(application.token))
    }

    private func redis(_ place: String, _ user: String, _ secret: String) -> String {
        "targets:\n  redis:\n    - name: cache\n      url: redis://\(place)\n      user: \(user)\n      \(secret)\n"
    }

    private func expect(
        _ words: [String], _ isRight: Bool, _ title: String, _ home: Home, _ environment: [String: String],
        _ password: String
    ) async throws {
        for format in ["text", "json"] {
            let outcome = try await Diag.run(words + ["--format", format], in: home, environment: environment)
            // A busy machine may be slow to connect, which is an alert of its own.
            #expect(isRight ? outcome.status < 2 : outcome.status >= 2)
            if format == "text" {
                #expect(outcome.output.contains(title))
                #expect(outcome.output.contains("FAILED") == !isRight)
            } else {
                _ = try outcome.json
            }
            #expect(!outcome.everything.contains(password))
        }
    }
}
