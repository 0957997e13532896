import Foundation
import Glibc
import Synchronization

/// Where standard output or standard error of a run goes.
final class Stream: Sendable {
    let childEnd: CInt
    private let ended: DispatchGroup
    private let received: Mutex<[UInt8]>
    /// Where keys are pressed; -1 for what is no terminal.
    private let keyboard: CInt

    private init(childEnd: CInt, ended: DispatchGroup = DispatchGroup(), keyboard: CInt = -1) {
        self.childEnd = childEnd
        self.ended = ended
        self.keyboard = keyboard
        received = Mutex([])
    }

    /// A pipe that is read to its end.
    static func pipe() -> Stream {
        let (reading, writing) = newPipe()
        return Stream(childEnd: writing).reading(from: reading)
    }

    /// A pipe whose reader has gone away already, as `| head` does.
    static func abandoned() -> Stream {
        let (reading, writing) = newPipe()
        close(reading)
        return Stream(childEnd: writing)
    }

    /// Nothing at all, as after `>&-`.
    static func closed() -> Stream { Stream(childEnd: -1) }

    static func file(_ path: String) throws -> Stream {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DiagError("cannot open \(path)") }
        return Stream(childEnd: descriptor)
    }

    /// A terminal of 100 columns; what is written to it can be read as from a pipe.
    static func terminal(columns: UInt16 = 100, rows: UInt16 = 40) throws -> Stream {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (unlock, number): (CInt, CInt) = (0, 0)
        guard master >= 0, ioctl(master, lockTerminal, &unlock) == 0, ioctl(master, terminalNumber, &number) == 0 else {
            throw DiagError("no terminal to be had")
        }
        let terminal = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else { throw DiagError("cannot open /dev/pts/\(number)") }
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(terminal, UInt(TIOCSWINSZ), &size)
        return Stream(childEnd: terminal, keyboard: master).reading(from: master)
    }

    /// Presses keys, as the bytes that a terminal sends for them.
    func type(_ keys: String) {
        let bytes = Array(keys.utf8)
        _ = bytes.withUnsafeBytes { write(keyboard, $0.baseAddress, $0.count) }
    }

    /// Gives the terminal another size; whom it has to be told must be told.
    func resize(columns: UInt16, rows: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(keyboard, UInt(TIOCSWINSZ), &size)
    }

    /// Whether keys are shown and lines are waited for, as a terminal is in the beginning.
    var isAsFound: Bool {
        var mode = termios()
        tcgetattr(keyboard, &mode)
        return mode.c_lflag & tcflag_t(ICANON) != 0 && mode.c_lflag & tcflag_t(ECHO) != 0
    }

    /// TIOCSPTLCK and TIOCGPTN of ioctl_tty(2), which are macros that do not import.
    private static let (lockTerminal, terminalNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)

    /// What has come so far, with a terminal's line ends as they were written.
    var text: String {
        String(decoding: received.withLock { $0 }, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
    }

    func closeChildEnd() { if childEnd >= 0 { close(childEnd) } }

    /// Returns when all has been read.
    func finish() async { await onThread { [ended] in ended.wait() } }

    private func reading(from descriptor: CInt) -> Stream {
        ended.enter()
        Thread.detachNewThread { [self] in
            var page = [UInt8](repeating: 0, count: 65_536)
            while true {
                // A terminal whose last writer has gone gives EIO, a pipe its end.
                let count = read(descriptor, &page, page.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { break }
                received.withLock { $0 += page.prefix(count) }
            }
            close(descriptor)
            ended.leave()
        }
        return self
    }

    /// Under the lock because no process may be started between the making and the marking: it would inherit the pipe and
    /// keep it open. (`pipe2` does not import.)
    private static func newPipe() -> (reading: CInt, writing: CInt) {
        Child.spawning.withLock { _ in
            var ends: [CInt] = [0, 0]
            precondition(Glibc.pipe(&ends) == 0, "no pipe")
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return (ends[0], ends[1])
        }
    }
}
