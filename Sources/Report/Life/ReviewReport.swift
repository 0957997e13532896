import Diagnostics
import Runbook

/// What `diag history` has to tell; the renderers turn it into bytes.
public struct ReviewReport: Sendable {
    /// Of the JSON document. 1: first version.
    public static let schemaVersion = 1

    /// The version of `diag`.
    public let version: String
    public let review: Review
    public let addresses: [TargetID: String]

    public init(version: String, review: Review, targets: [TargetRecord]) {
        self.version = version
        self.review = review
        addresses = Dictionary(targets.map { ($0.id, $0.address) }, uniquingKeysWith: { first, _ in first })
    }

    var words: LifeWords { LifeWords(addresses: addresses) }
}

extension ReviewReport {
    /// The document of `--format json`: keys stay and keep their meaning within one `schema_version`; new ones may come.
    public var json: String {
        JSONValue.object([
            ("schema_version", .integer(Int64(Self.schemaVersion))),
            ("diag_version", .string(version)),
            ("from", .string("\(review.from)")),
            ("to", .string("\(review.to)")),
            ("seconds_to_acknowledge", review.acknowledged?.json ?? .null),
            ("seconds_to_resolve", review.resolved?.json ?? .null),
            ("alerts", .list(review.tallies.lazy.map(\.json))),
            ("episodes", .list(review.episodes.lazy.map { $0.json(address: addresses[$0.key.target]) })),
            ("events", .list(review.events.lazy.map { $0.json(address: addresses[$0.key.target]) })),
            ("uptime", .list(review.uptimes.lazy.map { $0.json(address: addresses[$0.target]) })),
            ("fired_by_weekday", Self.counts(zip(Self.weekdays, review.byWeekday))),
            ("fired_by_hour_utc", Self.counts(zip((0..<24).map { "\($0)" }, review.byHour))),
            ("fired_by_month", Self.counts(review.byMonth.map { ($0.month, $0.count) })),
            ("together", .list(review.pairs.lazy.map(\.json))),
        ]).serialized()
    }

    static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

    private static func counts(_ counts: some Sequence<(String, Int)>) -> JSONValue {
        .object(counts.map { ($0.0, .integer(Int64($0.1))) })
    }
}

extension Statistics {
    var json: JSONValue {
        .object([
            ("count", .integer(Int64(count))), ("mean", .number(mean)), ("median", .number(median)),
            ("longest", .number(longest)),
        ])
    }
}

extension Review.Tally {
    fileprivate var json: JSONValue {
        .object([
            ("alert", .string(alert)), ("severity", .optional(severity.map { "\($0)" })),
            ("fired", .integer(Int64(fired))), ("returns", .integer(Int64(returns))),
            ("flaps_while_kept", .integer(Int64(flaps))), ("fires_now", .bool(isLive)),
            ("firing_seconds", .number(firing)),
            ("seconds_to_acknowledge", acknowledged?.json ?? .null), ("seconds_to_resolve", resolved?.json ?? .null),
            ("targets", .array(targets.map { $0.json(address: nil) })),
        ])
    }
}

extension Review.Pair {
    fileprivate var json: JSONValue {
        .object([
            ("first", .string(first)), ("second", .string(second)), ("count", .integer(Int64(count))),
            ("of", .integer(Int64(of))),
        ])
    }
}

extension Uptime {
    fileprivate func json(address: String?) -> JSONValue {
        .object([
            ("target", target.json(address: address)), ("ratio", .optional(ratio)), ("up_seconds", .number(up)),
            ("down_seconds", .number(down)), ("outages", .integer(Int64(outages))),
            ("longest_outage_seconds", .number(longestOutage)),
        ])
    }
}
