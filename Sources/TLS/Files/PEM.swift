import COpenSSL

/// The blocks of a PEM text (RFC 7468), whatever stands between them.
struct PEM {
    struct Block {
        /// `CERTIFICATE`, `ENCRYPTED PRIVATE KEY`.
        let label: String
        /// Lines of RFC 1421 in front of the data: how an old key is encrypted.
        let header: String
        let der: [UInt8]
    }

    /// In order; a block that is damaged ends them.
    static func blocks(in text: [UInt8]) -> [Block] {
        ERR_clear_error()
        defer { ERR_clear_error() }
        guard let bio = BIO_new_mem_buf(text, CInt(clamping: text.count)) else { return [] }
        defer { BIO_free(bio) }
        var blocks: [Block] = []
        while let block = next(bio) { blocks.append(block) }
        return blocks
    }

    private static func next(_ bio: OpaquePointer) -> Block? {
        var label: UnsafeMutablePointer<CChar>?
        var header: UnsafeMutablePointer<CChar>?
        var data: UnsafeMutablePointer<UInt8>?
        var count = 0
        guard PEM_read_bio(bio, &label, &header, &data, &count) == 1, let label, let header, let data else {
            return nil
        }
        defer {
            CRYPTO_free(label, nil, 0)
            CRYPTO_free(header, nil, 0)
            // A key, perhaps.
            CRYPTO_clear_free(data, count, nil, 0)
        }
        return Block(
            label: String(cString: label), header: String(cString: header),
            der: Array(UnsafeBufferPointer(start: data, count: count)))
    }

    /// The DER bytes of all certificates.
    static func certificates(in text: [UInt8]) -> [[UInt8]] {
        blocks(in: text).filter(\.isCertificate).map(\.der)
    }
}

extension PEM.Block {
    var isCertificate: Bool { ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"].contains(label) }

    var isPrivateKey: Bool { label.hasSuffix("PRIVATE KEY") }

    /// Nobody reads it without a password.
    var isEncrypted: Bool { label == "ENCRYPTED PRIVATE KEY" || header.contains("ENCRYPTED") }
}
