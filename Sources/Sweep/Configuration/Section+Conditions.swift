import Diagnostics
import Network
import PostgreSQL
import Queries
import Runbook

/// The conditions of a configuration's own.
extension Section {
    /// - Parameter queries: the questions whose metrics can be judged beside diag's own.
    func ownConditions(_ queries: [OwnQuery]) -> [OwnCondition] {
        let entries = sections("conditions")
        guard !entries.isEmpty else { return [] }
        let metrics = MetricNames(queries)
        var seen: Set<String> = []
        return entries.compactMap { section in
            let condition = section.ownCondition(metrics)
            section.finish()
            guard let condition else { return nil }
            if Catalogue.alert(named: condition.name) != nil || !seen.insert(condition.name.lowercased()).inserted {
                section.report("name", "another condition is called \(condition.name.quoted) too")
                return nil
            }
            return condition
        }
    }

    private func ownCondition(_ metrics: MetricNames) -> OwnCondition? {
        let (name, metric, limit) = (conditionName(), requiredString("metric"), self.limit())
        let kind = metric.flatMap { self.kind(ofMetric: $0, metrics) }
        var condition = OwnCondition(
            name ?? "", at: kind ?? .postgresql, metric: metric ?? "", is: limit?.comparison ?? .above,
            limit?.threshold ?? 0)
        condition.match = labels("match")
        condition.growth = duration("increase")
        condition.severity = severity() ?? condition.severity
        condition.holdFor = duration("for") ?? .zero
        condition.keepFiringFor = duration("keep_firing_for") ?? .zero
        condition.title = string("title") ?? condition.title
        condition.meaning = string("meaning") ?? condition.meaning
        condition.evidence = strings("evidence") ?? metrics.evidence(ofMetric: condition.metric)
        condition.nextSteps = sections("next").compactMap { $0.nextStep() }
        return name != nil && kind != nil && limit != nil ? condition : nil
    }

    /// It becomes a label in Prometheus and a word of `--only`.
    private func conditionName() -> String? {
        guard let name = requiredString("name") else { return nil }
        if name.first?.isLetter == true, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) { return name }
        report("name", "\(name.quoted) is no name such as OrdersWaiting: letters and digits only")
        return nil
    }

    private func limit() -> (comparison: Comparison, threshold: Double)? {
        let limits = [("above", Comparison.above), ("below", .below), ("at_most", .atMost)].compactMap {
            key, comparison in
            quantity(key).map { (comparison, $0) }
        }
        if limits.count == 1 { return limits[0] }
        if limits.count > 1 || !["above", "below", "at_most"].contains(where: has) {
            report("name", "one of above, below and at_most is needed")
        }
        return nil
    }

    private func kind(ofMetric metric: String, _ metrics: MetricNames) -> Target.Kind? {
        let kinds = metrics.kinds(ofMetric: metric)
        let word = string("at")
        guard !kinds.isEmpty else {
            report("metric", "nothing measures \(metric.quoted)" + didYouMean(metric, among: metrics.all))
            return nil
        }
        let words = kinds.map(\.rawValue).joined(separator: " or ")
        guard let word else {
            if kinds.count > 1 { report("metric", "it is measured at several kinds of target: say at: \(words)") }
            return kinds.count == 1 ? kinds[0] : nil
        }
        guard let kind = Target.Kind(rawValue: word), kinds.contains(kind) else {
            report("at", "\(word.quoted) does not measure it; \(words) does")
            return nil
        }
        return kind
    }

    private func severity() -> Severity? {
        guard let word = string("severity") else { return nil }
        if let severity = Severity.allCases.first(where: { $0.description == word.uppercased() }) { return severity }
        report("severity", "\(word.quoted) is none of P1, P2, P3 and P4")
        return nil
    }

    private func nextStep() -> NextStep? {
        defer { finish() }
        guard let text = requiredString("text") else { return nil }
        return NextStep(text, string("command"), changesSomething: bool("changes") ?? false)
    }
}

// MARK: - Questions of one's own

extension Section {
    /// The questions in the files and folders that `queries` names.
    func ownQueries() -> [OwnQuery] {
        guard let places = strings("queries") else { return [] }
        do {
            return try OwnQuery.all(at: places.map(source.resolved))
        } catch {
            source.report(.init(file: error.path, line: error.line, key: "", message: error.message))
            return []
        }
    }
}

extension OwnQuery {
    /// Of folders, files and patterns such as `/etc/diag/queries/*.sql`.
    static func all(at places: [String]) throws(Mistake) -> [OwnQuery] {
        var files: [SQLFile] = []
        for place in places {
            for path in Glob.paths(place) {
                if path.hasSuffix(".sql") {
                    files.append(try SQLFile(path: path))
                } else {
                    files += try all(in: path).map(\.file)
                }
            }
        }
        return try checked(files)
    }
}
