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
    /// False for series that the application serves itself and that are only read along for a condition: what a person
    /// or a program asks of the target goes without them, and exporters print them added up over `summedOver`.
    public let isExported: Bool
    /// Labels whose values nobody bounds (an application's endpoints). Exporters add a counter's series up over them, and
    /// print of a gauge's the highest.
    public let summedOver: [String]

    public init(
        _ name: String, _ kind: Kind, _ help: String, isExported: Bool = true, summedOver: [String] = []
    ) {
        self.name = name
        self.kind = kind
        self.help = help
        self.isExported = isExported
        self.summedOver = summedOver
    }
}
