/// Why a line is malformed.
struct LineError: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}

/// Goes through one line of metrics, byte by byte. A carriage return counts as a blank.
struct LineCursor {
    let line: UnsafeRawBufferPointer
    private var index = 0

    init(_ line: UnsafeRawBufferPointer) { self.line = line }

    var peek: UInt8? { index < line.count ? line[index] : nil }

    mutating func advance() { index += 1 }

    mutating func skipBlanks() { while index < line.count, Self.isBlank(line[index]) { index += 1 } }

    func text(_ range: Range<Int>) -> String { String(decoding: line[range], as: UTF8.self) }

    /// Up to the next blank; empty at the end.
    mutating func word() -> String { text(token()) }

    /// Name before the labels; empty when it stands in quotes between the braces (Prometheus 3).
    mutating func name() throws(LineError) -> Range<Int> {
        let range = scan(Self.isNameByte)
        guard let first = range.first else {
            guard peek == UInt8(ascii: "{") else { throw LineError("no metric name") }
            return range
        }
        guard line[first] &- 48 >= 10 else { throw LineError("a metric name cannot begin with a digit") }
        return range
    }

    /// From `{` to `}`.
    mutating func labels(
        into labels: inout [PrometheusSample.Label], name: inout Range<Int>
    ) throws(LineError) {
        advance()
        while true {
            skipBlanks()
            if peek == UInt8(ascii: "}") { return advance() }
            try label(into: &labels, name: &name)
            skipBlanks()
            switch peek {
            case UInt8(ascii: ","), UInt8(ascii: "}"): if peek == UInt8(ascii: ",") { advance() }
            case nil: throw LineError("the labels do not end")
            default: throw LineError("no comma between two labels")
            }
        }
    }

    private mutating func label(
        into labels: inout [PrometheusSample.Label], name: inout Range<Int>
    ) throws(LineError) {
        let isQuoted = peek == UInt8(ascii: "\"")
        let labelName = isQuoted ? try quoted().range : scan(Self.isNameByte)
        guard isQuoted || !labelName.isEmpty else { throw LineError("a label without a name") }
        skipBlanks()
        guard peek == UInt8(ascii: "=") else {
            guard isQuoted, name.isEmpty else { throw LineError("a label without =") }
            name = labelName
            return
        }
        advance()
        skipBlanks()
        guard peek == UInt8(ascii: "\"") else { throw LineError("a label value without quotes") }
        let value = try quoted()
        labels.append(PrometheusSample.Label(name: labelName, value: value.range, isEscaped: value.isEscaped))
    }

    /// What stands between two double quotes.
    private mutating func quoted() throws(LineError) -> (range: Range<Int>, isEscaped: Bool) {
        advance()
        let start = index
        var isEscaped = false
        while index < line.count {
            let byte = line[index]
            if byte == UInt8(ascii: "\"") {
                defer { index += 1 }
                return (start..<index, isEscaped)
            }
            if byte == UInt8(ascii: "\\") {
                isEscaped = true
                index += 1
            }
            index += 1
        }
        throw LineError("a quoted value does not end")
    }

    /// `_count` in `name{…}_count 3`.
    mutating func misplacedSuffix() -> Range<Int>? {
        guard index > 0, line[index - 1] == UInt8(ascii: "}"), peek == UInt8(ascii: "_") else { return nil }
        return scan(Self.isNameByte)
    }

    mutating func value() throws(LineError) -> Double {
        skipBlanks()
        let range = token()
        guard !range.isEmpty else { throw LineError("no value") }
        guard let value = DecimalText.number(UnsafeRawBufferPointer(rebasing: line[range])) else {
            throw LineError("the value is not a number: \(text(range).prefix(40))")
        }
        return value
    }

    /// Behind the value: nothing, a time, and in OpenMetrics an exemplar after `#`, which is left unread.
    mutating func timestamp() throws(LineError) -> Double? {
        skipBlanks()
        guard let byte = peek, byte != UInt8(ascii: "#") else { return nil }
        let range = token()
        guard let time = DecimalText.number(UnsafeRawBufferPointer(rebasing: line[range])), time.isFinite else {
            throw LineError("the time is not a number: \(text(range).prefix(40))")
        }
        skipBlanks()
        guard peek == nil || peek == UInt8(ascii: "#") else { throw LineError("text behind value and time") }
        return time
    }

    private mutating func token() -> Range<Int> {
        skipBlanks()
        return scan { !Self.isBlank($0) }
    }

    private mutating func scan(_ belongs: (UInt8) -> Bool) -> Range<Int> {
        let start = index
        while index < line.count, belongs(line[index]) { index += 1 }
        return start..<index
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 97 < 26 || byte &- 48 < 10 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ":")
    }
}
