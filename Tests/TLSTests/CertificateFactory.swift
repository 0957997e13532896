import COpenSSL
import Glibc

@testable import TLS

/// Certificates with whatever is to be wrong with them, made in memory.
struct Issued {
    let der: [UInt8]
    let subject: String
    fileprivate let key: Key

    var certificate: Certificate { Certificate(der: der)! }

    /// PEM, as `ca_file` wants it.
    var pem: String {
        let bio = BIO_new(BIO_s_mem())
        defer { BIO_free(bio) }
        let handle = X509Handle(der: der)!
        PEM_write_bio_X509(bio, handle.pointer)
        var start: UnsafeMutablePointer<CChar>?
        let count = diag_BIO_get_mem_data(bio, &start)
        return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }
}

extension Issued {
    /// A server's `SSL_CTX` that shows this certificate.
    func serverContext() -> OpaquePointer? {
        let context = SSL_CTX_new(TLS_server_method())
        let handle = X509Handle(der: der)!
        SSL_CTX_set_security_level(context, 0)
        SSL_CTX_use_certificate(context, handle.pointer)
        SSL_CTX_use_PrivateKey(context, key.pointer)
        return context
    }
}

/// A private key of a test; lives as long as somebody signs with it.
final class Key {
    fileprivate let pointer: OpaquePointer

    private init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { EVP_PKEY_free(pointer) }

    static func ed25519() -> Key { generate(EVP_PKEY_ED25519) { _ in } }

    static func rsa(bits: CInt) -> Key {
        generate(EVP_PKEY_RSA) { EVP_PKEY_CTX_set_rsa_keygen_bits($0, bits) }
    }

    private static func generate(_ type: CInt, _ prepare: (OpaquePointer?) -> Void) -> Key {
        let context = EVP_PKEY_CTX_new_id(type, nil)
        defer { EVP_PKEY_CTX_free(context) }
        EVP_PKEY_keygen_init(context)
        prepare(context)
        var key: OpaquePointer?
        precondition(EVP_PKEY_keygen(context, &key) == 1, "no key")
        return Key(key!)
    }

    fileprivate var isRSA: Bool { EVP_PKEY_get_base_id(pointer) == EVP_PKEY_RSA }
}

/// - Parameters:
///   - days: not before and not after, from now.
///   - names: as in openssl.cnf: `DNS:app.example.test,IP:192.0.2.1`.
///   - issuer: nil for one that signs itself.
///   - key: of its own unless given.
func issue(
    _ name: String, days: ClosedRange<Int> = -1...90, names: String? = nil, isAuthority: Bool = false,
    issuer: Issued? = nil, key: Key = .ed25519(), extensions: [(CInt, String)] = [], dates: (String, String)? = nil
) -> Issued {
    let x509 = X509_new()
    defer { X509_free(x509) }
    X509_set_version(x509, 2)
    ASN1_INTEGER_set(X509_get_serialNumber(x509), Int.random(in: 1...Int(Int32.max)))
    X509_gmtime_adj(X509_getm_notBefore(x509), days.lowerBound * 86_400)
    X509_gmtime_adj(X509_getm_notAfter(x509), days.upperBound * 86_400)
    if let dates {
        ASN1_STRING_set(X509_getm_notBefore(x509), dates.0, CInt(dates.0.utf8.count))
        ASN1_STRING_set(X509_getm_notAfter(x509), dates.1, CInt(dates.1.utf8.count))
    }
    setName(X509_get_subject_name(x509), name)
    setName(X509_get_issuer_name(x509), issuer?.subject ?? name)
    X509_set_pubkey(x509, key.pointer)
    var all = [(NID_basic_constraints, isAuthority ? "critical,CA:TRUE" : "CA:FALSE")] + extensions
    if let names { all.append((NID_subject_alt_name, names)) }
    for (kind, value) in all {
        let extensionPointer = X509V3_EXT_conf_nid(nil, nil, kind, value)
        X509_add_ext(x509, extensionPointer, -1)
        X509_EXTENSION_free(extensionPointer)
    }
    let signer = issuer?.key ?? key
    precondition(X509_sign(x509, signer.pointer, signer.isRSA ? EVP_sha256() : nil) > 0, "not signed")
    return Issued(der: derBytes(of: x509!), subject: name, key: key)
}

private func setName(_ name: OpaquePointer?, _ text: String) {
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_FLAG, text, -1, -1, 0)
}

/// A file that goes when the last reference is dropped.
final class TemporaryFile {
    let path: String

    init(_ text: String) {
        var name = Array("/tmp/diag-tls-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        _ = text.withCString { write(descriptor, $0, strlen($0)) }
        close(descriptor)
    }

    deinit { unlink(path) }
}
