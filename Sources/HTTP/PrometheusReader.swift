import Glibc

/// What a reader of metrics does with them.
public protocol PrometheusConsumer {
    /// Whether samples of this name are to be handed over. Asked once for each run of lines with the same name.
    mutating func wants(_ name: String) -> Bool

    /// A `# TYPE` line: `counter`, `gauge`, `histogram`, `summary`, `untyped`, or one of OpenMetrics.
    mutating func declare(_ name: String, type: String)

    /// A sample of a wanted name.
    mutating func take(_ sample: borrowing PrometheusSample)
}

/// Reads metrics in Prometheus's text format 0.0.4 and in OpenMetrics text, piece by piece as they arrive.
///
/// Holds no more than one line. A bad line costs itself alone: it is counted, and the first few are kept with number
/// and reason. One malformed form is understood nevertheless: a suffix behind the labels, `name{…}_count 3`.
public struct PrometheusReader: Sendable {
    /// A line that does not follow the format.
    public struct Malformed: Sendable, Hashable {
        /// Counted from 1.
        public let line: Int
        public let reason: String
        /// Beginning of the line, as it came.
        public let text: String
    }

    /// Lines seen, comments and blank ones included.
    public private(set) var lines = 0
    /// Samples seen, whether wanted or not.
    public private(set) var samples = 0
    public private(set) var malformedLines = 0
    /// The first malformed line of each kind, at most `keptMalformed`.
    public private(set) var malformed: [Malformed] = []
    /// The `# EOF` of OpenMetrics was there.
    public private(set) var hasEnd = false

    /// How much memory unfinished lines have needed.
    var heldBytes: Int { pending.capacity }

    private let longestLine: Int
    private let keptMalformed: Int
    /// The beginning of a line whose end has not come yet.
    private var pending: [UInt8] = []
    /// The line under way is too long; its rest is skipped.
    private var isSkipping = false
    private var labels: [PrometheusSample.Label] = []
    /// The last name that was asked for, and the answer: lines of one name follow each other.
    private var lastName: [UInt8] = []
    private var lastIsWanted = false

    /// - Parameter longestLine: in bytes; longer ones are malformed.
    public init(longestLine: Int = 64 * 1024, keptMalformed: Int = 5) {
        self.longestLine = longestLine
        self.keptMalformed = keptMalformed
    }

    /// Reads the next piece, which may end anywhere.
    public mutating func read(_ bytes: UnsafeRawBufferPointer, into consumer: inout some PrometheusConsumer) {
        var rest = bytes
        while let start = rest.baseAddress, let end = memchr(start, 10, rest.count) {
            let length = UnsafeRawPointer(end) - start
            take(lineEnd: UnsafeRawBufferPointer(rebasing: rest[..<length]), &consumer)
            rest = UnsafeRawBufferPointer(rebasing: rest[(length + 1)...])
        }
        keep(rest, ofLine: lines + 1)
    }

    /// To be called after the last piece. A last line without a line feed may have been cut in the middle of a number,
    /// so it is malformed, but for the `# EOF` that some leave without one.
    public mutating func finish() {
        guard !pending.isEmpty || isSkipping else { return }
        lines += 1
        let text = String(decoding: pending, as: UTF8.self).trimmingSpaces()
        if text == "# EOF" {
            hasEnd = true
        } else if !text.isEmpty, !isSkipping {
            pending.withUnsafeBytes { report("the text ends in the middle of the line", $0) }
        }
        pending = []
    }
}

extension PrometheusReader {
    private mutating func take(lineEnd: UnsafeRawBufferPointer, _ consumer: inout some PrometheusConsumer) {
        lines += 1
        if pending.isEmpty, !isSkipping, lineEnd.count <= longestLine { return read(line: lineEnd, &consumer) }
        keep(lineEnd, ofLine: lines)
        var line: [UInt8] = []
        swap(&line, &pending)
        if !isSkipping { line.withUnsafeBytes { read(line: $0, &consumer) } }
        isSkipping = false
        line.removeAll(keepingCapacity: true)
        swap(&line, &pending)
    }

    /// - Parameter number: of the line that the part belongs to.
    private mutating func keep(_ part: UnsafeRawBufferPointer, ofLine number: Int) {
        guard !isSkipping, !part.isEmpty else { return }
        guard pending.count + part.count <= longestLine else {
            isSkipping = true
            malformedLines += 1
            note("longer than \(longestLine) bytes", pending.isEmpty ? Array(part.prefix(200)) : pending, line: number)
            return
        }
        pending.append(contentsOf: part)
    }

    private mutating func read(line: UnsafeRawBufferPointer, _ consumer: inout some PrometheusConsumer) {
        var cursor = LineCursor(line)
        cursor.skipBlanks()
        guard let first = cursor.peek else { return }
        if first == UInt8(ascii: "#") { return readComment(&cursor, &consumer) }
        do throws(LineError) {
            try readSample(&cursor, &consumer)
        } catch {
            report(error.reason, line)
        }
    }

    private mutating func readSample(
        _ cursor: inout LineCursor, _ consumer: inout some PrometheusConsumer
    ) throws(LineError) {
        labels.removeAll(keepingCapacity: true)
        var name = try cursor.name()
        cursor.skipBlanks()
        if cursor.peek == UInt8(ascii: "{") { try cursor.labels(into: &labels, name: &name) }
        guard !name.isEmpty else { throw LineError("no metric name") }
        let suffix = cursor.misplacedSuffix()
        let value = try cursor.value()
        let timestamp = try cursor.timestamp()
        samples += 1
        if let suffix { report("the suffix \(cursor.text(suffix)) stands behind the labels", cursor.line) }
        let sample = PrometheusSample(
            line: cursor.line, nameRange: name, suffixRange: suffix, labels: labels, value: value,
            timestamp: timestamp)
        if isWanted(sample, &consumer) { consumer.take(sample) }
    }

    private mutating func isWanted(
        _ sample: borrowing PrometheusSample, _ consumer: inout some PrometheusConsumer
    ) -> Bool {
        let base = sample.line[sample.nameRange]
        if sample.suffixRange == nil, lastName.count == base.count, lastName.elementsEqual(base) {
            return lastIsWanted
        }
        lastName = sample.suffixRange == nil ? Array(base) : []
        lastIsWanted = consumer.wants(sample.name)
        return lastIsWanted
    }

    /// Only TYPE says something that is used. Other comments are free text.
    private mutating func readComment(_ cursor: inout LineCursor, _ consumer: inout some PrometheusConsumer) {
        cursor.advance()
        switch cursor.word() {
        case "EOF": hasEnd = true
        case "TYPE":
            let (name, type) = (cursor.word(), cursor.word())
            if name.isEmpty || type.isEmpty {
                report("a TYPE line without name or type", cursor.line)
            } else {
                consumer.declare(name, type: type)
            }
        default: break
        }
    }

    private mutating func report(_ reason: String, _ line: UnsafeRawBufferPointer) {
        malformedLines += 1
        note(reason, line.prefix(200), line: lines)
    }

    private mutating func note(_ reason: String, _ text: some Sequence<UInt8>, line: Int) {
        guard malformed.count < keptMalformed, !malformed.contains(where: { $0.reason == reason }) else { return }
        let beginning = String(decoding: Array(text.prefix(200)), as: UTF8.self)
        malformed.append(Malformed(line: line, reason: reason, text: beginning.trimmingSpaces()))
    }
}
