import Diagnostics
import Glibc
import Network
import Synchronization

/// The terminal while somebody watches: each key is had at once and is not shown. It is as it was before when this ends, and
/// also when the process crashes, is stopped by ^Z or is ended by a signal.
struct WatchTerminal {
    /// What a signal means.
    enum Event: UInt8 {
        case quit = 1
        case resized, suspend, resumed
    }

    /// Whether keys can be read.
    static var isPossible: Bool { isatty(STDIN_FILENO) == 1 }

    /// Readable when a signal has come: a byte for each, the raw value of an event.
    let signals: CInt

    /// - Throws: `OutputError` where the terminal lets nobody read its mode.
    static func open() throws(OutputError) -> WatchTerminal {
        guard tcgetattr(STDIN_FILENO, &original) == 0 else {
            throw OutputError(message: "the terminal: \(describe(errno: errno))")
        }
        var ends: [CInt] = [0, 0]
        guard pipe(&ends) == 0 else { throw OutputError(message: "a pipe: \(describe(errno: errno))") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // A handler must never wait for room.
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        signalPipe.store(ends[1], ordering: .sequentiallyConsistent)
        for (number, event) in events { handle(number, with: event) }
        for number in crashes { restoreOnCrash(number) }
        let terminal = WatchTerminal(signals: ends[0])
        terminal.enter()
        return terminal
    }

    /// Keys one by one and unseen. ^C, ^Z and ^\ stay signals, and output is as ever.
    func enter() {
        var raw = original
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
        withUnsafeMutableBytes(of: &raw.c_cc) { codes in
            codes[Int(VMIN)] = 1
            codes[Int(VTIME)] = 0
        }
        tcsetattr(STDIN_FILENO, TCSADRAIN, &raw)
        isEntered.store(true, ordering: .sequentiallyConsistent)
    }

    func leave() { restore() }

    /// Stops the process as ^Z does, and returns when it goes on.
    func suspend() {
        restore()
        raise(SIGSTOP)
        enter()
    }

    private static let events: [(CInt, Event)] = [
        (SIGINT, .quit), (SIGTERM, .quit), (SIGHUP, .quit), (SIGWINCH, .resized), (SIGTSTP, .suspend),
        (SIGCONT, .resumed),
    ]
    private static let crashes = [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGQUIT]

    private static func handle(_ number: CInt, with event: Event) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { number in
            let saved = errno
            var byte: UInt8 =
                switch number {
                case SIGWINCH: Event.resized.rawValue
                case SIGTSTP: Event.suspend.rawValue
                case SIGCONT: Event.resumed.rawValue
                default: Event.quit.rawValue
                }
            _ = write(signalPipe.load(ordering: .sequentiallyConsistent), &byte, 1)
            errno = saved
        }
        action.sa_flags = SA_RESTART
        sigaction(number, &action, nil)
    }

    /// All that a handler may do (signal-safety(7)): tcsetattr and write; then the signal has its usual effect.
    private static func restoreOnCrash(_ number: CInt) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { number in
            restore()
            kill(getpid(), number)
        }
        action.sa_flags = CInt(bitPattern: UInt32(SA_RESETHAND)) | SA_NODEFER
        sigaction(number, &action, nil)
    }
}

/// As the terminal was found. Written once, before any handler is there that reads it.
nonisolated(unsafe) private var original = termios()
private let isEntered = Atomic(false)
private let signalPipe = Atomic<CInt>(-1)

/// The first screen, a visible cursor, and the mode that was found.
private func restore() {
    guard isEntered.exchange(false, ordering: .sequentiallyConsistent) else { return }
    let text: StaticString = "\u{1B}[?2026l\u{1B}[?25h\u{1B}[?1049l\u{1B}[0m"
    _ = write(STDOUT_FILENO, text.utf8Start, text.utf8CodeUnitCount)
    tcsetattr(STDIN_FILENO, TCSANOW, &original)
}
