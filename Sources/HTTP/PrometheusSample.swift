/// One sample as it stands in a line that is there only during the call: strings are made of what is asked for alone.
public struct PrometheusSample: ~Copyable {
    struct Label {
        let name: Range<Int>
        let value: Range<Int>
        let isEscaped: Bool
    }

    let line: UnsafeRawBufferPointer
    let nameRange: Range<Int>
    let suffixRange: Range<Int>?
    let labels: [Label]

    public let value: Double
    /// As it stands there: milliseconds since 1970 in Prometheus's format, seconds in OpenMetrics.
    public let timestamp: Double?

    /// With its suffix, wherever that stood.
    public var name: String {
        guard let suffixRange else { return text(nameRange) }
        return text(nameRange) + text(suffixRange)
    }

    /// Value of a label; nil when the sample has none of that name.
    public func label(_ name: String) -> String? {
        for label in labels where line[label.name].elementsEqual(name.utf8) { return value(of: label) }
        return nil
    }

    /// Value of the first label of these names that there is.
    public func label(_ names: [String]) -> String? {
        for name in names {
            if let value = label(name) { return value }
        }
        return nil
    }

    /// All labels in the order they stand there.
    public var allLabels: [(name: String, value: String)] {
        var result: [(name: String, value: String)] = []
        for label in labels { result.append((text(label.name), value(of: label))) }
        return result
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: line[range], as: UTF8.self) }

    private func value(of label: Label) -> String {
        label.isEscaped ? Self.unescaped(line[label.value]) : text(label.value)
    }

    /// Backslash before backslash, double quote and n, as the format says; before anything else it stands for itself.
    private static func unescaped(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        var result: [UInt8] = []
        var isEscape = false
        for byte in bytes {
            guard isEscape || byte != UInt8(ascii: "\\") else {
                isEscape = true
                continue
            }
            switch (isEscape, byte) {
            case (true, UInt8(ascii: "n")): result.append(10)
            case (true, UInt8(ascii: "\\")), (true, UInt8(ascii: "\"")), (false, _): result.append(byte)
            case (true, _): result += [UInt8(ascii: "\\"), byte]
            }
            isEscape = false
        }
        return String(decoding: result, as: UTF8.self)
    }
}
