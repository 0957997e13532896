import CHiredis
import Diagnostics

/// Sole owner of a `redisReader`: takes bytes as they come and gives whole replies.
///
/// hiredis walks the bytes and calls back for each value; the callbacks build Swift values directly, so that there
/// is no tree of C objects to copy and free. What hiredis 0.14 keeps within bounds by itself: nesting (an error past
/// seven levels) and the number of an array's elements (at most `INT_MAX`). The rest is bounded here.
struct ReplyReader: ~Copyable {
    /// What a reply may hold at most, so that a hostile or mistaken peer cannot fill the memory.
    struct Limits: Sendable, Hashable {
        /// Of all strings of a reply, and of what has arrived but is not yet a whole reply.
        var bytes = 8 << 20
        /// Of all values of a reply.
        var elements = 1 << 18

        /// For a scan, whose keys may be large.
        static let scanning = Limits(bytes: 64 << 20, elements: 1 << 20)
    }

    private let reader: UnsafeMutablePointer<redisReader>
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
    /// The callbacks get it unretained through `privdata`: it lives as long as this owner.
    private let builder: ReplyBuilder
    private let limits: Limits

    private init(
        owning reader: UnsafeMutablePointer<redisReader>,
        _ functions: UnsafeMutablePointer<redisReplyObjectFunctions>, _ limits: Limits
    ) {
        self.reader = reader
        self.functions = functions
        self.limits = limits
        builder = ReplyBuilder(limits: limits)
        reader.pointee.privdata = Unmanaged.passUnretained(builder).toOpaque()
    }

    deinit {
        redisReaderFree(reader)
        functions.deallocate()
    }

    /// - Throws: `.local` when there is no memory.
    static func make(limits: Limits = Limits()) throws(ProbeError) -> ReplyReader {
        let functions = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
        functions.initialize(to: .buildingSwiftValues)
        guard let reader = redisReaderCreateWithFunctions(functions) else {
            functions.deallocate()
            throw ProbeError(.local, step: "connect", message: "out of memory")
        }
        return ReplyReader(owning: reader, functions, limits)
    }

    /// - Throws: `.protocolViolation` when more waits for the end of its reply than is allowed.
    borrowing func feed(_ bytes: UnsafeRawBufferPointer, step: String) throws(ProbeError) {
        let chars = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        guard redisReaderFeed(reader, chars, bytes.count) == REDIS_OK else { throw failure(step) }
        guard reader.pointee.len - reader.pointee.pos <= limits.bytes else { throw tooLarge(step) }
    }

    /// The next whole reply; nil while more bytes are needed.
    ///
    /// - Throws: `.protocolViolation` for what is not RESP, or is larger than allowed.
    borrowing func next(step: String) throws(ProbeError) -> RESPValue? {
        // Never dereferenced: what counts is in the builder.
        var token: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &token) == REDIS_OK else { throw failure(step) }
        if token != nil { return builder.take() }
        guard diag_redis_announced_length(reader) <= limits.bytes else { throw tooLarge(step) }
        return nil
    }

    private borrowing func failure(_ step: String) -> ProbeError {
        if builder.isOverLimit { return tooLarge(step) }
        let words = withUnsafeBytes(of: reader.pointee.errstr) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return ProbeError(
            .protocolViolation, step: step, message: "not the Redis protocol: \(words)",
            advice: "check that Redis itself listens there, and not with TLS only")
    }

    private func tooLarge(_ step: String) -> ProbeError {
        ProbeError(
            .protocolViolation, step: step,
            message: "the reply is larger than \(limits.bytes >> 20) MiB or \(limits.elements) values")
    }
}

/// The reply under construction. hiredis calls back depth first, so the arrays that are open form a stack.
private final class ReplyBuilder {
    private var open: [(missing: Int, values: [RESPValue])] = []
    private var finished: RESPValue?
    private var bytes = 0
    private var elements = 0
    private let limits: ReplyReader.Limits
    private(set) var isOverLimit = false

    init(limits: ReplyReader.Limits) { self.limits = limits }

    func take() -> RESPValue? {
        defer { finished = nil }
        (bytes, elements) = (0, 0)
        return finished
    }

    /// False when the reply grows beyond its limits; hiredis then gives up on the connection.
    func add(_ value: RESPValue, bytes count: Int = 0) -> Bool {
        guard reserve(bytes: count, elements: 1) else { return false }
        close(with: value)
        return true
    }

    func openArray(of count: Int) -> Bool {
        guard count > 0 else { return add(.array([])) }
        guard reserve(bytes: 0, elements: count) else { return false }
        open.append((count, []))
        return true
    }

    private func reserve(bytes count: Int, elements number: Int) -> Bool {
        bytes += count
        elements += number
        isOverLimit = bytes > limits.bytes || elements > limits.elements
        return !isOverLimit
    }

    private func close(with value: RESPValue) {
        var value = value
        while !open.isEmpty {
            let top = open.count - 1
            open[top].values.append(value)
            open[top].missing -= 1
            guard open[top].missing == 0 else { return }
            value = .array(open.removeLast().values)
        }
        finished = value
    }
}

extension redisReplyObjectFunctions {
    /// Each returns its builder as a token that there is a value, or NULL, which hiredis takes for "out of memory".
    fileprivate static var buildingSwiftValues: redisReplyObjectFunctions {
        redisReplyObjectFunctions(
            createString: { task, start, length in
                addToReply(task) { $0.add(.string(task?.pointee.type, start, length), bytes: length) }
            },
            createArray: { task, count in addToReply(task) { $0.openArray(of: Int(count)) } },
            createInteger: { task, number in addToReply(task) { $0.add(.integer(number)) } },
            createNil: { task in addToReply(task) { $0.add(.null) } },
            freeObject: { _ in })
    }
}

private func addToReply(
    _ task: UnsafePointer<redisReadTask>?, _ body: (ReplyBuilder) -> Bool
) -> UnsafeMutableRawPointer? {
    guard let token = task?.pointee.privdata else { return nil }
    return body(Unmanaged<ReplyBuilder>.fromOpaque(token).takeUnretainedValue()) ? token : nil
}

extension RESPValue {
    fileprivate static func string(_ type: CInt?, _ start: UnsafeMutablePointer<CChar>?, _ length: Int) -> RESPValue {
        let bytes = UnsafeRawBufferPointer(start: start, count: length)
        switch type {
        case REDIS_REPLY_STATUS: return .status(String(decoding: bytes, as: UTF8.self))
        case REDIS_REPLY_ERROR:
            return .error(RedisError(String(decoding: bytes.prefix(4 * RedisError.longest), as: UTF8.self)))
        default: return .bytes(Array(bytes))
        }
    }
}
