import Diagnostics
import Runbook

/// What somebody sees who watches, apart from how it is drawn: the last round, what is selected, how it is ordered and
/// filtered. Keys and rounds change it; nothing here touches a terminal.
public struct WatchModel: Sendable {
    public enum Page: Sendable, Hashable { case alerts, targets }

    public enum Order: String, Sendable, Hashable, CaseIterable {
        case severity, target, age
    }

    /// What a key asks of whoever runs the rounds.
    public enum Request: Sendable, Hashable { case quit, look, pause, goOn }

    /// How often a round is made, in seconds.
    public let interval: Double
    public internal(set) var report: SweepReport?
    public internal(set) var rounds = 0
    public internal(set) var page = Page.alerts
    public internal(set) var order = Order.severity
    public internal(set) var filter = ""
    /// Keys go into the filter.
    public internal(set) var isFiltering = false
    public internal(set) var isPaused = false
    public internal(set) var isHelping = false
    /// The first line that is shown of the help.
    var helpOffset = 0
    /// What is fine is listed too.
    public internal(set) var showsAll = false
    /// The row that is selected; its place is found anew in each round.
    public internal(set) var selected: Row.ID?
    /// The row whose evidence is shown.
    public internal(set) var opened: Row.ID?
    /// The first line that is shown of what is opened.
    public internal(set) var offset = 0
    /// Rows, or lines, that the last drawing had room for.
    var room = 10

    public init(interval: Double) { self.interval = interval }

    /// The middle of the screen has so many lines: pages are as long.
    public mutating func hasRoom(for lines: Int) { room = lines }

    public mutating func take(_ report: SweepReport) {
        self.report = report
        rounds += 1
        keepSelection()
    }
}

extension WatchModel {
    /// One line of the list, and all that can be told of it.
    public struct Row: Sendable, Hashable {
        public enum ID: Sendable, Hashable {
            case finding(alert: String, TargetID?, source: String, Labels)
            case target(TargetID)
        }

        let id: ID
        /// Where a word is looked for.
        let words: String
    }

    var rows: [Row] {
        let all = page == .alerts ? findings.map(Row.init) : targets.map(Row.init)
        let word = filter.lowercased()
        return word.isEmpty ? all : all.filter { $0.words.contains(word) }
    }

    /// In the order that is wanted; what is fine only when it is.
    var findings: [Finding] {
        let all = (report?.findings ?? []).filter { finding in
            switch finding.verdict {
            case .firing, .pending, .unknown: true
            case .ok: showsAll || finding.resolved != nil
            case .notApplicable: false
            }
        }
        switch order {
        // As they are judged: firing before pending before unknown, then the worst first.
        case .severity: return all
        case .target: return all.stable { ($0.target?.name ?? "") < ($1.target?.name ?? "") }
        case .age: return all.stable { age($0) > age($1) }
        }
    }

    /// What could not be looked at first, in any other order as they are configured.
    var targets: [Observation] {
        let all = report?.observations ?? []
        switch order {
        case .severity: return all.stable { ($0.failure == nil ? 1 : 0) < ($1.failure == nil ? 1 : 0) }
        case .target: return all.stable { $0.target.name < $1.target.name }
        case .age: return all.stable { $0.duration > $1.duration }
        }
    }

    private func age(_ finding: Finding) -> Double {
        guard let report, let since = finding.began ?? finding.since else { return -1 }
        return report.ended.seconds(since: since)
    }

    func finding(_ id: Row.ID) -> Finding? { report?.findings.first { Row($0).id == id } }

    func observation(_ id: Row.ID) -> Observation? { report?.observations.first { Row($0).id == id } }
}

extension WatchModel.Row {
    init(_ finding: Finding) {
        id = .finding(
            alert: finding.alert, finding.target.map(TargetID.init), source: finding.source, finding.labels)
        words = [
            finding.alert, finding.title, finding.target?.name ?? "", finding.target?.kind.rawValue ?? "",
            "\(finding.severity)", finding.verdict.rawValue, finding.summary,
        ].joined(separator: " ").lowercased()
    }

    init(_ observation: Observation) {
        let target = observation.target
        id = .target(TargetID(target))
        words = [target.kind.rawValue, target.name, target.address, observation.failure?.description ?? ""]
            .joined(separator: " ").lowercased()
    }
}

extension Array {
    /// Sorted, with those that are equal left in their order.
    fileprivate func stable(_ isBefore: (Element, Element) -> Bool) -> [Element] {
        enumerated().sorted { left, right in
            if isBefore(left.element, right.element) { return true }
            return isBefore(right.element, left.element) ? false : left.offset < right.offset
        }.map(\.element)
    }
}
