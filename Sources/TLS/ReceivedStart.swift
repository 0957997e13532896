import COpenSSL
import Diagnostics

/// The first bytes that came from the server: they tell what it is when it isn't a TLS server.
struct ReceivedStart {
    private var bytes: [UInt8] = []

    mutating func note(_ new: ArraySlice<UInt8>) {
        if bytes.count < 64 { bytes += new.prefix(64 - bytes.count) }
    }

    /// A record's header: alert or handshake, of SSL 3.0 or later (RFC 8446, 5.1).
    private var looksLikeTLS: Bool {
        bytes.count >= 2 && (20...23).contains(bytes[0]) && bytes[1] == 3
    }

    /// The server closed the connection before the handshake was over.
    var closed: ProbeError {
        if bytes.isEmpty {
            return ProbeError(
                .unreachable, step: TLSConnection.step, message: "the server closed the connection without answering",
                advice: "does this port speak TLS, and does a balancer in front of it have a server behind it?")
        }
        guard looksLikeTLS else { return notTLS }
        return ProbeError(
            .unreachable, step: TLSConnection.step, message: "the server closed the connection midway",
            advice: "look into the server's error log")
    }

    func error(reason: CInt, words: String, hasIdentity: Bool = false) -> ProbeError {
        guard looksLikeTLS else { return notTLS }
        return ProbeError(
            .tls, step: TLSConnection.step, message: words, advice: Self.advice(reason, hasIdentity: hasIdentity))
    }

    private var notTLS: ProbeError {
        ProbeError(
            .protocolViolation, step: TLSConnection.step, message: "the answer is not TLS: \(Self.shown(bytes))",
            advice:
                "check the port; for a protocol that turns to TLS after a greeting say which: --starttls smtp, imap, ldap, …"
        )
    }

    /// The first line if it is text, else its bytes in hexadecimal.
    static func shown(_ bytes: [UInt8]) -> String {
        let line = bytes.prefix { $0 != 10 && $0 != 13 }
        if !line.isEmpty, line.allSatisfy({ (32...126).contains($0) }) {
            return "\"\(String(decoding: line, as: UTF8.self))\""
        }
        return "bytes " + bytes.prefix(8).map { hexadecimal([$0]) }.joined(separator: " ")
    }

    /// - Parameter hasIdentity: whether a certificate of ours was shown.
    static func advice(_ reason: CInt, hasIdentity: Bool) -> String? {
        switch reason {
        case SSL_R_TLSV1_UNRECOGNIZED_NAME:
            "the server knows no site of this name: set server_name to one that it serves"
        case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, SSL_R_NO_SHARED_CIPHER:
            hasIdentity
                ? "the server may speak other ciphers only, or not accept the client certificate; look into its error log"
                : "the server may want a client certificate or speak other ciphers only; look into its error log"
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_WRONG_SSL_VERSION,
            SSL_R_WRONG_VERSION_NUMBER, SSL_R_VERSION_TOO_LOW:
            "the server speaks no version from TLS 1.0 to 1.3: enable TLS 1.2 and 1.3 there"
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, SSL_R_SSLV3_ALERT_BAD_CERTIFICATE,
            SSL_R_TLSV1_ALERT_UNKNOWN_CA, SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED,
            SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE,
            SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
            hasIdentity
                ? "the server does not accept the client certificate: is it of an authority that the server trusts, and "
                    + "still valid?"
                : "the server wants a client certificate, and diag shows none"
        case SSL_R_TLSV1_ALERT_INTERNAL_ERROR:
            "the server has no certificate to show for this name, or another fault of its own; look into its error log"
        default: nil
        }
    }
}
