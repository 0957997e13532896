import Diagnostics

extension LogReading {
    /// How often a log is read anew because it was truncated meanwhile.
    private static let attempts = 3

    /// Reads a log and as many of its predecessors as the window takes.
    ///
    /// - Throws: what keeps the log from being opened or read at all. What concerns a part of it is among `problems`.
    static func of(
        _ settings: LogSettings, now: Timestamp, interruption: any Interruption
    ) throws(ProbeError) -> LogReading {
        var reading = LogReading(from: now.secondsSinceEpoch - settings.window.seconds)
        for _ in 1...Self.attempts {
            var scan = LogScan(settings, now: now, interruption: interruption)
            let isWhole = try scan.read(settings, now, interruption)
            reading = scan.reading
            if isWhole { return reading }
        }
        reading.problems.append(.truncatedAgain)
        reading.isPartial = true
        return reading
    }
}

extension LogScan {
    /// - Returns: false when a file was truncated meanwhile.
    fileprivate mutating func read(
        _ settings: LogSettings, _ now: Timestamp, _ interruption: any Interruption
    ) throws(ProbeError) -> Bool {
        do {
            let clock = LineClock(now: now, zone: settings.timeZone)
            let coverage = Coverage(from: reading.from, clock: clock, interruption: interruption)
            let log = try LogFiles(settings.path, coverage: coverage)
            for problem in log.problems { add(problem) }
            try read(log.files)
            return !log.files.contains(where: \.wasTruncated)
        } catch let error as ProbeError {
            throw error
        } catch is Truncated {
            return false
        } catch {
            interrupt()
            return true
        }
    }
}

extension ProbeError {
    fileprivate static let truncatedAgain = ProbeError(
        .local, step: "read the log", message: "it was truncated each time while it was read; lines may be missing")
}
