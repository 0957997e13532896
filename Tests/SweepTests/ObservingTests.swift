import Diagnostics
import Network
import Synchronization
import Testing

@testable import Sweep

@Suite("Looking at many targets at once")
struct ObservingTests {
    @Test func aSilentTargetDelaysNobodyAndHidesNobody() async {
        let plan = Plan(
            entries: [
                .init(probe: Waiting("silent", for: .seconds(60)), timeout: .seconds(2)),
                .init(probe: Waiting("quick", for: .zero), timeout: .seconds(5)),
            ], bounds: Bounds())
        let ended = Mutex<[String]>([])
        let observations = await Observing.observations(of: plan) { progress in
            if case .ended(let target) = progress { ended.withLock { $0.append(target.name) } }
        }
        #expect(observations.map(\.target.name) == ["silent", "quick"])
        #expect(observations[0].failure?.kind == .timedOut)
        #expect(observations[1].failure == nil)
        #expect(ended.withLock { $0 } == ["quick", "silent"])
    }

    @Test func theWholeDeadlineEndsEverything() async {
        let entries = (0..<6).map { Plan.Entry(probe: Waiting("t\($0)", for: .seconds(60)), timeout: .seconds(60)) }
        let start = ContinuousClock.now
        let observations = await Observing.observations(
            of: Plan(entries: entries, bounds: Bounds(deadline: .milliseconds(200), concurrency: 2)))
        #expect(observations.count == 6)
        #expect(observations.allSatisfy { $0.failure?.kind == .timedOut })
        #expect(start.duration(to: .now) < .seconds(20))
        #expect(observations[5].failure?.message.contains("not looked at") == true)
    }

    @Test func noMoreThanTheBoundAreLookedAtAtOnce() async {
        let gauge = Gauge()
        let entries = (0..<40).map { number in
            Plan.Entry(probe: Waiting("t\(number)", for: .milliseconds(10), gauge), timeout: .seconds(10))
        }
        let observations = await Observing.observations(
            of: Plan(entries: entries, bounds: Bounds(concurrency: 4)))
        #expect(observations.count == 40)
        #expect(await gauge.most <= 4)
    }
}

/// A probe that takes its time.
private struct Waiting: Probe {
    let target: Target
    let length: Duration
    let gauge: Gauge?

    init(_ name: String, for length: Duration, _ gauge: Gauge? = nil) {
        target = Target(kind: .tls, name: name, address: name)
        self.length = length
        self.gauge = gauge
    }

    func observe(until deadline: Deadline) async -> Observation {
        await Observation.measuring(target) { content in
            await gauge?.enter()
            let end = min(deadline, .after(length))
            try? await Reactor.shared.sleep(until: end)
            if end == deadline { content.failure = .timedOut("wait") }
            await gauge?.leave()
        }
    }
}

private actor Gauge {
    private var running = 0
    private(set) var most = 0
    func enter() {
        running += 1
        most = max(most, running)
    }
    func leave() { running -= 1 }
}
