import Diagnostics

extension LogReading {
    /// How often a log is read anew because it was truncated meanwhile.
    private static let attempts = 3

    /// Reads a log and as many of its predecessors as the window takes.
    ///
    /// - Throws: what keeps the log from being opened or read at all. What concerns a part of it is among `problems`.
    init(of settings: LogSettings, now: Timestamp, interruption: any Interruption) throws(ProbeError) {
        var reading: LogReading?
        for _ in 1...Self.attempts {
            let files = [try LogFile(settings.path)]
            var scan = LogScan(settings, now: now, interruption: interruption)
            if try scan.read(files), !files.contains(where: \.hasShrunk) {
                self = scan.reading
                return
            }
            reading = scan.reading
        }
        self = reading ?? LogReading(from: now.secondsSinceEpoch)
        problems.append(.truncatedAgain)
    }
}

extension LogScan {
    /// - Returns: false when a file was truncated meanwhile.
    fileprivate mutating func read(_ files: [LogFile]) throws(ProbeError) -> Bool {
        do {
            for file in files { try read(file) }
        } catch let error as ProbeError {
            throw error
        } catch is Truncated {
            return false
        } catch {
            interrupted()
        }
        return true
    }
}

extension ProbeError {
    fileprivate static let truncatedAgain = ProbeError(
        .local, step: "read the log", message: "it was truncated each time while it was read; lines may be missing")
}
