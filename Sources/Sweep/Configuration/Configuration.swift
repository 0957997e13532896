import Diagnostics
import Network
import Runbook
import Yams

/// What to look at, how to judge it and where to keep the history: one YAML file, read and checked once.
public struct Configuration: Sendable {
    /// Where earlier sweeps are kept.
    public enum HistoryPlace: Sendable, Hashable {
        /// `HistoryPlace.usual` decides.
        case usual
        case file(String)
        case none
    }

    /// In the file's order; none when nothing is configured, so that targets are found by themselves.
    public var targets: [ConfiguredTarget]
    public var overrides: Overrides
    public var bounds: Bounds
    public var history: HistoryPlace
    /// Who is asked for the time before a first sweep.
    public var prometheus: PrometheusSettings?
    /// Who is told of alerts.
    public var delivery = DeliverySettings()

    public init(
        targets: [ConfiguredTarget] = [], overrides: Overrides = .none, bounds: Bounds = Bounds(),
        history: HistoryPlace = .usual
    ) {
        self.targets = targets
        self.overrides = overrides
        self.bounds = bounds
        self.history = history
    }
}

// MARK: - Reading

extension Configuration {
    /// - Throws: `ConfigurationError` with everything that is wrong in the file, each with its line and key.
    public init(file: String, environment: [String: String]) throws(ConfigurationError) {
        let source = ConfigurationSource(file: file, environment: environment)
        do {
            let text = String(decoding: try TextFile.read(file, upTo: 4 << 20), as: UTF8.self)
            try self.init(text: text, source: source)
        } catch let error as FileError {
            throw ConfigurationError(problems: [.init(file: file, line: nil, key: "", message: error.message)])
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw ConfigurationError(problems: [.init(file: file, line: nil, key: "", message: "\(error)")])
        }
    }

    init(text: String, source: ConfigurationSource) throws(ConfigurationError) {
        self.init()
        if let root = Self.parsed(text, source) {
            let section = Section(root, path: "", source: source)
            read(section)
            section.finish()
        }
        guard source.problems.isEmpty else { throw ConfigurationError(problems: source.problems) }
    }

    /// Nil for an empty file, and for one that is no YAML, which is then reported.
    static func parsed(_ text: String, _ source: ConfigurationSource) -> Node? {
        do {
            // `.basic`: every value is a text here, whose meaning the key decides. Guessing types by regular expressions
            // took most of the time that a sweep spends before its first packet.
            return try compose(yaml: text, .basic)
        } catch YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _)
        {
            source.report(mark.line, "", "not YAML: \(problem)")
        } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
            // In the words of `context` stands the whole file with all its secrets.
            for key in keys { source.report(context.mark.line, key, "this key is there twice in the same place") }
        } catch YamlError.reader(let problem, _, _, let text) {
            source.report(Self.lineOfFirstControl(in: text), "", "not YAML: \(problem)")
        } catch {
            source.report(nil, "", "not YAML")
        }
        return nil
    }

    /// YAML knows no control characters but tab and line breaks; libyaml tells where in bytes that it has converted.
    private static func lineOfFirstControl(in text: String) -> Int? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.firstIndex { line in
            line.unicodeScalars.contains {
                ($0.value < 32 && $0 != "\t" && $0 != "\r") || (127...159).contains($0.value)
            }
        }.map { $0 + 1 }
    }

    private mutating func read(_ section: Section) {
        if let targets = section.section("targets") {
            self.targets = targets.targets()
            targets.finish()
        }
        let queries = section.ownQueries()
        targets = targets.map { $0.asking(queries) }
        if let alerts = section.section("alerts") { overrides = alerts.overrides() }
        overrides.own = section.ownConditions(targets.flatMap(\.ownQueries) + queries)
        if let sweep = section.section("sweep") { bounds = sweep.bounds(bounds) }
        prometheus = section.prometheus(targets)
        delivery = section.delivery()
        delivery.interval = delivery.interval ?? bounds.every
        if let history = section.section("history") {
            self.history = history.historyPlace()
            history.finish()
        }
    }
}

extension Section {
    fileprivate func bounds(_ usual: Bounds) -> Bounds {
        defer { finish() }
        return Bounds(
            timeout: duration("timeout") ?? usual.timeout, deadline: duration("deadline") ?? usual.deadline,
            concurrency: integer("concurrency", in: 1...10_000) ?? usual.concurrency,
            every: duration("every") ?? usual.every)
    }

    func historyPlace() -> Configuration.HistoryPlace {
        let path = string("path")
        if bool("enabled") == false { return .none }
        return path.map { .file(source.resolved($0)) } ?? .usual
    }

    /// Thresholds and times by alert.
    fileprivate func overrides() -> Overrides {
        var result: [String: AlertOverride] = [:]
        for (name, section) in namedSections() {
            let override = section.alertOverride()
            section.finish()
            // However its letters are cased.
            let alert = Catalogue.alert(named: name)?.name ?? name
            if result[alert] != nil { report(name, "\(alert) is there twice") }
            do {
                _ = try Overrides([alert: override])
                result[alert] = override
            } catch {
                if let key = error.key { section.report(key, error.message) } else { report(name, error.message) }
            }
        }
        return (try? Overrides(result)) ?? .none
    }

    private func alertOverride() -> AlertOverride {
        AlertOverride(
            isEnabled: bool("enabled"), threshold: quantity("threshold"), holdFor: duration("for"),
            keepFiringFor: duration("keep_firing_for"), minimumRequests: quantity("minimum_requests"),
            labels: seriesLabels("labels"))
    }
}
