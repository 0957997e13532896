/// Prometheus's rules for names and units, which every metric of ours and of a user's own question keeps.
///
/// From https://prometheus.io/docs/practices/naming and the linter behind `promtool check metrics` (client_golang,
/// promlint). OpenMetrics 1.0 asks for the same unit at the end of the name.
extension Metric {
    /// What breaks a rule, in words; empty for a metric that keeps all of them.
    public var flaws: [String] { nameFlaws + unitFlaws + helpFlaws }

    /// A cumulative bucket, the sum or the number of a histogram's observations: three counters that together are one
    /// family.
    public var histogramPart: HistogramPart? {
        guard kind == .counter else { return nil }
        return HistogramPart.allCases.first { name.hasSuffix($0.rawValue) }
    }

    public enum HistogramPart: String, Sendable, Hashable, CaseIterable {
        case bucket = "_bucket"
        case count = "_count"
        case sum = "_sum"
    }

    /// Labels that every exported series has or that Prometheus gives to it: no sample may bring one of them along.
    public static let reservedLabels: Set<String> = [
        "kind", "target", "sweep", "alert", "alertname", "alertstate", "severity", "priority", "source", "job",
        "instance", "le",
        "quantile",
    ]

    private var nameFlaws: [String] {
        var flaws: [String] = []
        let isPlain = name.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || $0 == UInt8(ascii: "_")
        }
        if !isPlain || name.first?.isLetter != true { flaws.append("a name has small letters, digits and _ only") }
        if name.contains("__") || name.hasSuffix("_") { flaws.append("a name has single _ between its words") }
        if (name.hasSuffix("_total") || histogramPart != nil) != (kind == .counter) {
            flaws.append("a counter's name, and no gauge's, ends in _total")
        }
        let reserved = kind == .gauge ? ["_count", "_sum", "_bucket", "_created", "_total"] : ["_created"]
        for suffix in reserved where name.hasSuffix(suffix) { flaws.append("the end \(suffix) is for other kinds") }
        for word in words where ["gauge", "counter", "summary", "histogram"].contains(word) {
            flaws.append("the kind (\(word)) does not belong into the name")
        }
        return flaws
    }

    private var unitFlaws: [String] {
        var flaws: [String] = []
        for word in words {
            if let base = Self.otherUnits[word] { flaws.append("\(word) is no base unit: measure in \(base)") }
        }
        let base = words.last == "total" || histogramPart != nil ? words.dropLast() : words[...]
        for unit in ["seconds", "bytes"] where base.dropLast().contains(unit) {
            flaws.append("the unit (\(unit)) stands at the name's end")
        }
        return flaws
    }

    private var helpFlaws: [String] {
        if help.isEmpty { return ["a help text is missing"] }
        return help.contains("\n") ? ["the help text is one line"] : []
    }

    private var words: [String] { name.split(separator: "_").map(String.init) }

    private static let otherUnits: [String: String] = [
        "milliseconds": "seconds", "microseconds": "seconds", "nanoseconds": "seconds", "minutes": "seconds",
        "hours": "seconds", "days": "seconds", "weeks": "seconds", "ms": "seconds", "us": "seconds", "ns": "seconds",
        "sec": "seconds", "secs": "seconds", "s": "seconds", "m": "seconds", "h": "seconds", "d": "seconds",
        "kilobytes": "bytes", "megabytes": "bytes", "gigabytes": "bytes", "terabytes": "bytes", "kibibytes": "bytes",
        "mebibytes": "bytes", "gibibytes": "bytes", "kb": "bytes", "mb": "bytes", "gb": "bytes", "tb": "bytes",
        "pb": "bytes", "b": "bytes", "bits": "bytes", "percent": "ratios (0 to 1)",
        "percentage": "ratios (0 to 1)",
    ]
}
