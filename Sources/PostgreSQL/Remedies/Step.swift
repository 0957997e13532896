import Diagnostics

/// One session with what is to become of it.
struct Step: Sendable {
    let signal: Signal
    /// As it was named, or is named now.
    let subject: String
    let backend: Backend?
    var outcome: Deed.Outcome
    var reason: String?
    /// What must still be so when it is done; only of a planned step.
    var condition: Guard?
    var holds: Hold?
    var command: String?
    var warnings: [String] = []
    var after: [Deed.Fact]?

    init(
        _ signal: Signal, _ subject: String, _ backend: Backend?, _ outcome: Deed.Outcome, _ reason: String? = nil,
        command: String? = nil
    ) {
        self.signal = signal
        self.subject = subject
        self.backend = backend
        self.outcome = outcome
        self.reason = reason
        self.command = command
    }

    /// Whom it keeps waiting.
    struct Hold: Sendable, Hashable {
        /// Behind it, at first hand and farther back.
        let waiters: Int
        /// Behind nobody else then; nil where only it was looked at.
        let freed: Int?
        let freedAtOnce: Int
        /// Seconds.
        let longestWait: Double?

        /// `4 wait for it, for up to 3 min; its end lets 1 go on at once, the others after that`.
        var sentence: String? {
            guard waiters > 0 else { return nil }
            let head = waiters == 1 ? "1 waits for it, for " : "\(waiters) wait for it, for up to "
            return head + Units.seconds(longestWait ?? 0) + "; its end " + effect
        }

        private var effect: String {
            let free = freed ?? waiters
            if freedAtOnce == 0 { return free == 0 ? "frees none of them alone" : "frees \(free)" }
            return "lets \(freedAtOnce) go on at once"
                + (free > freedAtOnce ? ", \(free - freedAtOnce) after that" : "")
        }
    }

    var deed: Deed {
        let waiting: [Deed.Fact] =
            holds.map {
                [
                    .init("held_up", .integer(Int64($0.waiters))),
                    .init("freed", Cell(integer: $0.freed.map(Int64.init))),
                    .init("freed_at_once", .integer(Int64($0.freedAtOnce))),
                ]
            } ?? []
        return Deed(
            act: signal.rawValue, subject: subject, name: backend?.name ?? subject, outcome: outcome, reason: reason,
            warnings: warnings, details: (backend?.details ?? []) + [holds?.sentence].compactMap { $0 },
            before: (backend?.facts ?? []) + (backend == nil ? [] : waiting), after: after, command: command)
    }
}

extension Backend {
    /// The name that holds for this session alone, and for a cancel also for its statement alone.
    func reference(for signal: Signal) -> SessionReference {
        SessionReference(pid: pid, started: started, statement: signal == .cancel ? statementStarted : nil)
    }
}
