import Foundation
import Synchronization

/// A run that has not ended yet.
final class Running: Sendable {
    private let child: Child
    private let output: Stream
    private let errors: Stream
    /// Kept until the process has ended: its folder goes with it.
    private let home: Home

    init(_ child: Child, _ output: Stream, _ errors: Stream, _ home: Home) {
        self.child = child
        self.output = output
        self.errors = errors
        self.home = home
    }

    var pid: pid_t { child.pid }

    func signal(_ number: CInt) { kill(child.pid, number) }

    /// Returns as soon as that was written to standard error.
    func waitForErrors(containing text: String) async throws {
        let end = ContinuousClock.now + Child.patience
        while !errors.text.contains(text) {
            guard ContinuousClock.now < end else { throw DiagError("'\(text)' did not come: \(errors.text)") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Waits for the end; a process that does not come to it is killed, and that fails the test.
    func end() async throws -> Outcome {
        let status = try await child.end()
        await output.finish()
        await errors.finish()
        return Outcome(status: status, output: output.text, errors: errors.text)
    }
}

/// A process of ours, awaited by a thread of its own.
final class Child: Sendable {
    /// Nothing here takes a tenth of that, but for a machine that is very busy.
    static let patience = Duration.seconds(120)

    let pid: pid_t

    private init(pid: pid_t) { self.pid = pid }

    static let spawning = Mutex(())

    static func spawn(
        _ words: [String], _ environment: [String: String], input: CInt = -1, output: CInt, errors: CInt
    ) throws -> Child {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if input >= 0 {
            posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        }
        if output >= 0 {
            posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        } else {
            posix_spawn_file_actions_addclose(&actions, STDOUT_FILENO)
        }
        posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The runner of the tests may ignore SIGPIPE and block others; a shell gives a program neither.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let arguments = words.map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for copy in arguments + variables { free(copy) } }
        var pid: pid_t = 0
        let code = spawning.withLock { _ in
            posix_spawn(&pid, words[0], &actions, &attributes, arguments, variables)
        }
        guard code == 0 else { throw DiagError("\(words[0]): \(String(cString: strerror(code)))") }
        return Child(pid: pid)
    }

    /// - Returns: the exit code, or 128 and the number of the signal that ended it, as in a shell.
    func end() async throws -> Int32 {
        let watchdog = Task { [pid] in
            try await Task.sleep(for: Self.patience)
            kill(pid, SIGKILL)
        }
        defer { watchdog.cancel() }
        let status = await onThread { [pid] in
            var status: CInt = 0
            while waitpid(pid, &status, 0) == -1 && errno == EINTR {}
            return status
        }
        let signal = status & 0x7F
        if signal == SIGKILL { throw DiagError("did not end within \(Self.patience)") }
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }
}

/// Runs what may block on a thread of its own.
func onThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: work()) }
    }
}

/// The same for what may fail.
func onThreadThrowing<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await onThread { Result { try work() } }.get()
}
