import Diagnostics

/// Adds up an application's series while they stream by, by the labels that conditions look at.
struct ApplicationTally: PrometheusConsumer {
    /// What is kept of a sample's labels: which ones depends on the role (`key(of:as:)`).
    struct Key: Hashable, Comparable {
        var main: String?
        var endpoint: String?
        var method: String?

        static func < (left: Key, right: Key) -> Bool {
            (left.main ?? "", left.endpoint ?? "", left.method ?? "")
                < (right.main ?? "", right.endpoint ?? "", right.method ?? "")
        }
    }

    /// All series of one name.
    struct Family {
        let role: ApplicationRole
        let rank: Int
        let name: String
        var isDeclared = false
        var values: [SeriesPart: [Key: Double]] = [:]
        var endpoints: Set<String> = []
        /// More endpoints than are told apart; those that came too late stand together as `other`.
        var hasOther = false
        /// Series that had no room left; a sum without them would be wrong.
        var lost = 0

        func series(_ part: SeriesPart) -> [Key: Double] { values[part] ?? [:] }
        var isEmpty: Bool { values.allSatisfy { $0.value.isEmpty } }
    }

    /// What a name means, looked up once for each.
    private enum Meaning {
        case family(String, SeriesPart)
        case process
        case information
        case nothing
    }

    /// Endpoints that are told apart in one family; beyond that lies what somebody's random paths make.
    static let maximumEndpoints = 1000
    static let maximumSeries = 50_000
    private static let maximumNames = 10_000
    /// Of what a server may make us remember, in bytes; longer label values are cut.
    private static let longestText = 256

    private let names: ApplicationSeries
    private var meanings: [String: Meaning] = [:]
    private var current = Meaning.nothing

    private(set) var families: [String: Family] = [:]
    /// `process_…` gauges and counters of the usual client libraries, by name.
    private(set) var process: [String: Double] = [:]
    /// Labels of the application's own `…_info`.
    private(set) var information: [String: String] = [:]

    init(_ names: ApplicationSeries) { self.names = names }

    mutating func wants(_ name: String) -> Bool {
        current = meaning(of: name)
        if case .nothing = current { return false }
        return true
    }

    mutating func declare(_ name: String, type: String) {
        // OpenMetrics declares a counter without its _total.
        for candidate in [name, name + "_total"] {
            if case .family(let family, _) = meaning(of: candidate) { families[family]?.isDeclared = true }
        }
    }

    mutating func take(_ sample: borrowing PrometheusSample) {
        switch current {
        case .family(let name, let part): add(sample, to: name, part)
        case .process where process.count < 100 && sample.name.utf8.count < Self.longestText:
            process[sample.name] = sample.value
        case .information:
            for (label, value) in sample.allLabels where information.count < 20 { information[label] = value }
        case .process, .nothing: break
        }
    }
}

extension ApplicationTally {
    private mutating func meaning(of name: String) -> Meaning {
        if let known = meanings[name] { return known }
        let meaning = newMeaning(of: name)
        if meanings.count < Self.maximumNames, name.utf8.count < Self.longestText { meanings[name] = meaning }
        return meaning
    }

    private mutating func newMeaning(of name: String) -> Meaning {
        if let found = names.meaning(of: name), families[found.family] != nil || families.count < 100 {
            let empty = Family(role: found.role, rank: found.rank, name: found.family)
            families[found.family] = families[found.family] ?? empty
            return .family(found.family, found.part)
        }
        if name.hasPrefix("process_") { return .process }
        // The language's own ones (python_info, go_info) say nothing about the application.
        let isInformation = name.hasSuffix("_info") && !["python_info", "go_info", "jvm_info"].contains(name)
        return isInformation ? .information : .nothing
    }

    private mutating func add(_ sample: borrowing PrometheusSample, to name: String, _ part: SeriesPart) {
        guard var family = families.removeValue(forKey: name) else { return }
        defer { families[name] = family }
        if part == .quantile, sample.label("quantile") == nil { return }
        // NaN is what a summary without observations says.
        guard !sample.value.isNaN else { return }
        var key = key(of: sample, as: family.role, part).bounded(Self.longestText)
        if let endpoint = key.endpoint, !family.endpoints.contains(endpoint) {
            if family.endpoints.count < Self.maximumEndpoints {
                family.endpoints.insert(endpoint)
            } else {
                family.hasOther = true
                key.endpoint = "other"
            }
        }
        family.add(sample.value, key, part, limit: Self.maximumSeries)
    }

