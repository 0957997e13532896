import Diagnostics
import Network

/// Status line and header fields: all that is known when the body begins.
public struct HTTPHead: Sendable {
    public let status: Int
    /// In the order they came, at most the first 100.
    public let headers: [HTTPRequest.Header]

    public init(status: Int, headers: [HTTPRequest.Header]) {
        self.status = status
        self.headers = headers
    }

    /// The first field of that name; names are compared without regard to case (RFC 9110, 5.1).
    public subscript(name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// `application/json`, without parameters and in lower case.
    public var contentType: String? {
        self["content-type"]?.prefix { $0 != ";" }.lowercased().trimmingSpaces()
    }
}

/// A complete answer, or one cut off at the body limit.
public struct HTTPResponse: Sendable {
    public let head: HTTPHead
    /// Empty when a consumer took the body.
    public let body: [UInt8]
    /// How much of the body came, decompressed.
    public let bodyLength: Int
    /// The body was longer than asked for; the rest was not read.
    public let isTruncated: Bool
    public let phases: HTTPPhases
    /// Where the answer came from in the end.
    public let url: String
    /// The answers before it, in order, that were redirects.
    public let hops: [HTTPHop]
    /// `10.0.0.5:8080`; nil for a unix socket.
    public let remoteAddress: String?
    /// `1.0`, `1.1`, `2`, `3`.
    public let version: String
    /// What the server showed; nil without TLS.
    public let certificates: ServerCertificates?
    /// What the kernel knows of the connection by then; nil for a unix socket.
    public let transport: TCPInfo?
    /// Bytes of the body as they were sent, compressed or not.
    public let transferredLength: Int

    /// The URLs that answered with a redirect, in order.
    public var redirectedFrom: [String] { hops.map(\.url) }

    public var status: Int { head.status }
    public var isSuccess: Bool { 200..<300 ~= status }
}

/// An answer that led on to another URL.
public struct HTTPHop: Sendable, Hashable {
    public let url: String
    public let status: Int
    public let time: Duration
    /// `10.0.0.5:8080`; nil for a unix socket.
    public let remoteAddress: String?
    /// What the server showed; nil without TLS.
    public let certificates: ServerCertificates?
}

/// How long each step of a request took.
public struct HTTPPhases: Sendable, Hashable {
    /// Name resolution.
    public let resolve: Duration
    /// TCP; zero on a connection that was already there.
    public let connect: Duration
    /// Handshake; nil without TLS.
    public let tls: Duration?
    /// From having sent the request until the first byte of the answer.
    public let firstByte: Duration
    /// The rest of the answer.
    public let transfer: Duration
    /// All of it.
    public let total: Duration
}

extension StringProtocol {
    func trimmingSpaces() -> String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\n" || $0 == "\r\n" }
        guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) }) else {
            return ""
        }
        return String(self[first...last])
    }
}
