import Diagnostics

/// A session as a person names it on the command line. Pids are used again, and a session goes on from one statement to
/// the next: what was shown is meant, and so the name may say more than the pid.
///
///     4711                                        whatever session has this pid now
///     4711@1763912345.123456                      the session with this pid that began then
///     4711@1763912345.123456/1763912399.000001    the same, while it runs the statement that began then
public struct SessionReference: Sendable, Hashable {
    let pid: Int32
    /// Nil: any session with the pid.
    let started: Microseconds?
    /// Nil: whatever it runs.
    let statement: Microseconds?

    init(pid: Int32, started: Microseconds? = nil, statement: Microseconds? = nil) {
        self.pid = pid
        self.started = started
        self.statement = statement
    }

    /// - Returns: nil when the text is no such name.
    public init?(_ text: String) {
        let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard let pid = Int32(halves[0]), pid > 0, halves[0].first?.isNumber == true else { return nil }
        guard halves.count == 2 else {
            self.init(pid: pid)
            return
        }
        let moments = halves[1].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let started = Microseconds(moments[0]) else { return nil }
        guard moments.count == 2 else {
            self.init(pid: pid, started: started)
            return
        }
        guard let statement = Microseconds(moments[1]) else { return nil }
        self.init(pid: pid, started: started, statement: statement)
    }
}

extension SessionReference: CustomStringConvertible {
    public var description: String {
        "\(pid)" + (started.map { "@\($0)" } ?? "") + (statement.map { "/\($0)" } ?? "")
    }
}
