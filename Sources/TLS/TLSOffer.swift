import COpenSSL

/// What the first message to a server says, beside the name.
struct TLSOffer: Sendable {
    /// Only this version; nil: all from TLS 1.0 to 1.3.
    var version: TLSVersion?
    /// Protocols for ALPN (RFC 7301), the one preferred first; none: the extension is left out.
    var protocols: [String] = []
    /// Whether to ask for an OCSP response and certificate timestamps.
    var asksForStaple = false
}

/// The versions that OpenSSL 3 can speak; SSL 2.0 and 3.0 are not among them.
public enum TLSVersion: String, Sendable, Hashable, CaseIterable {
    case tls10 = "TLSv1"
    case tls11 = "TLSv1.1"
    case tls12 = "TLSv1.2"
    case tls13 = "TLSv1.3"

    /// `TLS 1.0`.
    public var name: String {
        switch self {
        case .tls10: "TLS 1.0"
        case .tls11: "TLS 1.1"
        case .tls12: "TLS 1.2"
        case .tls13: "TLS 1.3"
        }
    }

    /// TLS 1.0 and 1.1 must not be used any more (RFC 8996).
    public var isOutdated: Bool { self == .tls10 || self == .tls11 }

    var number: CInt {
        switch self {
        case .tls10: TLS1_VERSION
        case .tls11: TLS1_1_VERSION
        case .tls12: TLS1_2_VERSION
        case .tls13: TLS1_3_VERSION
        }
    }
}
