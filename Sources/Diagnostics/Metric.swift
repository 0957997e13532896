/// What a number means: its Prometheus name (which ends in its unit), kind and help text.
public struct Metric: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        /// A value that goes up and down.
        case gauge
        /// A total that only grows, until what counts it restarts.
        case counter
    }

    /// By Prometheus's naming rules: `diag_`, the module, what is measured, the base unit; `_total` for a counter.
    public let name: String
    public let kind: Kind
    /// One sentence for `# HELP`.
    public let help: String
    /// False for series that the application serves itself and that are only read along for a condition.
    public let isExported: Bool

    public init(_ name: String, _ kind: Kind, _ help: String, isExported: Bool = true) {
        self.name = name
        self.kind = kind
        self.help = help
        self.isExported = isExported
    }
}
