import Diagnostics
import Runbook

/// What one receiver was told and is still to be told. Pure: the history keeps it from one sweep to the next.
///
/// Whatever may have been sent is in it before it is sent, so that a process that is killed in between leaves no alert
/// behind that nobody would ever resolve.
struct Ledger {
    struct Entry: Sendable, Hashable {
        let place: OutgoingAlert.Place
        let labels: Labels
        var annotations: Labels
        var startsAt: Timestamp
        /// When it last arrived; nil when that is not known of any try.
        var sentAt: Timestamp?
        /// When it ended; to be told until that has arrived.
        var resolvedAt: Timestamp?
    }

    private(set) var entries: [Labels: Entry] = [:]

    /// What nobody asks about any more, and what cannot be delivered for so long, is given up.
    private static let patience = 86_400.0

    init(_ entries: [Entry] = []) {
        self.entries = Dictionary(entries.map { ($0.labels, $0) }, uniquingKeysWith: { $1 })
    }

    /// Takes what fires now, and tells what is to be sent.
    ///
    /// - Parameters:
    ///   - firing: with until when each counts as firing if nothing more is heard.
    ///   - judged: what this sweep looked at; of other places it says nothing.
    ///   - resend: after how many seconds a firing alert is sent again.
    mutating func due(
        _ firing: [OutgoingAlert], judged: Set<OutgoingAlert.Place>, resend: Double, now: Timestamp
    ) -> [OutgoingAlert] {
        var due = firing.filter { note($0, resend, now) }
        let current = Set(firing.map(\.labels))
        for (labels, entry) in entries where entry.resolvedAt == nil && !current.contains(labels) {
            guard judged.contains(entry.place) else {
                if now.seconds(since: entry.sentAt ?? entry.startsAt) > Self.patience { entries[labels] = nil }
                continue
            }
            entries[labels]?.resolvedAt = now
        }
        for (labels, entry) in entries {
            guard let resolvedAt = entry.resolvedAt else { continue }
            if now.seconds(since: resolvedAt) > Self.patience {
                entries[labels] = nil
            } else {
                due.append(entry.resolved(resolvedAt))
            }
        }
        return due.sorted { $0.labels < $1.labels }
    }

    /// Whether it is time to send it.
    private mutating func note(_ alert: OutgoingAlert, _ resend: Double, _ now: Timestamp) -> Bool {
        var entry = entries[alert.labels].flatMap { $0.resolvedAt == nil ? $0 : nil } ?? Entry(alert)
        entry.annotations = alert.annotations
        entries[alert.labels] = entry
        // Sweeps don't begin to the second.
        return entry.sentAt.map { now.seconds(since: $0) >= resend * 0.9 } ?? true
    }

    enum Arrival {
        case arrived
        /// The receiver refused it, or was never reached.
        case refused
        /// Nobody knows: it was sent, and no answer came.
        case uncertain
    }

    /// What became of sending these.
    mutating func settle(_ sent: [OutgoingAlert], _ arrival: Arrival, now: Timestamp) {
        for alert in sent {
            switch arrival {
            case .arrived where alert.isResolved: entries[alert.labels] = nil
            case .arrived: entries[alert.labels]?.sentAt = now
            // Never told, so that there is nothing to take back.
            case .refused where entries[alert.labels]?.sentAt == nil: entries[alert.labels] = nil
            case .refused, .uncertain: break
            }
        }
    }
}

extension Ledger.Entry {
    init(_ alert: OutgoingAlert) {
        self.init(
            place: alert.place, labels: alert.labels, annotations: alert.annotations, startsAt: alert.startsAt)
    }

    func resolved(_ time: Timestamp) -> OutgoingAlert {
        OutgoingAlert(
            place: place, labels: labels, annotations: annotations, startsAt: min(startsAt, time), endsAt: time,
            isResolved: true)
    }
}
