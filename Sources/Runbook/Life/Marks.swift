import Diagnostics

/// What tells whether a target is still the one that it was: when it started, who it is, its role, its version. What is
/// another than at the last look has changed, and that is the first thing to know in an incident.
public enum Marks {
    /// By name; those that could not be read are missing.
    public static func of(_ observation: Observation) -> Labels {
        guard observation.failure == nil else { return [:] }
        let samples = observation.samples
        return Labels(
            samples.flatMap(marks)
                + [(started, start(samples)), (identity, samples.lazy.compactMap(\.identity).first)]
                .compactMap { name, value in value.map { (name, $0) } }.filter { observation.target.kind.has($0.0) })
    }

    /// These marks, and those of before for what could not be read now.
    public static func remembered(_ earlier: Labels, _ now: Labels) -> Labels { earlier.merging(now) }

    /// In words, what is another one now.
    public static func changes(from earlier: Labels, to now: Labels) -> [String] {
        now.compactMap { mark in
            guard let before = earlier[mark.name], before != mark.value else { return nil }
            return words(mark.name, before, mark.value)
        }
    }

    private static let (started, identity) = ("started", "identity")

    private static func marks(_ sample: Sample) -> [(String, String)] {
        let labels = sample.labels
        switch sample.metric.name {
        case "diag_postgresql_start_time_seconds": return [(started, number(sample.value))]
        case "diag_postgresql_in_recovery": return [("role", sample.value == 0 ? "primary" : "standby")]
        case "diag_redis_info", "diag_redis_sentinel_info":
            return [("role", "role"), ("version", "version"), (identity, "run_id")].compactMap { mark, label in
                labels[label].flatMap { $0.isEmpty ? nil : (mark, $0) }
            }
        case "diag_redis_sentinel_master_info":
            // An equals sign ends a name where marks are kept as text.
            let master = (labels["master"] ?? "").map { $0 == "=" ? "_" : String($0) }.joined()
            return [("master \(master)", labels["address"] ?? "")]
        case "diag_tls_leaf_expiry_seconds": return [("certificate", number(sample.value))]
        default: return []
        }
    }

    /// Of an application, by its own metrics.
    private static func start(_ samples: [Sample]) -> String? {
        samples.lazy.filter { $0.metric.name.hasPrefix("diag_application_") }.compactMap(\.countedSince).first
            .map { number($0.secondsSinceEpoch) }
    }

    /// Start times that are computed from an uptime waver by a second.
    private static let tolerance = 2.0

    private static func words(_ name: String, _ before: String, _ now: String) -> String? {
        switch name {
        case started:
            guard let (earlier, later) = times(before, now), later.seconds(since: earlier) > tolerance else {
                return nil
            }
            return "restarted at \(later)"
        case identity: return "another instance answers: \(before) → \(now)"
        case "certificate":
            guard let (earlier, later) = times(before, now) else { return nil }
            return "the certificate was replaced: it ended at \(earlier), this one ends at \(later)"
        default: return "\(name): \(before) → \(now)"
        }
    }

    private static func times(_ before: String, _ now: String) -> (Timestamp, Timestamp)? {
        guard let before = Double(before), let now = Double(now) else { return nil }
        return (Timestamp(secondsSinceEpoch: before), Timestamp(secondsSinceEpoch: now))
    }

    private static func number(_ value: Double) -> String { "\(value.rounded())" }
}

extension Target.Kind {
    /// A counter's identity says who counts: of an application that is the name of its metric, of a log nobody.
    fileprivate func has(_ mark: String) -> Bool {
        mark == "started" ? self == .http : [.postgresql, .host].contains(self)
    }
}
