import ArgumentParser
import Diagnostics
import Network
import Report
import Sweep

/// `--watch`: the same again and again.
struct WatchOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Look again after so many seconds, until ^C.",
            discussion: "On a terminal in place; elsewhere one block, or one line of JSON, each time.",
            valueName: "seconds"))
    var watch: TimeSpan?

    func validate() throws {
        if let watch, watch.duration < .milliseconds(100) { throw ValidationError("--watch must be at least 0.1") }
    }
}

/// Looks again and again until ^C, and shows each round.
///
/// Each round opens its connections anew. That costs a handshake, but a server that has died, come back or changed its
/// role is then seen as it is, and between rounds no slot of a server short of slots is held.
struct Watch: Sendable {
    /// From the beginning of a round to that of the next.
    let interval: Duration

    /// - Parameters:
    ///   - look: one round; nil when it was interrupted.
    ///   - show: a round as text for a screen, or nil where each round is a line for programs.
    /// - Returns: the last whole round; nil without one.
    /// - Throws: `OutputError`.
    func run(
        _ look: @escaping @Sendable () async -> SweepReport, shownBy show: @escaping @Sendable (SweepReport) -> Shown
    ) async throws -> SweepReport? {
        try await Interruption.cancelling { await Result { try await rounds(look, show) } }.get()
    }

    enum Shown {
        /// For people: redrawn in place on a terminal.
        case block(String)
        /// For programs: never decorated.
        case line(String)
    }

    private func rounds(
        _ look: @Sendable () async -> SweepReport, _ show: @Sendable (SweepReport) -> Shown
    ) async throws -> SweepReport? {
        var last: SweepReport?
        var screen: Screen?
        defer { screen?.leave() }
        repeat {
            let next = Deadline.after(interval)
            let report = await look()
            guard !Task.isCancelled else { break }
            last = report
            switch show(report) {
            case .line(let line): try Output.write(line)
            case .block(let block) where Screen.isPossible:
                screen = screen ?? Screen()
                try screen?.draw(heading(report), block)
            case .block(let block): try Output.write("\(heading(report))\n\n\(block)\n")
            }
            guard !Output.hasNoReader, (try? await Reactor.shared.sleep(until: next)) != nil else { break }
        } while !Task.isCancelled
        return last
    }

    private func heading(_ report: SweepReport) -> String {
        "\(report.started)  every \(Units.seconds(interval.seconds)), ^C ends"
    }
}

extension Result where Failure == any Error {
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
