import Diagnostics

/// How far back files reach.
struct Coverage {
    /// The window's first moment.
    let from: Double
    let clock: LineClock
    let interruption: any Interruption

    /// Lines may be a little out of order: one this much older, in seconds, shows that nothing before it counts.
    static let disorder = 60.0

    private static let head = 64 << 10

    /// Whether the file begins before the window, so that its predecessors are not needed.
    func reaches(_ file: LogFile) throws -> Bool {
        guard file.size > 0, let first = try firstMoment(of: file) else { return false }
        return first < from - Self.disorder
    }

    /// Whether one file is a copy of the log, complete or not. It is no longer than the log and begins with the same lines,
    /// which have dates, so that lines of another file are not the same.
    func isCopy(_ copy: LogFile, of log: LogFile) throws -> Bool {
        guard copy.size > 0, !copy.isCompressed, copy.size <= log.sizeNow else { return false }
        let size = min(copy.size, log.size, Self.head)
        let (left, right) = (try bytes(copy, size), try bytes(log, size))
        return left == right && left.withUnsafeBytes { firstMoment(in: $0) } != nil
    }

    private func firstMoment(of file: LogFile) throws -> Double? {
        guard file.isCompressed else {
            return try bytes(file, min(file.size, Self.head)).withUnsafeBytes { firstMoment(in: $0) }
        }
        do {
            var blocks = try GzipBlocks.open(file, size: Self.head, interruption: interruption)
            return try blocks.next { firstMoment(in: $0) } ?? nil
        } catch is ProbeError {
            // Reading the file will say what is wrong with it.
            return nil
        }
    }

    private func bytes(_ file: LogFile, _ count: Int) throws(ProbeError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        let count = try file.read(into: &buffer, at: 0, count: count)
        return Array(buffer.prefix(count))
    }

    private func firstMoment(in lines: Bytes) -> Double? {
        var clock = clock
        return Dating.firstMoment(in: lines, &clock)
    }
}
