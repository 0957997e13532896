import Foundation
import Glibc
import Synchronization

/// What to run, where, and where its output goes.
struct Command: Sendable {
    var name: String
    var words: [String]
    var folder: String
    /// The file that standard output and standard error are appended to.
    var output: String
    var input: CInt?

    func spawned(inGroup group: pid_t) throws -> Child {
        Child(pid: try spawn(self, group: group), name: name, output: output)
    }
}

/// A process of ours. A thread waits for it, so that it never stays behind as a zombie.
final class Child: Sendable {
    let pid: pid_t
    let name: String
    let output: String
    private let status = Mutex<CInt?>(nil)

    init(pid: pid_t, name: String, output: String) {
        self.pid = pid
        self.name = name
        self.output = output
        detach("wait for \(name)") { self.reap() }
    }

    /// The status that `waitpid` gave, or `nil` while the process runs.
    var exitStatus: CInt? { status.withLock { $0 } }

    /// Does nothing to a process that has ended, whose number may be another's by now.
    func signal(_ signal: CInt) {
        status.withLock { if $0 == nil { kill(pid, signal) } }
    }

    func waitForEnd(within limit: Duration) throws {
        try waitUntil("\(name) has ended", within: limit, every: .milliseconds(5)) { exitStatus != nil }
    }

    /// - Throws: when the process has ended, with the last lines that it wrote.
    func checkRunning() throws {
        guard let status = exitStatus else { return }
        let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
        let last = text.split(separator: "\n").suffix(5).joined(separator: "\n")
        throw PlaygroundError("\(name) ended with status \(status): \(last)", isFinal: true)
    }

    /// The end is noticed without taking the process away, then both happen under the lock: see `signal`.
    private func reap() {
        var info = siginfo_t()
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) == -1 && errno == EINTR {}
        status.withLock { status in
            var value: CInt = 0
            waitpid(pid, &value, 0)
            status = value
        }
    }
}

private func spawn(_ command: Command, group: pid_t) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input = command.input {
        posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_addopen(&actions, 1, command.output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    for descriptor in inheritableDescriptors() { posix_spawn_file_actions_addclose(&actions, descriptor) }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, group)
    posix_spawnattr_setflags(
        &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    let words = try [Tool.shell.path(), "-c", #"cd "$0" && exec "$@""#, command.folder] + command.words
    let arguments = words.map { strdup($0) } + [nil]
    let environment = childEnvironment(home: command.folder).map { strdup($0) } + [nil]
    defer { for copy in arguments + environment { free(copy) } }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, words[0], &actions, &attributes, arguments, environment)
    guard code == 0 else {
        throw PlaygroundError("\(command.name): \(String(cString: strerror(code)))", isFinal: true)
    }
    return pid
}

/// All that this process has open and what others of its threads may open, without close-on-exec, before the child
/// begins: a server that held the end of somebody's pipe would keep it open for good. Closing a number that is not
/// open does no harm. (`closefrom` does not import.)
private func inheritableDescriptors() -> Range<CInt> {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    let highest = names.compactMap { CInt($0) }.max() ?? 3
    let limit = CInt(clamping: sysconf(CInt(_SC_OPEN_MAX)))
    return 3..<max(3, min(limit, highest + 256))
}

/// Nothing of ours: a PGPASSWORD or a locale of the person who runs the tests must not reach the servers.
private func childEnvironment(home: String) -> [String] {
    ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC", "HOME=\(home)"]
}
