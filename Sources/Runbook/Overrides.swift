import Diagnostics

/// What a configuration may set for one alert; nil leaves the catalogue's own value.
public struct AlertOverride: Sendable, Hashable {
    /// Nil: an optional alert is looked at because it is named at all.
    public var isEnabled: Bool?
    /// In base units: 0.9 for 90 %, seconds for times.
    public var threshold: Double?
    public var holdFor: Duration?
    public var keepFiringFor: Duration?
    /// Fewer requests (HighErrorRate, APILatencyHigh), blocks (PostgreSQLCacheHitLow) or bytes (RedisFragmentation) than
    /// this are not judged.
    public var minimumRequests: Double?
    /// Go out with the alert's findings.
    public var labels: Labels

    public init(
        isEnabled: Bool? = nil, threshold: Double? = nil, holdFor: Duration? = nil, keepFiringFor: Duration? = nil,
        minimumRequests: Double? = nil, labels: Labels = [:]
    ) {
        self.isEnabled = isEnabled
        self.threshold = threshold
        self.holdFor = holdFor
        self.keepFiringFor = keepFiringFor
        self.minimumRequests = minimumRequests
        self.labels = labels
    }
}

/// The catalogue with a configuration's own values, checked once so that nothing below has to.
public struct Overrides: Sendable, Hashable {
    private let byName: [String: AlertOverride]
    /// Conditions of the configuration's own, behind those of the catalogue.
    public var own: [OwnCondition] = []

    /// The runbook as it stands.
    public static let none = Overrides(unchecked: [:])

    private init(unchecked byName: [String: AlertOverride]) { self.byName = byName }

    /// - Throws: `OverrideError` for an alert that does not exist and for values that cannot be meant.
    public init(_ byName: [String: AlertOverride]) throws(OverrideError) {
        for (name, override) in byName.sorted(by: { $0.key < $1.key }) {
            guard let alert = Catalogue.alert(named: name) else { throw OverrideError.unknownAlert(name) }
            try Self.check(override, for: alert)
        }
        self.byName = byName
    }

    /// Every alert that there is, looked at or not, with the overrides applied, in the catalogue's order.
    public var known: [Alert] {
        Catalogue.all.map { alert in byName[alert.name].map(alert.applying) ?? alert } + own.map { Alert($0) }
    }

    /// The alerts that are looked at, in the catalogue's order.
    public var alerts: [Alert] { known.filter(looksAt) }

    /// Those that are looked at, and the optional ones that a command line names.
    public func alerts(naming selection: Selection) -> [Alert] {
        known.filter { looksAt($0) || ($0.isOptional && selection.names($0) && byName[$0.name]?.isEnabled != false) }
    }

    /// With optional alerts that somebody asks about right now: looked at, unless they are switched off, and without a wait.
    public func asking(_ names: [String]) -> Overrides {
        var all = byName
        for name in names {
            var override = all[name] ?? AlertOverride()
            override.holdFor = .zero
            all[name] = override
        }
        var asking = Overrides(unchecked: all)
        asking.own = own
        return asking
    }

    /// The runbook's are looked at unless they are switched off, the others only when they are named.
    public func looksAt(_ alert: Alert) -> Bool {
        byName[alert.name].map { $0.isEnabled != false } ?? !alert.isOptional
    }

    private static func check(_ override: AlertOverride, for alert: Alert) throws(OverrideError) {
        if let threshold = override.threshold {
            guard threshold.isFinite, threshold >= 0 else {
                throw OverrideError(alert.name, "threshold", "must be a number that is not negative")
            }
            guard alert.unit != .ratio || threshold <= 1 else {
                throw OverrideError(alert.name, "threshold", "is a share: at most 100 % (1)")
            }
            if case .state = alert.unit { throw OverrideError(alert.name, "threshold", "is fixed: yes or no") }
        }
        for (key, value) in [("for", override.holdFor), ("keep_firing_for", override.keepFiringFor)] {
            guard value.map({ $0 >= .zero }) ?? true else {
                throw OverrideError(alert.name, key, "must not be negative")
            }
        }
        if let minimum = override.minimumRequests {
            guard alert.conditions.contains(where: { $0.volume != nil }) else {
                throw OverrideError(alert.name, "minimum_requests", "is not looked at by this alert")
            }
            guard minimum.isFinite, minimum >= 0 else {
                throw OverrideError(alert.name, "minimum_requests", "must not be negative")
            }
        }
    }
}

/// A value in the configuration that cannot be meant.
public struct OverrideError: Error, Sendable, Hashable, CustomStringConvertible {
    public let alert: String
    /// The key as the configuration spells it; nil when the alert itself is unknown.
    public let key: String?
    public let message: String

    init(_ alert: String, _ key: String?, _ message: String) {
        self.alert = alert
        self.key = key
        self.message = message
    }

    static func unknownAlert(_ name: String) -> OverrideError {
        OverrideError(name, nil, Catalogue.unknownAlertMessage(name))
    }

    public var description: String { key.map { "\(alert): \($0) \(message)" } ?? message }
}

extension Alert {
    func applying(_ override: AlertOverride) -> Alert {
        var alert = self
        if let threshold = override.threshold {
            for index in conditions.indices where conditions[index].shares(conditions[0]) {
                alert.conditions[index].threshold = threshold
            }
        }
        alert.holdFor = override.holdFor ?? holdFor
        alert.keepFiringFor = override.keepFiringFor ?? keepFiringFor
        alert.minimumVolume = override.minimumRequests ?? minimumVolume
        alert.labels = labels.merging(override.labels)
        return alert
    }
}

extension Condition {
    /// Whether it is the same rule, asked of another target or source.
    fileprivate func shares(_ other: Condition) -> Bool {
        comparison == other.comparison && threshold == other.threshold
    }
}
