/// Finds the lines of a block that tell of one subject, and what they say of it.
struct LineMatcher {
    /// A pattern with its texts in lower case bytes.
    private struct Compiled {
        let pattern: LogPattern
        let contains: [[UInt8]]
        let unless: [[UInt8]]
        let paths: [[UInt8]]

        init(_ pattern: LogPattern) {
            self.pattern = pattern
            contains = pattern.contains.map(\.loweredBytes)
            unless = pattern.unless.map(\.loweredBytes)
            paths = pattern.paths.map(\.loweredBytes)
        }

        func fits(_ line: Bytes) -> Bool {
            contains.contains { line.holds($0) } && !unless.contains { line.first($0) != nil }
                && (paths.isEmpty || hasPath(line))
        }

        private func hasPath(_ line: Bytes) -> Bool {
            guard let range = LineFields.requestPath(in: line) else { return false }
            return paths.contains { line.part(range).first($0) != nil }
        }
    }

    private let patterns: [Compiled]
    private var search: NeedleSearch

    init(_ patterns: [LogPattern]) {
        self.patterns = patterns.map(Compiled.init)
        search = NeedleSearch(Array(Set(self.patterns.flatMap(\.contains))))
    }

    /// Calls `body` with each line that fits, once, front to back.
    ///
    /// - Parameter lowered: whole lines with their capitals made small.
    mutating func forEachMatch(
        in lowered: Bytes, _ body: (_ line: Range<Int>, _ pattern: LogPattern) throws -> Void
    ) rethrows {
        search.restart()
        var position = 0
        while let hit = search.first(in: lowered, from: position) {
            let range = lowered.line(around: hit)
            let line = lowered.part(range)
            if let match = patterns.first(where: { $0.fits(line) }) { try body(range, match.pattern) }
            position = range.upperBound + 1
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the text is in it; one that ends in a digit with no more digits behind it, so that `status=429` isn't found
    /// in `status=4290`.
    fileprivate func holds(_ text: [UInt8]) -> Bool {
        let endsInDigit = text.last?.isDigit == true
        var position = 0
        while let found = first(text, from: position) {
            guard endsInDigit, byte(found + text.count).isDigit else { return true }
            position = found + 1
        }
        return false
    }
}

extension String {
    fileprivate var loweredBytes: [UInt8] { utf8.map(\.lowered) }
}
