import Glibc
import Redis

/// A private redis-server (or Sentinel) in a temporary folder on a port of its own; killed when dropped.
final class LiveRedis: Sendable {
    let port: UInt16
    let folder: String
    private let process: pid_t

    /// - Parameter configuration: lines of redis.conf beside port, folder and address.
    init(_ configuration: [String] = [], sentinel: Bool = false, port: UInt16? = nil) async throws {
        self.port = port ?? LoopbackListener.unusedPort()
        folder = try Self.makeFolder()
        let lines =
            [
                "port \(self.port)", "bind 127.0.0.1", "dir \(folder)", "logfile \(folder)/log", "daemonize no",
                sentinel ? "" : "save \"\"",
            ] + configuration
        let path = folder + "/redis.conf"
        guard let file = fopen(path, "w") else { throw Failure("cannot write \(path)") }
        fputs(lines.joined(separator: "\n") + "\n", file)
        fclose(file)
        process = try Self.start(["redis-server", path] + (sentinel ? ["--sentinel"] : []))
        try await waitUntilListening()
    }

    deinit {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
        _ = try? Self.start(["rm", "-rf", folder])
    }

    var settings: RedisSettings { RedisSettings(endpoint: .tcp(host: "127.0.0.1", port: port)) }

    struct Failure: Error {
        let message: String
        init(_ message: String) { self.message = message }
    }

    /// Stops answering, or answers again, without losing the connection.
    func freeze() { kill(process, SIGSTOP) }
    func thaw() { kill(process, SIGCONT) }

    private static func makeFolder() throws -> String {
        var template = Array("/tmp/diag-redis-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure("mkdtemp") }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func start(_ arguments: [String]) throws -> pid_t {
        var process = pid_t()
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Whoever runs the tests waits for the end of their output: no server may hold it open.
        for descriptor in 0...2 { posix_spawn_file_actions_addopen(&actions, CInt(descriptor), "/dev/null", O_RDWR, 0) }
        guard posix_spawnp(&process, arguments[0], &actions, nil, &words, environ) == 0 else {
            throw Failure("cannot start \(arguments[0])")
        }
        return process
    }

    private func waitUntilListening() async throws {
        for _ in 0..<500 {
            if LoopbackListener.canConnect(to: port) { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Failure("redis-server on port \(port) does not listen")
    }
}
