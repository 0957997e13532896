import Diagnostics
import Network

/// Connections made to one address, one after the other, and closed at once.
struct ConnectTries: Sendable {
    enum Outcome: Sendable {
        case connected(Duration, TCPInfo?)
        case failed(ProbeError)
    }

    /// How many, how far apart, and how long each may take.
    struct Plan: Sendable, Hashable {
        var count = 10
        var interval = Duration.milliseconds(200)
        /// Long enough for two repetitions of a SYN that is lost, which the kernel sends after 1 and 3 s.
        var patience = Duration.milliseconds(3500)
    }

    let address: SocketAddress
    /// In the order they began.
    let outcomes: [Outcome]
    /// The address of ours that the connections came from.
    let localHost: String?

    /// Each begins at its time, whether those before it have ended or not: lost ones do not thin out the others. Those
    /// that would begin after the deadline are left out.
    static func make(to address: SocketAddress, _ plan: Plan, until deadline: Deadline) async -> ConnectTries {
        let start = ContinuousClock.now
        let results = await withTaskGroup(of: (Int, Outcome, String?)?.self) { group in
            for index in 0..<plan.count {
                let begin = Deadline(start + plan.interval * index)
                guard index == 0 || begin < deadline else { break }
                group.addTask {
                    guard (try? await Reactor.shared.sleep(until: begin)) != nil, !deadline.hasPassed else {
                        return nil
                    }
                    let (outcome, host) = await attempt(address, until: deadline.within(plan.patience))
                    return (index, outcome, host)
                }
            }
            var results: [(Int, Outcome, String?)] = []
            for await case let result? in group { results.append(result) }
            return results.sorted { $0.0 < $1.0 }
        }
        return ConnectTries(
            address: address, outcomes: results.map(\.1), localHost: results.compactMap(\.2).first)
    }

    private static func attempt(_ address: SocketAddress, until deadline: Deadline) async -> (Outcome, String?) {
        do throws(ProbeError) {
            let connection = try await Connector.connect(to: [address], until: deadline)
            let (descriptor, time) = (connection.socket.descriptor, connection.connectTime)
            return (.connected(time, TCPInfo(of: descriptor)), SocketAddress(localOf: descriptor)?.host)
        } catch {
            return (.failed(error), nil)
        }
    }
}

extension ConnectTries {
    /// In seconds, of those that came about.
    var times: [Double] {
        outcomes.compactMap { if case .connected(let time, _) = $0 { time.seconds } else { nil } }
    }

    var errors: [ProbeError] { outcomes.compactMap { if case .failed(let error) = $0 { error } else { nil } } }

    var isReached: Bool { !times.isEmpty }

    /// Tries that a SYN had to be repeated for, or that never got an answer: the share of packets lost on the way there and
    /// back, as near as connecting can tell.
    var lost: Int { repeated + errors.count { $0.kind == .timedOut } }

    var repeated: Int { infos.count { $0.retransmits > 0 } }

    var infos: [TCPInfo] {
        outcomes.compactMap { if case .connected(_, let info) = $0 { info } else { nil } }
    }

    /// Whether the far end says no at once: it is there, and so is the way.
    var isRefused: Bool { !isReached && errors.contains { $0.kind == .refused } }

    /// What went wrong, each once with how often: `connection refused (3)`.
    var failures: String? {
        let words = errors.map { $0.kind == .timedOut ? "no answer" : $0.message.lowercased() }
        let counts = Dictionary(words.map { ($0, 1) }, uniquingKeysWith: +).sorted { $0.key < $1.key }
        return counts.isEmpty ? nil : counts.map { "\($0.key) (\($0.value))" }.joined(separator: ", ")
    }
}