    private func key(of sample: borrowing PrometheusSample, as role: ApplicationRole, _ part: SeriesPart) -> Key {
        switch role {
        case .requests:
            Key(
                main: sample.label(names.codeLabels), endpoint: endpoint(sample),
                method: sample.label(names.methodLabels))
        case .durations: durationKey(of: sample, part)
        case .authFailures: Key(main: sample.label("reason"), endpoint: endpoint(sample))
        case .rateLimitHits: Key(endpoint: endpoint(sample))
        case .debates: Key(main: sample.label("status"))
        case .quotaRemaining, .agentRateLimits, .agentErrors, .agentCalls, .agentFallbacks:
            Key(main: sample.label(names.providerLabels))
        case .activeDebates, .openCircuitBreakers: Key()
        }
    }

    private func durationKey(of sample: borrowing PrometheusSample, _ part: SeriesPart) -> Key {
        let main: String? =
            switch part {
            case .bucket: sample.label("le").map(Self.canonical)
            case .quantile: sample.label("quantile").map(Self.canonical)
            // Some applications count their requests here alone.
            case .count: sample.label(names.codeLabels)
            case .sum, .value: nil
            }
        let method = part == .bucket || part == .sum ? nil : sample.label(names.methodLabels)
        return Key(main: main, endpoint: endpoint(sample), method: method)
    }

    private func endpoint(_ sample: borrowing PrometheusSample) -> String? { sample.label(names.endpointLabels) }

    /// One spelling for one number: `1.0` and `1` are the same bucket.
    private static func canonical(_ bound: String) -> String {
        guard let number = Double(bound), number.isFinite else { return bound.hasPrefix("+") ? bound : "+\(bound)" }
        return Int64(exactly: number).map(String.init) ?? String(number)
    }
}

extension ApplicationTally.Key {
    fileprivate func bounded(_ limit: Int) -> Self {
        func cut(_ text: String?) -> String? {
            guard let text, text.utf8.count > limit else { return text }
            return String(decoding: text.utf8.prefix(limit), as: UTF8.self)
        }
        return Self(main: cut(main), endpoint: cut(endpoint), method: cut(method))
    }
}

extension ApplicationTally.Family {
    fileprivate mutating func add(
        _ value: Double, _ key: ApplicationTally.Key, _ part: SeriesPart, limit: Int
    ) {
        let old = values[part, default: [:]][key]
        guard old != nil || series(part).count < limit else {
            lost += 1
            return
        }
        // Quantiles of several series cannot be added up: the worst stands for all. Calls left are those of the
        // tightest quota.
        let new: Double =
            switch (old, role, part) {
            case (nil, _, _): value
            case (let old?, .durations, .quantile): max(old, value)
            case (let old?, .quotaRemaining, _): min(old, value)
            case (let old?, _, _): old + value
            }
        values[part, default: [:]][key] = new
    }
}

extension ApplicationTally {
    /// The family that stands for a role: of the name that comes first in the list, the one with samples before one
    /// that is only declared, and of several prefixes the shortest.
    func family(for role: ApplicationRole) -> Family? {
        families.values.filter { $0.role == role && ($0.isDeclared || !$0.isEmpty) }
            .min {
                ($0.isEmpty ? 1 : 0, $0.rank, $0.name.utf8.count, $0.name) < (
                    $1.isEmpty ? 1 : 0, $1.rank, $1.name.utf8.count, $1.name
                )
            }
    }

    /// Whether every sample of a role found room; a sum of some would be wrong.
    func isWhole(_ role: ApplicationRole) -> Bool { family(for: role)?.lost ?? 0 == 0 }

    /// When the process that counts was started, where it says.
    var countedSince: Timestamp? {
        (process["process_start_time_seconds"] ?? information["start_time"].flatMap(Double.init))
            .flatMap { $0 > 0 ? Timestamp(secondsSinceEpoch: $0) : nil }
    }
}
