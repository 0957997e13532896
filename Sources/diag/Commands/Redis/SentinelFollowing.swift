import ArgumentParser
import Diagnostics
import Network
import Redis
import Report
import Sweep
import Synchronization

/// What Sentinels publish, line by line, and what to think of it whenever things have turned.
struct SentinelFollowing: Sendable {
    private let events: SentinelEvents
    private let inspection: Inspection
    private let isText: Bool
    private let layout: TextLayout
    private let turn = Turn()

    init(_ events: SentinelEvents, _ inspection: Inspection, _ options: TargetOptions) {
        self.events = events
        self.inspection = inspection
        isText = options.format == .text
        layout = options.text.layout(rows: 40, pieces: .max)
    }

    /// Until the task is cancelled, or nobody reads any more.
    func run() async throws {
        try await look(isFirst: true)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await events.run { try show($0) } }
            group.addTask { while true { try await lookWhenCalm() } }
            defer { group.cancelAll() }
            do {
                try await group.next()
            } catch let error as ProbeError where error.kind == .cancelled {
                // ^C
            } catch is ReaderHasGone {
                // Nothing to tell anybody.
            }
        }
    }

    private func show(_ event: SentinelEvent) throws {
        let line = EventLine(
            time: event.time, source: event.sentinel, kind: event.kind, weight: event.weight, text: event.text,
            details: [("master", event.master), ("payload", event.payload)])
        try write(isText ? line.text(layout: layout) : line.json)
        turn.note(event)
    }

    /// Events come in bursts, of each Sentinel: what they come to shows when they are over.
    private func lookWhenCalm() async throws {
        try await Reactor.shared.sleep(until: .after(.milliseconds(250)))
        if turn.isOver { try await look(isFirst: false) }
    }

    private func look(isFirst: Bool) async throws {
        let report = SweepReport(inspected: await inspection.run())
        guard !Task.isCancelled else { return }
        let shown = isFirst ? report : report.withRemarksOnly
        try write(isText ? "\n\(shown.inspection(layout: layout))\n" : report.jsonLine)
    }

    private func write(_ text: String) throws {
        try Output.write(text)
        if Output.hasNoReader { throw ReaderHasGone() }
    }

    private struct ReaderHasGone: Error {}
}

/// Whether something has happened that is worth a look, and whether it has been calm since.
private final class Turn: Sendable {
    private struct State {
        var isDue = false
        var last = ContinuousClock.now
    }

    private let state = Mutex(State())
    private static let calm = Duration.seconds(1)

    func note(_ event: SentinelEvent) {
        state.withLock { state in
            // The first look has just been.
            state.isDue = state.isDue || (event.isTurningPoint && event.kind != "connected")
            state.last = .now
        }
    }

    /// True once after each turn.
    var isOver: Bool {
        state.withLock { state in
            guard state.isDue, state.last.duration(to: .now) > Self.calm else { return false }
            state.isDue = false
            return true
        }
    }
}

extension SweepReport {
    /// Without the tables: in a stream of events they would hide what matters.
    fileprivate var withRemarksOnly: SweepReport {
        SweepReport(
            version: version, started: started, duration: duration, observations: observations.map(\.withRemarksOnly),
            findings: findings, notes: notes)
    }
}

extension Observation {
    fileprivate var withRemarksOnly: Observation {
        let remarks = evidence.filter { if case .remarks = $0.body { true } else { false } }
        return Observation(
            target: target, started: started, duration: duration, samples: samples, evidence: remarks, gaps: gaps,
            problems: problems, failure: failure)
    }
}
