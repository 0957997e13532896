import Diagnostics

/// Which alerts at which targets are looked at: `--only` and `--skip`.
///
/// A word is the name of an alert, a kind of target, or `label=value` (`target=db-primary` by name). Words of one sort widen
/// each other, words of different sorts narrow: `--only redis --only tls --only team=core` means what is Redis or TLS and
/// belongs to that team. `--skip` leaves out whatever any of its words matches.
public struct Selection: Sendable, Hashable {
    public enum Word: Sendable, Hashable {
        case alert(String)
        case kind(Target.Kind)
        case label(name: String, value: String)
    }

    public let only: [Word]
    public let skip: [Word]

    public static let all = Selection(only: [Word](), skip: [])

    public init(only: [Word], skip: [Word]) {
        self.only = only
        self.skip = skip
    }

    /// - Parameter alerts: those that a word can name.
    /// - Throws: `SelectionError` for a word that is none of the three, with the nearest that is.
    public init(
        only: [String], skip: [String], among alerts: [Alert] = Catalogue.all
    ) throws(SelectionError) {
        self.only = try Self.words(only, alerts)
        self.skip = try Self.words(skip, alerts)
    }

    /// Whether `--only` names this very alert.
    func names(_ alert: Alert) -> Bool { only.contains(.alert(alert.name)) }

    public func includes(_ alert: Alert, at target: Target) -> Bool {
        !skip.contains { $0.matches(alert, target) }
            && Self.sorts.allSatisfy { isOfSort in
                let words = only.filter(isOfSort)
                return words.isEmpty || words.contains { $0.matches(alert, target) }
            }
    }

    /// Whether any of the alerts is looked at there, so that it is worth a probe.
    public func includes(_ target: Target, alerts: [Alert] = Catalogue.alerts) -> Bool {
        alerts.contains { $0.kinds.contains(target.kind) && includes($0, at: target) }
    }

    /// Whether the alert is looked at anywhere, so that it deserves a word when no target of its kind exists.
    func includes(_ alert: Alert) -> Bool {
        let isNamed = !only.contains(where: \.isAlert) || only.contains(.alert(alert.name))
        let isOfKind = !only.contains(where: \.isKind) || alert.kinds.contains { only.contains(.kind($0)) }
        return isNamed && isOfKind && !skip.contains(.alert(alert.name))
    }

    private static let sorts: [@Sendable (Word) -> Bool] = [{ $0.isAlert }, { $0.isKind }, { $0.isLabel }]

    private static func words(_ texts: [String], _ alerts: [Alert]) throws(SelectionError) -> [Word] {
        var words: [Word] = []
        for text in texts { words.append(try Word(text, alerts)) }
        return words
    }
}

extension Selection.Word {
    init(_ text: String, _ alerts: [Alert]) throws(SelectionError) {
        if let equals = text.firstIndex(of: "=") {
            self = .label(name: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
        } else if let kind = Target.Kind(rawValue: text.lowercased()) {
            self = .kind(kind)
        } else if let alert = alerts.alert(named: text) {
            self = .alert(alert.name)
        } else {
            throw SelectionError(word: text, alerts: alerts.map(\.name))
        }
    }

    var isAlert: Bool { if case .alert = self { true } else { false } }
    var isKind: Bool { if case .kind = self { true } else { false } }
    var isLabel: Bool { if case .label = self { true } else { false } }

    func matches(_ alert: Alert, _ target: Target) -> Bool {
        switch self {
        case .alert(let name): alert.name == name
        case .kind(let kind): target.kind == kind
        case .label("target", let value): target.name == value
        case .label(let name, let value): target.labels[name] == value
        }
    }
}

/// A word of `--only` or `--skip` that means nothing.
public struct SelectionError: Error, Sendable, Hashable, CustomStringConvertible {
    public let word: String
    /// The names that would have meant an alert.
    public let alerts: [String]

    public var description: String {
        let known = alerts + Target.Kind.allCases.map(\.rawValue)
        return "'\(word)' is neither an alert nor a kind of target nor label=value" + didYouMean(word, among: known)
    }
}
