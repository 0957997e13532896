/// A log file and what to look for in it.
public struct LogSettings: Sendable, Hashable {
    /// Of the file that is written now; its rotated predecessors are found beside it.
    public var path: String
    public var watch: Set<LogSubject>
    /// How far back lines count, by their own times.
    public var window: Duration
    /// For stamps without a zone.
    public var timeZone: LogTimeZone
    /// What tells a failed authentication, tried in order; the first that fits a line says where its fields stand.
    public var authFailures: [LogPattern]
    /// What tells a rate limit that was hit, tried in order.
    public var rateLimit: [LogPattern]

    /// - Parameter watch: nil to let the file's name decide.
    public init(
        path: String, watch: Set<LogSubject>? = nil, window: Duration = .seconds(300), timeZone: LogTimeZone = .local,
        authFailures: [LogPattern] = LogPattern.authFailures, rateLimit: [LogPattern] = LogPattern.rateLimit
    ) {
        self.path = path
        self.watch = watch ?? LogSubject.usual(forFileAt: path)
        self.window = window
        self.timeZone = timeZone
        self.authFailures = authFailures
        self.rateLimit = rateLimit
    }

    public func patterns(for subject: LogSubject) -> [LogPattern] {
        switch subject {
        case .authFailures: authFailures
        case .rateLimit: rateLimit
        }
    }
}
