import Diagnostics
import Glibc

/// Bytes as a server sends them, and the replies in them, one after the other: only of those kinds that a scan asks for.
///
/// hiredis calls back for each value, and a Swift value is made of each: for four million integers and statuses that is
/// most of a scan's own time. Here nothing is made of them; what a range names is valid until bytes are added again.
/// Sole owner of its memory, which is bounded: a key that is longer than `longestBulk` is passed over piece by piece.
struct ReplyBuffer: ~Copyable {
    enum Reply {
        case status(Range<Int>)
        case error(Range<Int>)
        case integer(Int64)
        case bulk(Range<Int>)
        case null
        case array(Int)
        /// A bulk string too long to be kept: its beginning, and its whole length. The rest is passed over.
        case longBulk(Range<Int>, length: Int)
    }

    /// Of a string that is kept whole; longer ones are known by their first bytes.
    static let longestBulk = 64 << 10
    private static let firstBytes = 1 << 10
    private static let leastRoom = 64 << 10

    private var memory: UnsafeMutableRawBufferPointer
    /// Of the next reply, and behind the last byte that has come.
    private var position = 0
    private var end = 0
    /// Bytes still to come that nobody wants.
    private var unwanted = 0

    init() { memory = .allocate(byteCount: 4 * Self.leastRoom, alignment: 16) }

    deinit { memory.deallocate() }

    subscript(range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[range]) }

    var isEmpty: Bool { position == end }

    func text(_ range: Range<Int>) -> String { String(decoding: self[range], as: UTF8.self) }

    /// Where the next bytes may be put; what ranges named before is moved.
    mutating func room() -> UnsafeMutableRawBufferPointer {
        if position == end { (position, end) = (0, 0) }
        if memory.count - end < Self.leastRoom, position > 0 {
            memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[position..<end]))
            (position, end) = (0, end - position)
        }
        if memory.count - end < Self.leastRoom { grow() }
        return UnsafeMutableRawBufferPointer(rebasing: memory[end...])
    }

    private mutating func grow() {
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * memory.count, alignment: 16)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<end]))
        memory.deallocate()
        memory = larger
    }

    mutating func filled(_ count: Int) {
        let dropped = min(count, unwanted)
        unwanted -= dropped
        guard dropped > 0 else {
            end += count
            return
        }
        // Bytes are unwanted only while nothing else waits in front of them.
        position = end + dropped
        end += count
    }

    /// The next reply; nil while more bytes are needed.
    ///
    /// - Throws: `.protocolViolation` for what is none of these.
    mutating func next(_ step: @autoclosure () -> String) throws(ProbeError) -> Reply? {
        guard unwanted == 0, position < end else { return nil }
        let kind = memory[position]
        switch kind {
        case UInt8(ascii: ":"):
            guard let (number, after) = try number(at: position + 1, step) else { return nil }
            position = after
            return .integer(number)
        case UInt8(ascii: "$"): return try bulk(step)
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            guard let line = line(at: position + 1) else { return nil }
            position = line.upperBound + 2
            return kind == UInt8(ascii: "+") ? .status(line) : .error(line)
        case UInt8(ascii: "*"):
            guard let (count, after) = try number(at: position + 1, step) else { return nil }
            position = after
            return count < 0 ? .null : .array(Int(count))
        default: throw Self.rubbish(step())
        }
    }

    private mutating func bulk(_ step: () -> String) throws(ProbeError) -> Reply? {
        guard let (count, start) = try number(at: position + 1, step) else { return nil }
        guard count >= 0 else {
            position = start
            return .null
        }
        let length = Int(count)
        guard length <= Self.longestBulk else {
            guard end - start >= Self.firstBytes else { return nil }
            return passOver(length, from: start)
        }
        guard start + length + 2 <= end else { return nil }
        position = start + length + 2
        return .bulk(start..<start + length)
    }

    private mutating func passOver(_ length: Int, from start: Int) -> Reply {
        let whole = start + length + 2
        position = min(end, whole)
        unwanted = max(0, whole - end)
        return .longBulk(start..<start + Self.firstBytes, length: length)
    }

    private func line(at start: Int) -> Range<Int>? {
        guard start < end, let base = memory.baseAddress,
            let found = memchr(base + start, CInt(UInt8(ascii: "\r")), end - start)
        else { return nil }
        let stop = UnsafeMutableRawPointer(found) - base
        return stop + 2 <= end ? start..<stop : nil
    }

    /// A number with its line's end, and what comes behind.
    private func number(at start: Int, _ step: () -> String) throws(ProbeError) -> (Int64, Int)? {
        var index = start
        var value: Int64 = 0
        let isNegative = index < end && memory[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        while index < end {
            let digit = memory[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            value = value &* 10 &+ Int64(digit)
            index += 1
        }
        guard index + 2 <= end else {
            // Long before 64 bits could overflow.
            guard index - start < 20 else { throw Self.rubbish(step()) }
            return nil
        }
        guard memory[index] == UInt8(ascii: "\r"), index > start, index - start < 20 else {
            throw Self.rubbish(step())
        }
        return (isNegative ? -value : value, index + 2)
    }

    private static func rubbish(_ step: String) -> ProbeError {
        ProbeError(
            .protocolViolation, step: step, message: "not the Redis protocol",
            advice: "check that Redis itself listens there, and not with TLS only")
    }
}
