import Diagnostics

/// What one sweep is going to look at, and within which bounds.
public struct Plan: Sendable {
    /// One target's probe, and how long it may take.
    public struct Entry: Sendable {
        public let probe: any Probe
        public let timeout: Duration

        public init(probe: any Probe, timeout: Duration) {
            self.probe = probe
            self.timeout = timeout
        }
    }

    public let entries: [Entry]
    public let bounds: Bounds

    public init(entries: [Entry], bounds: Bounds) {
        self.entries = entries
        self.bounds = bounds
    }
}

/// How long a sweep may take and how much it may do at once.
public struct Bounds: Sendable, Hashable {
    /// For a target that has none of its own.
    public var timeout: Duration
    /// For all targets together. What has not answered by then is reported as such.
    public var deadline: Duration
    /// Targets that are looked at at the same time. Each more costs a tenth of a megabyte while it is looked at, and where most
    /// are well it gains nothing.
    public var concurrency: Int
    /// How often sweeps are made, where somebody says so: it tells a missed sweep from a slow rhythm.
    public var every: Duration?

    public init(
        timeout: Duration = .seconds(5), deadline: Duration = .seconds(30), concurrency: Int = 80,
        every: Duration? = nil
    ) {
        self.timeout = timeout
        self.deadline = deadline
        self.concurrency = concurrency
        self.every = every
    }
}
