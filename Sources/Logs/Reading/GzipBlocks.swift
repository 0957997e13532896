import CZlib
import Diagnostics
import Glibc

/// The lines of a compressed file, which can only be read from the beginning, some hundred kilobytes at a time.
///
/// Memory is bounded whatever it expands to: of a line longer than a block only the beginning and the end are kept.
struct GzipBlocks: ~Copyable {
    private let stream: gzFile
    private let path: String
    private let interruption: any Interruption
    private var buffer: [UInt8]
    /// What the buffer holds of a line whose end has not been read yet.
    private var filled = 0

    private init(owning stream: gzFile, _ path: String, _ interruption: any Interruption, size: Int) {
        self.stream = stream
        self.path = path
        self.interruption = interruption
        buffer = [UInt8](repeating: 0, count: size)
    }

    deinit { gzclose(stream) }

    static func open(
        _ file: LogFile, size: Int = BackwardBlocks.usualSize, interruption: any Interruption
    ) throws(ProbeError) -> GzipBlocks {
        let descriptor = try file.duplicate()
        guard let stream = gzdopen(descriptor, "r") else {
            close(descriptor)
            throw ProbeError(.local, step: "read the log", message: "\(file.path): there is no memory to decompress it")
        }
        return GzipBlocks(owning: stream, file.path, interruption, size: size)
    }

    /// Of the compressed file.
    var readBytes: Int { max(0, Int(gzoffset(stream))) }

    /// - Returns: nil when there are no more.
    /// - Throws: `Interrupted`; `ProbeError` when the file is damaged or ends too early.
    mutating func next<Result>(_ body: (_ lines: Bytes) throws -> Result) throws -> Result? {
        while true {
            try interruption.check()
            let count = try fill()
            guard count > 0 else { return try last(body) }
            let lineEnd = buffer.withUnsafeBytes { $0.last(.lineFeed, before: filled).map { $0 + 1 } }
            if let lineEnd {
                defer { keep(from: lineEnd) }
                return try buffer.withUnsafeBytes { try body($0.part(0..<lineEnd)) }
            }
            if filled == buffer.count { dropMiddle() }
        }
    }

    private mutating func fill() throws -> Int {
        let start = filled
        let room = buffer.count - start
        let stream = stream
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { Int(gzread(stream, $0 + start, UInt32(room))) } ?? 0
        }
        guard count >= 0, !(count == 0 && hasFailed) else { throw damaged() }
        filled += count
        return count
    }

    private mutating func last<Result>(_ body: (Bytes) throws -> Result) throws -> Result? {
        guard filled > 0 else { return nil }
        let count = filled
        filled = 0
        return try buffer.withUnsafeBytes { try body($0.part(0..<count)) }
    }

    private mutating func keep(from start: Int) {
        let rest = filled - start
        buffer.withUnsafeMutableBytes { bytes in
            if let base = bytes.baseAddress, rest > 0 { memmove(base, base + start, rest) }
        }
        filled = rest
    }

    /// Of a line that fills the buffer: a quarter from its beginning and a quarter from what there is of its end stay.
    private mutating func dropMiddle() {
        let quarter = buffer.count / 4
        let end = filled
        buffer.withUnsafeMutableBytes { bytes in
            if let base = bytes.baseAddress { memmove(base + quarter, base + end - quarter, quarter) }
        }
        filled = 2 * quarter
    }

    /// A file that is cut short ends like any other, but for this.
    private var hasFailed: Bool {
        var code: CInt = 0
        _ = gzerror(stream, &code)
        return code != Z_OK && code != Z_STREAM_END
    }

    private func damaged() -> ProbeError {
        var code: CInt = 0
        let words = gzerror(stream, &code).map { String(cString: $0) } ?? "error \(code)"
        return ProbeError(.local, step: "read the log", message: "\(path) cannot be decompressed to its end: \(words)")
    }
}
