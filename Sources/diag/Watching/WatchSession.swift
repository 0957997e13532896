import CLinux
import Diagnostics
import Glibc
import Network
import Report
import Synchronization

/// `diag watch` on a terminal: keys, signals and rounds come in, in whatever order, and change the model; after each it is
/// drawn.
struct WatchSession: Sendable {
    let interval: Duration
    let ink: Ink
    let look: @Sendable () async -> SweepReport

    private enum Event: Sendable {
        case keys([Key])
        case signal(WatchTerminal.Event)
        case round(SweepReport)
    }

    /// - Returns: the last whole round; nil without one.
    /// - Throws: `OutputError`.
    func run() async throws -> SweepReport? {
        let terminal = try WatchTerminal.open()
        defer { terminal.leave() }
        let pace = Pace(interval)
        let (events, sending) = AsyncStream.makeStream(of: Event.self)
        let report = try await withThrowingTaskGroup(of: SweepReport?.self) { group in
            group.addTask { await readKeys(sending) }
            group.addTask { await readSignals(terminal, sending) }
            group.addTask { await makeRounds(pace, sending) }
            defer { group.cancelAll() }
            return try await show(events, terminal, pace)
        }
        terminal.leave()
        if let report { try Output.write(SweepLine(report).rendered()) }
        return report
    }

    private func show(
        _ events: AsyncStream<Event>, _ terminal: WatchTerminal, _ pace: Pace
    ) async throws -> SweepReport? {
        var model = WatchModel(interval: interval.seconds)
        var screen = Screen()
        try draw(&model, on: &screen)
        for await event in events {
            switch event {
            case .round(let report): model.take(report)
            case .keys(let keys):
                for key in keys {
                    switch model.press(key) {
                    case .quit: return model.report
                    case .look: pace.hurry()
                    case .pause: pace.set(paused: true)
                    case .goOn: pace.set(paused: false)
                    case nil: break
                    }
                }
            case .signal(.quit): return model.report
            case .signal(.suspend):
                terminal.suspend()
                screen = Screen()
            case .signal(.resumed):
                terminal.enter()
                screen = Screen()
            case .signal(.resized): screen = Screen()
            }
            try draw(&model, on: &screen)
        }
        return model.report
    }

    private func draw(_ model: inout WatchModel, on screen: inout Screen) throws(OutputError) {
        let drawn = WatchScreen(model, ink: ink, width: Terminal.width, height: Terminal.height, now: .now)
        model.hasRoom(for: drawn.room)
        try screen.draw(drawn.lines)
    }
}

// MARK: - What comes in

extension WatchSession {
    /// Longer than a terminal, or a network on the way to it, takes for the rest of a key's bytes.
    private static let keyTime = Duration.milliseconds(60)

    private func readKeys(_ sending: AsyncStream<Event>.Continuation) async -> SweepReport? {
        var decoder = KeyDecoder()
        var bytes = [UInt8](repeating: 0, count: 256)
        while !Task.isCancelled {
            let patience = decoder.isUndecided ? Self.keyTime : .seconds(3600)
            do {
                try await Reactor.shared.wait(for: STDIN_FILENO, .readable, until: .after(patience), step: "read a key")
            } catch {
                if case .timedOut = error.kind {
                    sending.yield(.keys(decoder.settle()))
                    continue
                }
                return nil
            }
            let count = read(STDIN_FILENO, &bytes, bytes.count)
            // The terminal is gone.
            guard count > 0 || (count < 0 && errno == EINTR) else {
                sending.yield(.signal(.quit))
                return nil
            }
            if count > 0 { sending.yield(.keys(decoder.take(bytes.prefix(count)))) }
        }
        return nil
    }

    private func readSignals(
        _ terminal: WatchTerminal, _ sending: AsyncStream<Event>.Continuation
    ) async -> SweepReport? {
        var bytes = [UInt8](repeating: 0, count: 64)
        while (try? await Reactor.shared.wait(
            for: terminal.signals, .readable, until: .after(.seconds(86_400 * 365)), step: "wait for a signal")) != nil
        {
            let count = read(terminal.signals, &bytes, bytes.count)
            guard count > 0 else { continue }
            for byte in bytes.prefix(count) {
                WatchTerminal.Event(rawValue: byte).map { _ = sending.yield(.signal($0)) }
            }
        }
        return nil
    }

    private func makeRounds(_ pace: Pace, _ sending: AsyncStream<Event>.Continuation) async -> SweepReport? {
        while !Task.isCancelled {
            let begun = ContinuousClock.now
            let report = await look()
            guard !Task.isCancelled else { break }
            sending.yield(.round(report))
            await pace.untilNext(after: begun)
        }
        return nil
    }
}

/// When the next round is due: after the interval, or at once when somebody asks, or not at all while it is paused.
private final class Pace: Sendable {
    private struct State {
        var isPaused = false
        var isHurried = false
    }

    private let interval: Duration
    private let state = Mutex(State())
    /// Written to when something has changed. It stays open: the process is about to end when nobody needs it any more.
    private let change = eventfd(0, CInt(EFD_CLOEXEC) | CInt(EFD_NONBLOCK))

    init(_ interval: Duration) { self.interval = interval }

    func hurry() {
        state.withLock { $0.isHurried = true }
        wake()
    }

    func set(paused: Bool) {
        state.withLock { $0.isPaused = paused }
        wake()
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(change, &one, 8)
    }

    func untilNext(after begun: ContinuousClock.Instant) async {
        let due = Deadline(begun + interval)
        while !Task.isCancelled {
            let (isPaused, isHurried) = state.withLock { state in
                defer { state.isHurried = false }
                return (state.isPaused, state.isHurried)
            }
            if isHurried || (!isPaused && due.hasPassed) { return }
            let until = isPaused ? Deadline.after(.seconds(86_400 * 365)) : due
            do {
                try await Reactor.shared.wait(for: change, .readable, until: until, step: "wait for the next round")
            } catch {
                if error.kind == .cancelled { return }
            }
            var count: UInt64 = 0
            _ = read(change, &count, 8)
        }
    }
}
