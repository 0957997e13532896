import Glibc
import Playground
import Redis
import TLS

/// A private redis-server (or Sentinel) in a temporary folder on a port of its own; killed when dropped.
final class LiveRedis: Sendable {
    let port: UInt16
    let folder: String
    private let process: pid_t
    private let tls: TLSClientSettings?

    /// - Parameters:
    ///   - configuration: lines of redis.conf beside port, folder and address.
    ///   - installation: by default Debian's.
    init(
        _ configuration: [String] = [], sentinel: Bool = false, port: UInt16? = nil,
        of installation: RedisInstallation? = nil
    ) async throws {
        self.port = port ?? LoopbackListener.unusedPort()
        tls = nil
        folder = try Self.makeFolder()
        let lines =
            [
                "port \(self.port)", "bind 127.0.0.1", "dir \(folder)", "logfile \(folder)/log", "daemonize no",
                sentinel ? "" : "save \"\"",
            ] + configuration
        let path = folder + "/redis.conf"
        try Self.write(lines, to: path)
        let program = try (installation ?? .usual).server
        process = try Self.start([program, path] + (sentinel ? ["--sentinel"] : []))
        try await waitUntilListening()
    }

    /// A server that speaks TLS only, shows this certificate and wants one of the client's where `wantsClients`.
    init(
        showing kind: ServerCertificates.Kind, wantsClients: Bool = false, _ configuration: [String] = [],
        of installation: RedisInstallation? = nil
    ) async throws {
        let certificates = try await Playground.shared.certificates()
        let shown = try certificates.server(kind)
        port = LoopbackListener.unusedPort()
        tls = TLSClientSettings(trust: Trust(file: certificates.authority))
        folder = try Self.makeFolder()
        let lines = [
            "port 0", "tls-port \(port)", "bind 127.0.0.1", "dir \(folder)", "logfile \(folder)/log", "save \"\"",
            "tls-cert-file \(shown.certificate)", "tls-key-file \(shown.key)",
            "tls-ca-cert-file \(certificates.authority)", "tls-auth-clients \(wantsClients ? "yes" : "no")",
        ]
        let path = folder + "/redis.conf"
        try Self.write(lines + configuration, to: path)
        process = try Self.start([try (installation ?? .usual).server, path])
        try await waitUntilListening()
    }

    private static func write(_ lines: [String], to path: String) throws {
        guard let file = fopen(path, "w") else { throw Failure("cannot write \(path)") }
        fputs(lines.joined(separator: "\n") + "\n", file)
        fclose(file)
    }

    deinit {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
        _ = try? Self.start(["rm", "-rf", folder])
    }

    /// With the authority that signed for the server where it speaks TLS.
    var settings: RedisSettings { RedisSettings(endpoint: .tcp(host: "127.0.0.1", port: port), tls: tls) }

    struct Failure: Error {
        let message: String
        init(_ message: String) { self.message = message }
    }

    /// Stops answering, or answers again, without losing the connection.
    func freeze() { kill(process, SIGSTOP) }
    func thaw() { kill(process, SIGCONT) }

    /// Ends it for good; its folder stays until the value is dropped.
    func end() {
        kill(process, SIGKILL)
        // Waited for when the value is dropped.
        var info = siginfo_t()
        waitid(P_PID, id_t(process), &info, WEXITED | WNOWAIT)
    }

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
