import Diagnostics
import HTTP
import Runbook

/// Tells every receiver of what fires and of what has ended, all at the same time: a dead one delays none.
public struct Delivering: Sendable {
    /// An alert as a receiver's body; the report knows how it looks.
    public typealias Encoding = @Sendable (Receiver.Kind, [OutgoingAlert]) -> [UInt8]

    private let settings: DeliverySettings
    private let history: History?

    /// - Parameter history: nil when none is kept: then nobody can be told that something has ended.
    public init(_ settings: DeliverySettings, history: History?) {
        self.settings = settings
        self.history = history
    }

    /// One for each receiver that there was something to tell, in the receivers' order.
    ///
    /// - Parameter started: when the sweep began.
    public func run(_ findings: [Finding], started: Timestamp, encode: @escaping Encoding) async -> [Delivery] {
        guard !settings.receivers.isEmpty else { return [] }
        let deadline = Deadline.after(settings.timeout)
        let pause = await pause(before: started)
        let judged = Self.judged(findings)
        return await withTaskGroup(of: (Int, Delivery?).self) { group in
            for (index, receiver) in settings.receivers.enumerated() {
                group.addTask {
                    let now = Timestamp.now
                    let until = now + 4 * Swift.max(pause.seconds, receiver.resend.seconds)
                    let firing = findings.compactMap { $0.outgoing(at: now, until: until) }
                    let told = Telling(receiver: receiver, history: history, now: now, deadline: deadline)
                    return (index, await told.tell(firing, judged, encode))
                }
            }
            return await group.reduce(into: [(Int, Delivery?)]()) { $0.append($1) }
                .sorted { $0.0 < $1.0 }.compactMap(\.1)
        }
    }

    /// Where this sweep knows what is: what it did not look at, or could not read, has not ended.
    private static func judged(_ findings: [Finding]) -> Set<OutgoingAlert.Place> {
        let told = findings.filter { $0.verdict != .notApplicable }
        let unknown = Set(told.filter { $0.verdict == .unknown }.compactMap(\.place))
        return Set(told.compactMap(\.place)).subtracting(unknown)
    }

    /// As Prometheus has it (rules/alerting.go, sendAlerts): four times the interval, so that three sweeps may be lost. Of the
    /// first sweep nobody knows when the next one will come.
    private func pause(before time: Timestamp) async -> Duration {
        if let interval = settings.interval { return interval }
        let learned = await history?.pause(before: time) ?? .seconds(900)
        return min(max(learned, .seconds(60)), .seconds(86_400))
    }
}

/// Tells one receiver.
private struct Telling {
    let receiver: Receiver
    let history: History?
    let now: Timestamp
    let deadline: Deadline

    /// Nil when there was nothing to tell.
    func tell(
        _ firing: [OutgoingAlert], _ judged: Set<OutgoingAlert.Place>, _ encode: Delivering.Encoding
    ) async -> Delivery? {
        let due = await due(firing, judged)
        guard !due.isEmpty else { return nil }
        let failure = await post(encode(receiver.kind, due))
        await settle(due, failure?.arrival ?? .arrived)
        let resolved = due.filter(\.isResolved).count
        return Delivery(
            kind: receiver.kind, receiver: receiver.shown, firing: due.count - resolved, resolved: resolved,
            failure: failure?.words)
    }

    /// Without a history all that fires, each time.
    private func due(_ firing: [OutgoingAlert], _ judged: Set<OutgoingAlert.Place>) async -> [OutgoingAlert] {
        let (resend, now) = (receiver.resend.seconds, now)
        let known = try? await history?.changing(receiver) { $0.due(firing, judged: judged, resend: resend, now: now) }
        return known ?? firing
    }

    private func settle(_ sent: [OutgoingAlert], _ arrival: Ledger.Arrival) async {
        let now = now
        _ = try? await history?.changing(receiver) { $0.settle(sent, arrival, now: now) }
    }

    private struct Failure {
        let words: String
        let arrival: Ledger.Arrival
    }

    private func post(_ body: [UInt8]) async -> Failure? {
        do throws(ProbeError) {
            let request = receiver.endpoint.post(.json(body), to: receiver.path, bodyLimit: 4096)
            let response = try await HTTPClient.response(to: request, until: deadline)
            guard !response.isSuccess else { return nil }
            let said = response.saidShortly
            return Failure(
                words: "HTTP status \(response.status)" + (said.isEmpty ? "" : ": \(said)"), arrival: .refused)
        } catch {
            // Not the step: it has the path, which may be a secret.
            return Failure(words: error.message, arrival: error.cannotHaveArrived ? .refused : .uncertain)
        }
    }
}

extension HTTPResponse {
    /// The beginning of what an error's body says.
    fileprivate var saidShortly: String {
        let line = String(decoding: body.prefix(300), as: UTF8.self).split(whereSeparator: \.isNewline).first ?? ""
        return String(line)
    }
}

extension ProbeError {
    fileprivate var cannotHaveArrived: Bool {
        switch kind {
        case .unresolved, .refused, .tls, .misconfigured, .local: true
        default: false
        }
    }
}
