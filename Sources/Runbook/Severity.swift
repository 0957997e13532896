/// How bad an alert is and how soon somebody has to respond to it.
public enum Severity: Int, Sendable, Hashable, Codable, CaseIterable, Comparable {
    case p1 = 1
    case p2, p3, p4

    /// `critical`, `high`, `medium`, `low`.
    public var word: String {
        switch self {
        case .p1: "critical"
        case .p2: "high"
        case .p3: "medium"
        case .p4: "low"
        }
    }

    /// Within which time somebody has to respond.
    public var responseTime: Duration {
        switch self {
        case .p1: .seconds(15 * 60)
        case .p2: .seconds(30 * 60)
        case .p3: .seconds(2 * 3600)
        case .p4: .seconds(24 * 3600)
        }
    }

    /// Who hears of it, and how.
    public var notification: String {
        switch self {
        case .p1: "page at once and tell the executives"
        case .p2: "page whoever is on call"
        case .p3: "post to the team's channel"
        case .p4: "open a ticket"
        }
    }

    /// The worst first: P1 comes before P2.
    public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
}

extension Severity: CustomStringConvertible {
    public var description: String { "P\(rawValue)" }
}
