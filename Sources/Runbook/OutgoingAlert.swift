import Diagnostics

/// A firing alert, or one that has resolved, as Alertmanager takes it.
public struct OutgoingAlert: Sendable, Hashable {
    /// Which alert at which target; sources and labels beside them make several of one.
    public struct Place: Sendable, Hashable {
        public let alert: String
        public let target: TargetID

        public init(alert: String, target: TargetID) {
            self.alert = alert
            self.target = target
        }
    }

    public let place: Place
    /// What it is grouped, routed and recognised by: the same from its first sending to its last.
    public let labels: Labels
    public var annotations: Labels
    public var startsAt: Timestamp
    /// Of a firing one: until when it counts as firing when nothing more is heard. Of a resolved one: when it ended.
    public var endsAt: Timestamp
    public var isResolved: Bool

    public init(
        place: Place, labels: Labels, annotations: Labels, startsAt: Timestamp, endsAt: Timestamp, isResolved: Bool
    ) {
        self.place = place
        self.labels = labels
        self.annotations = annotations
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.isResolved = isResolved
    }

    /// Alertmanager's own name for these labels (common/model, LabelSet.Fingerprint: FNV-1a over names and values).
    public var fingerprint: String {
        var hash = FNV1a()
        for label in labels {
            hash.add(label.name)
            hash.add(0xFF)
            hash.add(label.value)
            hash.add(0xFF)
        }
        return hash.hexadecimal
    }
}

/// The hash of Fowler, Noll and Vo with 64 bits: the same in every process.
public struct FNV1a: Sendable {
    private var value: UInt64 = 0xCBF2_9CE4_8422_2325

    public init() {}

    public mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }

    public mutating func add(_ text: String) { for byte in text.utf8 { add(byte) } }

    /// Sixteen digits.
    public var hexadecimal: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension Finding {
    public var place: OutgoingAlert.Place? {
        target.map { OutgoingAlert.Place(alert: alert, target: TargetID($0)) }
    }

    /// What goes out for a finding that fires; nil for all others.
    ///
    /// - Parameter until: when it is to be taken for ended if nothing more comes.
    public func outgoing(at now: Timestamp, until: Timestamp) -> OutgoingAlert? {
        guard verdict == .firing, let place else { return nil }
        return OutgoingAlert(
            place: place, labels: outgoingLabels, annotations: outgoingAnnotations, startsAt: since ?? now,
            endsAt: until, isResolved: false)
    }

    /// Those of its target and of its configuration, then what tells it apart. Empty values are none.
    public var outgoingLabels: Labels {
        let own: Labels = [
            "alertname": alert, "kind": target?.kind.rawValue ?? "", "target": target?.name ?? "", "source": source,
        ]
        let all = (target?.labels ?? [:]).merging(labels).merging(extraLabels).merging(severity.labels).merging(own)
        return Labels(all.lazy.filter { !$0.value.isEmpty }.map { ($0.name, $0.value) })
    }

    private var outgoingAnnotations: Labels {
        let shown = evidence.flatMap(\.plainLines)
        let steps = nextSteps.map { step in "- " + step.text + (step.command.map { ": \($0)" } ?? "") }
        let place = target.map { "\($0.name) (\($0.address)): " } ?? ""
        let texts = [
            ("summary", place + summary), ("description", title),
            ("evidence", Self.short(shown)), ("next_steps", steps.joined(separator: "\n")),
            ("value", value.map { Unit.shortest($0) } ?? ""), ("runbook", "diag explain \(alert)"),
        ]
        return Labels(texts.filter { !$0.1.isEmpty }.map { ($0.0, Self.printable($0.1)) })
    }

    /// A dozen lines of what was seen, none of them long.
    private static func short(_ lines: [String]) -> String {
        let kept = lines.prefix(12).map { $0.count > 200 ? $0.prefix(199) + "…" : $0 }
        let more = lines.count > 12 ? ["… \(lines.count - 12) more"] : []
        return (kept + more).joined(separator: "\n")
    }

    /// What came from a server may hold control characters: they are of no use in a message.
    private static func printable(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            let isControl = scalar.value < 32 && scalar != "\n" || (127...159).contains(scalar.value)
            result.unicodeScalars.append(isControl ? "?" : scalar)
        }
        return result
    }
}
