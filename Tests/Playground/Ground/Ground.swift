import Foundation
import Glibc
import Synchronization

/// The temporary folder of one playground, the processes that live in it, and what must be closed at the end.
final class Ground: Sendable {
    let folder: String
    private let watchdog: Watchdog
    private let closers = Mutex<[@Sendable () -> Void]>([])
    private let isStopped = Mutex(false)

    init() throws {
        folder = try Self.newFolder()
        do {
            watchdog = try Watchdog(folder: folder)
        } catch {
            rmdir(folder)
            throw error
        }
    }

    deinit { close() }

    /// What is started here and is not a server of `start` ends with the others.
    var group: pid_t { watchdog.group }

    /// A new folder that the servers may write to.
    func makeFolder(_ name: String, mode: mode_t = 0o755) throws -> String {
        let path = folder + "/" + name
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw PlaygroundError.system("mkdir \(path)") }
        try giveToServers(path)
        return path
    }

    /// Writes a file that the servers own.
    func write(_ text: String, to path: String, mode: mode_t = 0o644) throws {
        try create(path, text, mode: mode)
        try giveToServers(path)
    }

    /// Writes a secret for clients; only the person who runs the playground can read it.
    func writeSecret(_ secret: String, named name: String) throws -> String {
        let path = folder + "/" + name
        try create(path, secret + "\n", mode: 0o600)
        return path
    }

    /// Starts a server as whoever servers run as. Its output goes to `log`.
    func start(_ name: String, _ tool: Tool, _ arguments: [String], folder: String, log: String) throws -> Child {
        let child = try spawn(name, tool, arguments, in: folder, output: log)
        try record(child)
        return child
    }

    /// Starts a program as whoever runs the playground: what sets up networks needs its rights.
    func startAsOneself(_ name: String, _ words: [String], output: String) throws -> Child {
        if isStopped.withLock({ $0 }) { throw PlaygroundError("the playground was stopped", isFinal: true) }
        let command = Command(name: name, words: words, folder: folder, output: output)
        return try command.spawned(inGroup: watchdog.group)
    }

    /// Runs a program to its end, as whoever servers run as.
    func run(_ tool: Tool, _ arguments: [String], in folder: String) throws {
        let log = folder + "/" + tool.name + ".output"
        let child = try spawn(tool.name, tool, arguments, in: folder, output: log)
        try child.waitForEnd(within: .seconds(60))
        if child.exitStatus != 0 { try child.checkRunning() }
    }

    /// `action` is run once, when the playground stops.
    func atEnd(_ action: @escaping @Sendable () -> Void) { closers.withLock { $0.append(action) } }

    func stop() {
        let wasStopped = isStopped.withLock { stopped in
            defer { stopped = true }
            return stopped
        }
        if wasStopped { return }
        close()
        watchdog.stop()
    }

    private func close() {
        let actions = closers.withLock { closers in
            defer { closers = [] }
            return closers
        }
        for action in actions { action() }
    }

    private func spawn(
        _ name: String, _ tool: Tool, _ arguments: [String], in folder: String, output: String
    ) throws -> Child {
        if isStopped.withLock({ $0 }) { throw PlaygroundError("the playground was stopped", isFinal: true) }
        let words = (try Identity.forServers?.prefix() ?? []) + [try tool.path()] + arguments
        return try Command(name: name, words: words, folder: folder, output: output).spawned(inGroup: watchdog.group)
    }

    /// The watchdog needs no list; people who look into the folder like one.
    private func record(_ child: Child) throws {
        let path = folder + "/processes"
        guard let file = fopen(path, "ae") else { throw PlaygroundError.system("open \(path)") }
        defer { fclose(file) }
        fputs("\(child.pid) \(child.name)\n", file)
    }

    /// Never readable by more than `mode` says, not even for a moment.
    private func create(_ path: String, _ text: String, mode: mode_t) throws {
        unlink(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw PlaygroundError.system("create \(path)") }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: Data(text.utf8))
    }

    private func giveToServers(_ path: String) throws {
        guard let identity = Identity.forServers else { return }
        guard chown(path, identity.uid, identity.gid) == 0 else { throw PlaygroundError.system("chown \(path)") }
    }

    /// Under `TMPDIR`, but for a path too long for a unix socket, which takes 107 bytes.
    private static func newFolder() throws -> String {
        let wanted = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        let root = wanted.utf8.count > 50 ? "/tmp" : wanted
        var template = Array("\(root)/diag-playground-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw PlaygroundError.system("mkdtemp") }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(path, 0o755)
        return path
    }
}
