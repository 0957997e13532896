import COpenSSL

/// What client and server agreed upon.
public struct TLSAgreement: Sendable, Hashable {
    /// `TLSv1.3`.
    public let version: String
    /// `TLS_AES_256_GCM_SHA384`.
    public let cipher: String
    /// Strength of the cipher's key.
    public let bits: Int
    /// How the key was agreed upon: `X25519`, `EC P-256`, `DH 2048`; nil where the server's certificate did it (RSA key
    /// exchange: no forward secrecy).
    public let exchange: String?
    /// By ALPN; nil where the server chose none.
    public let alpn: String?
    /// Certificate timestamps by how they came: `tls`, `ocsp`, `certificate`.
    public let timestamps: [String: Int]

    /// TLS 1.0 and 1.1 must not be used any more (RFC 8996).
    public var isOutdated: Bool { version != "TLSv1.2" && version != "TLSv1.3" }
}

extension SessionHandle {
    borrowing func agreement() -> TLSAgreement {
        let cipher = SSL_get_current_cipher(pointer)
        return TLSAgreement(
            version: String(cString: SSL_get_version(pointer)),
            cipher: cipher.flatMap { SSL_CIPHER_get_name($0) }.map { String(cString: $0) } ?? "none",
            bits: Int(SSL_CIPHER_get_bits(cipher, nil)), exchange: exchange(), alpn: selectedProtocol(),
            timestamps: timestamps())
    }

    private borrowing func exchange() -> String? {
        guard let key = diag_SSL_get1_exchange_key(pointer) else { return nil }
        defer { EVP_PKEY_free(key) }
        return Certificate.PublicKey(key).map { $0.type.hasPrefix("X") ? $0.type : "\($0)" }
    }

    private borrowing func selectedProtocol() -> String? {
        var start: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(pointer, &start, &count)
        guard count > 0, let start else { return nil }
        return String(decoding: UnsafeBufferPointer(start: start, count: Int(count)), as: UTF8.self)
    }

    private borrowing func timestamps() -> [String: Int] {
        guard SSL_ct_is_enabled(pointer) == 1 else { return [:] }
        let list = SSL_get0_peer_scts(pointer)
        let sources = (0..<max(0, OPENSSL_sk_num(list))).compactMap { index in
            OPENSSL_sk_value(list, index).map { source(of: OpaquePointer($0)) }
        }
        return Dictionary(sources.map { ($0, 1) }, uniquingKeysWith: +)
    }

    private borrowing func source(of timestamp: OpaquePointer) -> String {
        switch SCT_get_source(timestamp) {
        case SCT_SOURCE_TLS_EXTENSION: "tls"
        case SCT_SOURCE_OCSP_STAPLED_RESPONSE: "ocsp"
        default: "certificate"
        }
    }
}
