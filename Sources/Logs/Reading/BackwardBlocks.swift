import Diagnostics

/// A file's lines from its end to its beginning, some hundred kilobytes at a time; within a block they stand in their own
/// order.
///
/// Memory is bounded whatever the file holds: of a line longer than a block only the beginning and the end are kept.
struct BackwardBlocks {
    private let file: LogFile
    private let interruption: any Interruption
    private let size: Int
    private var buffer: [UInt8]
    /// Where the lines end that have not been read yet: behind a line feed, or at the end of the file.
    private var end: Int
    private(set) var readBytes = 0

    static let usualSize = 256 << 10

    /// - Parameter end: nil for the file's.
    init(_ file: LogFile, end: Int? = nil, size: Int = Self.usualSize, interruption: any Interruption) {
        self.file = file
        self.interruption = interruption
        self.size = size
        self.end = end ?? file.size
        buffer = [UInt8](repeating: 0, count: min(size, max(self.end, 1)))
    }

    /// Calls `body` with the block's lines and the offset of the first in the file.
    ///
    /// - Returns: nil when there are no more.
    /// - Throws: `Truncated`, `Interrupted`, `ProbeError`.
    mutating func next<Result>(_ body: (_ lines: Bytes, _ offset: Int) throws -> Result) throws -> Result? {
        guard end > 0 else { return nil }
        try interruption.check()
        let start = max(0, end - size)
        let count = try fill(from: start, to: end)
        guard let first = firstLine(in: count, isFileStart: start == 0) else { return try nextLongLine(body) }
        end = first == count ? 0 : start + first
        return try give(first..<count, start, body)
    }

    /// - Returns: where the first line begins in the buffer, `count` when it holds nothing but a hole, nil when it is all
    ///   one line that begins further up.
    private func firstLine(in count: Int, isFileStart: Bool) -> Int? {
        buffer.withUnsafeBytes { bytes in
            let block = bytes.part(0..<count)
            // A log truncated under a writer that doesn't append begins with a hole; before it there is nothing.
            if block[0] == 0 { return block.firstIndex { $0 != 0 } ?? count }
            if isFileStart { return 0 }
            return block.first(.lineFeed).flatMap { $0 + 1 < count ? $0 + 1 : nil }
        }
    }

    private mutating func nextLongLine<Result>(_ body: (Bytes, Int) throws -> Result) throws -> Result? {
        let lineEnd = end
        let start = try lineStart(before: max(0, end - size))
        end = start
        let half = size / 2
        guard lineEnd - start > size else { return try give(0..<fill(from: start, to: lineEnd), start, body) }
        let head = try fill(from: start, to: start + half)
        let tail = try fill(from: lineEnd - half, to: lineEnd, at: head)
        return try give(0..<head + tail, start, body)
    }

    /// Where the line begins that goes on at `position`.
    private mutating func lineStart(before position: Int) throws -> Int {
        var position = position
        while position > 0 {
            try interruption.check()
            let start = max(0, position - size)
            let count = try fill(from: start, to: position)
            let found = buffer.withUnsafeBytes { $0.last(.lineFeed, before: count) ?? $0.last(0, before: count) }
            if let found { return start + found + 1 }
            position = start
        }
        return 0
    }

    private mutating func fill(from start: Int, to end: Int, at place: Int = 0) throws -> Int {
        let count = try file.read(into: &buffer, from: place, at: start, count: end - start)
        readBytes += count
        guard count == end - start else { throw Truncated() }
        return count
    }

    private func give<Result>(
        _ range: Range<Int>, _ start: Int, _ body: (Bytes, Int) throws -> Result
    ) rethrows -> Result {
        try buffer.withUnsafeBytes { try body($0.part(range), start + range.lowerBound) }
    }
}
