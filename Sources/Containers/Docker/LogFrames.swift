/// A container's log as Docker sends it: with a terminal as it was written, without one in frames that name their stream
/// (Docker Engine API, "Attach to a container", stream format).
enum LogFrames {
    /// What was written, both streams in the order they came. A frame that is cut off is taken as far as it goes; bytes
    /// that are no frames at all are a terminal's.
    static func payload(_ bytes: [UInt8]) -> [UInt8] {
        var (result, rest) = ([UInt8](), bytes[...])
        while !rest.isEmpty {
            let head = Array(rest.prefix(8))
            guard head.count == 8, head[0] <= 2, head[1...3].allSatisfy({ $0 == 0 }) else {
                // From the beginning: no frames. Later: rubbish behind them, which nobody wrote.
                return result.isEmpty && rest.startIndex == bytes.startIndex ? bytes : result
            }
            let size = head[4...7].reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(8)
            result += rest.prefix(size)
            rest = rest.dropFirst(size)
        }
        return result
    }
}
