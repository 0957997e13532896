/// Writes commands that a person can copy to a shell, to have shown or done what a remedy has found.
public struct RemedyCommand: Sendable, Hashable {
    /// What names the server to `diag`, and where its configuration is: `["db-primary", "--config", "diag.yaml"]`.
    private let tail: [String]
    /// The whole command as it was given, without `--yes`; for those remedies that find themselves what is to be done.
    private let whole: [String]

    /// - Parameters:
    ///   - whole: words after `diag`. No secrets may stand in either.
    public init(tail: [String], whole: [String] = []) {
        self.tail = tail
        self.whole = whole
    }

    /// Only shows; what a person types first.
    ///
    /// - Parameter words: before the server: `["pg", "cancel", "4711"]`.
    public func showing(_ words: [String]) -> String { Self.shell(words + tail) }

    public func doing(_ words: [String]) -> String { showing(words) + " --yes" }

    /// - Parameter extra: options that hold it to what was shown: `["--at-most", "1200"]`.
    public func doingWhole(adding extra: [String] = []) -> String { Self.shell(whole + extra + ["--yes"]) }

    private static func shell(_ words: [String]) -> String {
        (["diag"] + words).map(\.shellWord).joined(separator: " ")
    }
}
