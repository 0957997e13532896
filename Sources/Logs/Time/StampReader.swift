/// Finds the stamp of a line, wherever logs usually have it.
///
/// - At the line's start, with nothing but a priority (RFC 5424's `<34>1`), brackets, a process number or a level in
///   capitals before it: ISO 8601, `2026/11/23 09:30:49`, `23 Nov 2026 09:30:49`, epoch seconds or milliseconds,
///   syslog's `Nov 23 09:30:49` and `Mon Nov 23 09:30:49 2026`.
/// - In brackets, anywhere near the start: the common log format's `[23/Nov/2026:09:30:49 +0000]`.
/// - Behind `time=`, `ts=`, `"timestamp":` and the like: ISO 8601 or epoch.
///
/// A date in running text is not a stamp: a lower-case letter before it ends the first rule.
enum StampReader {
    private static let reach = 1024

    static func stamp(of line: Bytes) -> LineStamp? {
        let end = min(line.count, reach)
        var isStart = true
        var index = 0
        while index < end {
            let byte = line[index]
            if !line.byte(index - 1).isWordPart, let stamp = stamp(in: line, at: index, isStart: isStart) {
                return stamp
            }
            if isStart, byte.isLower, !line.isComposePrefix(index) { isStart = false }
            index += 1
        }
        return nil
    }

    private static func stamp(in line: Bytes, at index: Int, isStart: Bool) -> LineStamp? {
        let byte = line[index]
        if byte.isDigit { return number(in: line, at: index, isStart: isStart) }
        if byte == UInt8(ascii: "t") || byte == UInt8(ascii: "@") || byte == UInt8(ascii: "T") {
            if let value = keyLength(in: line, at: index) { return valueStamp(in: line, at: index + value) }
        }
        guard isStart, byte.isUpper else { return nil }
        var cursor = StampCursor(line, at: index)
        return cursor.syslog()
    }

    private static func number(in line: Bytes, at index: Int, isStart: Bool) -> LineStamp? {
        let isBracketed = line.byte(index - 1) == UInt8(ascii: "[")
        if isStart, let stamp = valueStamp(in: line, at: index, allowsEpoch: index == 0 || isBracketed) { return stamp }
        var cursor = StampCursor(line, at: index)
        if isBracketed { return cursor.common() }
        // The Linux audit log: audit(1700000000.123:456)
        if line.byte(index - 1) == UInt8(ascii: "("), line.starts(with: "audit", at: index - 6) {
            return cursor.epoch()
        }
        return nil
    }

    private static func valueStamp(in line: Bytes, at index: Int, allowsEpoch: Bool = true) -> LineStamp? {
        let start = index + (line.byte(index) == .quote ? 1 : 0)
        var cursor = StampCursor(line, at: start)
        if let stamp = cursor.iso() { return stamp }
        cursor = StampCursor(line, at: start)
        if let stamp = cursor.dayFirst() { return stamp }
        cursor = StampCursor(line, at: start)
        return allowsEpoch ? cursor.epoch() : nil
    }

    /// From a key's first letter to its value.
    private static func keyLength(in line: Bytes, at index: Int) -> Int? {
        for key in keys where line.starts(with: key, at: index) {
            var next = index + key.utf8CodeUnitCount
            if line.byte(next) == .quote { next += 1 }
            guard line.byte(next) == UInt8(ascii: ":") || line.byte(next) == UInt8(ascii: "=") else { continue }
            next += 1
            while line.byte(next) == .space { next += 1 }
            return next - index
        }
        return nil
    }

    private static let keys: [StaticString] = ["time", "timestamp", "@timestamp", "ts", "Timestamp", "time_local"]
}

extension UnsafeRawBufferPointer {
    /// Whether the index is in a container's name before a bar, as `docker compose logs` writes them: `web-1  | 2026-…`.
    fileprivate func isComposePrefix(_ index: Int) -> Bool {
        guard let bar = first(UInt8(ascii: "|"), from: index), bar < 64 else { return false }
        return part(index..<bar).allSatisfy { $0.isWordPart || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E || $0 == 0x20 }
    }
}
