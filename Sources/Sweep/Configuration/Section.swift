import Diagnostics
import Network
import Runbook
import Yams

/// A mapping of the configuration while it is read: typed values out, problems collected with file, line and key.
///
/// Every key that is asked for is known; `finish` reports those that nobody asked for. A value that is wrong is
/// reported and then reads as absent, so that one run reports all that is wrong.
final class Section {
    let path: String
    let source: ConfigurationSource
    private let line: Int?
    private var nodes: [String: Node] = [:]
    private var keyLines: [String: Int?] = [:]
    private var order: [String] = []
    private var known: Set<String> = []

    init(_ node: Node, path: String, source: ConfigurationSource) {
        self.path = path
        self.source = source
        line = node.mark?.line
        guard let mapping = node.mapping else {
            if node.isEmptyScalar { return }
            source.report(line, path, "keys with values are expected here")
            return
        }
        for (key, value) in mapping where key.string != "<<" { hold(key, value) }
        for (key, value) in mapping where key.string == "<<" { merge(value) }
    }

    /// What an alias brings in (`<<: *defaults`); the mapping's own keys win.
    private func merge(_ node: Node) {
        for mapping in node.sequence.map(Array.init) ?? [node] {
            for (key, value) in mapping.mapping ?? [:] where !has(key.string ?? "") { hold(key, value) }
        }
    }

    private func hold(_ key: Node, _ value: Node) {
        let name = key.string ?? ""
        nodes[name] = value
        keyLines[name] = key.mark?.line
        order.append(name)
    }

    func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    func has(_ key: String) -> Bool { nodes[key] != nil }

    func report(_ key: String, _ message: String) {
        source.report((keyLines[key] ?? nil) ?? line, path(of: key), message)
    }

    /// Reports the keys that nobody asked for.
    func finish() {
        for key in order where !known.contains(key) {
            report(key, "unknown key" + didYouMean(key, among: known))
        }
    }

    // MARK: Values

    func string(_ key: String) -> String? {
        scalar(key).flatMap { source.expanded($0, reporting: { self.report(key, $0) }) }
    }

    /// As `string`, and reported when absent.
    func requiredString(_ key: String) -> String? {
        guard has(key) else {
            _ = take(key)
            source.report(line, path, "\(key) is missing")
            return nil
        }
        return string(key)
    }

    /// The value of `key`, or the first line of the file that `key_file` names.
    func secret(_ key: String) -> String? {
        let inline = string(key)
        guard let file = string("\(key)_file") else { return inline }
        if inline != nil { report(key, "give either \(key) or \(key)_file") }
        do {
            return try source.secret(inFile: file)
        } catch {
            // Where the path came from a variable, that may have been the secret itself.
            let path = written("\(key)_file")
            report("\(key)_file", path.contains("${") ? "\(path): \(error.message)" : "\(error)")
            return nil
        }
    }

    func bool(_ key: String) -> Bool? {
        parsed(key, "true or false") {
            ["true": true, "yes": true, "on": true, "false": false, "no": false, "off": false][$0]
        }
    }

    func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        parsed(key, "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    func duration(_ key: String) -> Duration? {
        parsed(key, "a length of time such as 500ms, 5s, 10m, 24h or 14d") { Quantity.duration($0) }
    }

    func bytes(_ key: String) -> Int64? {
        parsed(key, "a size such as 512KiB, 10MB or 1GiB") { Quantity.bytes($0) }
    }

    /// A threshold in its alert's own unit: a plain number, a share (`90%`), a length of time (`14d`), in seconds, or a
    /// size (`10GiB`), in bytes.
    func quantity(_ key: String) -> Double? {
        parsed(key, "a number, a share such as 90%, a length of time such as 100ms or 14d, or a size such as 10GiB") {
            Quantity.number($0)
        }
    }

    /// A list of texts, or a single one.
    func strings(_ key: String) -> [String]? {
        guard let node = take(key) else { return nil }
        let items = node.sequence.map(Array.init) ?? [node]
        return items.compactMap { item in
            guard let text = item.scalar?.string else {
                source.report(item.mark?.line, path(of: key), "a text or a list of texts is expected")
                return nil
            }
            return source.expanded(text, reporting: { self.report(key, $0) })
        }
    }

    func labels(_ key: String) -> Labels {
        guard let section = section(key) else { return [:] }
        return Labels(section.order.compactMap { name in section.string(name).map { (name, $0) } })
    }

    /// Labels that go out with metrics and alerts, where names are Prometheus's.
    func seriesLabels(_ key: String) -> Labels {
        let labels = labels(key)
        for label in labels where !Self.isLabelName(label.name) || Metric.reservedLabels.contains(label.name) {
            report(
                key,
                "\(label.name.quoted) cannot be a label: a name has letters, digits and _ only, and \(Self.reserved) are taken"
            )
        }
        return labels
    }

    private static let reserved = Metric.reservedLabels.sorted().joined(separator: ", ")

    private static func isLabelName(_ name: String) -> Bool {
        name.utf8.allSatisfy { $0 < 128 } && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
            && name.first?.isNumber == false && !name.hasPrefix("__")
    }

    // MARK: Sections

    func section(_ key: String) -> Section? {
        take(key).map { Section($0, path: path(of: key), source: source) }
    }

    /// A list of mappings; a single mapping counts as a list of one.
    func sections(_ key: String) -> [Section] {
        guard let node = take(key), !node.isEmptyScalar else { return [] }
        guard let sequence = node.sequence else {
            return node.mapping == nil ? wrongList(key) : [Section(node, path: path(of: key), source: source)]
        }
        return sequence.enumerated().map { index, item in
            Section(item, path: "\(path(of: key))[\(index)]", source: source)
        }
    }

    /// All keys of a mapping whose names are the configuration's own, such as alert names.
    func namedSections() -> [(name: String, section: Section)] {
        order.compactMap { name in section(name).map { (name, $0) } }
    }

    private func wrongList(_ key: String) -> [Section] {
        report(key, "a list is expected, each entry beginning with '-'")
        return []
    }

    private func parsed<Value>(_ key: String, _ expected: String, _ parse: (String) -> Value?) -> Value? {
        guard let text = string(key) else { return nil }
        if let value = parse(text) { return value }
        // As it stands in the file: what a variable holds may be a secret.
        report(key, "\(written(key).quoted) is not \(expected)")
        return nil
    }

    /// The value as it stands in the file, its variables not replaced.
    func written(_ key: String) -> String { nodes[key]?.scalar?.string ?? "" }

    private func scalar(_ key: String) -> String? {
        guard let node = take(key) else { return nil }
        if let scalar = node.scalar { return scalar.string }
        report(key, "a single value is expected")
        return nil
    }

    private func take(_ key: String) -> Node? {
        known.insert(key)
        return nodes[key]
    }
}

extension Node {
    /// `key:` with nothing behind it.
    fileprivate var isEmptyScalar: Bool { scalar?.string.isEmpty == true }
}

extension String {
    /// In quotes and without control characters, for error messages.
    var quoted: String { "'" + String(unicodeScalars.map { $0.value < 32 ? "?" : Character($0) }) + "'" }
}
