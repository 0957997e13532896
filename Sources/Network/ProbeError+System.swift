import Diagnostics
import Glibc

extension ProbeError {
    public static func timedOut(_ step: String) -> ProbeError {
        ProbeError(.timedOut, step: step, message: "no answer within the deadline")
    }

    public static func cancelled(_ step: String) -> ProbeError {
        ProbeError(.cancelled, step: step, message: "cancelled")
    }

    /// What an errno means for somebody who wanted to reach a server.
    public init(errno code: CInt, step: String, on subject: String? = nil) {
        let words = subject.map { "\($0): " } ?? ""
        self.init(Kind(errno: code), step: step, message: words + describe(errno: code))
    }
}

extension ProbeError.Kind {
    init(errno code: CInt) {
        switch code {
        case ECONNREFUSED, ENOENT: self = .refused
        case ETIMEDOUT: self = .timedOut
        case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN, ECONNRESET, EPIPE, ECONNABORTED, EADDRNOTAVAIL:
            self = .unreachable
        default: self = .local
        }
    }
}

/// The system's sentence for an errno: `Connection refused`.
public func describe(errno code: CInt) -> String {
    var buffer = [CChar](repeating: 0, count: 128)
    guard strerror_r(code, &buffer, buffer.count) == 0 else { return "errno \(code)" }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
