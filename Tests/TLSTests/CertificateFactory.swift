import COpenSSL
import Glibc

@testable import TLS

/// Certificates with whatever is to be wrong with them, made in memory.
struct Issued {
    let der: [UInt8]
    let subject: String?
    let key: Key

    var certificate: Certificate { Certificate(der: der)! }

    /// PEM, as `ca_file` wants it.
    var pem: String {
        let handle = X509Handle(der: der)!
        return memoryText { PEM_write_bio_X509($0, handle.pointer) }
    }
}

extension Issued {
    /// A server's `SSL_CTX` that shows this certificate and sends others along.
    func serverContext(sending chain: [Issued] = []) -> OpaquePointer? {
        let context = SSL_CTX_new(TLS_server_method())
        let handle = X509Handle(der: der)!
        SSL_CTX_set_security_level(context, 0)
        SSL_CTX_use_certificate(context, handle.pointer)
        SSL_CTX_use_PrivateKey(context, key.pointer)
        for one in chain {
            let other = X509Handle(der: one.der)!
            // SSL_CTX_add1_chain_cert
            _ = SSL_CTX_ctrl(context, SSL_CTRL_CHAIN_CERT, 1, UnsafeMutableRawPointer(other.pointer))
        }
        return context
    }
}

/// A private key of a test; lives as long as somebody signs with it. Nobody changes it once it is made.
final class Key: @unchecked Sendable {
    let pointer: OpaquePointer

    private init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { EVP_PKEY_free(pointer) }

    static func ed25519() -> Key { generate(EVP_PKEY_ED25519) { _ in } }

    static func rsa(bits: CInt) -> Key {
        generate(EVP_PKEY_RSA) { EVP_PKEY_CTX_set_rsa_keygen_bits($0, bits) }
    }

    /// `NID_X9_62_prime256v1`.
    static func curve(_ name: CInt) -> Key {
        generate(EVP_PKEY_EC) { EVP_PKEY_CTX_set_ec_paramgen_curve_nid($0, name) }
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

    /// PKCS#8, encrypted where a password is given.
    func pem(password: String? = nil) -> String {
        memoryText { bio in
            if let password {
                PEM_write_bio_PKCS8PrivateKey(
                    bio, pointer, EVP_aes_256_cbc(), password, CInt(password.utf8.count), nil, nil)
            } else {
                PEM_write_bio_PKCS8PrivateKey(bio, pointer, nil, nil, 0, nil, nil)
            }
        }
    }

    var signsWithoutHash: Bool { EVP_PKEY_get_base_id(pointer) == EVP_PKEY_ED25519 }
}

/// - Parameters:
///   - name: of the subject; nil for none at all.
///   - days: not before and not after, from now.
///   - names: as in openssl.cnf: `DNS:app.example.test,IP:192.0.2.1`.
///   - issuer: nil for one that signs itself.
///   - key: of its own unless given.
///   - hash: what is signed, where the issuer's key does not say it.
func issue(
    _ name: String?, days: ClosedRange<Int> = -1...90, names: String? = nil, isAuthority: Bool = false,
    issuer: Issued? = nil, key: Key = .ed25519(), extensions: [(CInt, String)] = [], dates: (String, String)? = nil,
    hash: OpaquePointer? = EVP_sha256(), seconds: ClosedRange<Int>? = nil
) -> Issued {
    let x509 = X509_new()
    defer { X509_free(x509) }
    X509_set_version(x509, 2)
    ASN1_INTEGER_set(X509_get_serialNumber(x509), Int.random(in: 1...Int(Int32.max)))
    let span = seconds ?? days.lowerBound * 86_400...days.upperBound * 86_400
    X509_gmtime_adj(X509_getm_notBefore(x509), span.lowerBound)
    X509_gmtime_adj(X509_getm_notAfter(x509), span.upperBound)
    if let dates {
        ASN1_STRING_set(X509_getm_notBefore(x509), dates.0, CInt(dates.0.utf8.count))
        ASN1_STRING_set(X509_getm_notAfter(x509), dates.1, CInt(dates.1.utf8.count))
    }
    setName(X509_get_subject_name(x509), name)
    setName(X509_get_issuer_name(x509), issuer == nil ? name : issuer?.subject)
    X509_set_pubkey(x509, key.pointer)
    var all = [(NID_basic_constraints, isAuthority ? "critical,CA:TRUE" : "CA:FALSE")] + extensions
    if let names { all.append((NID_subject_alt_name, names)) }
    for (kind, value) in all {
        let extensionPointer = X509V3_EXT_conf_nid(nil, nil, kind, value)
        X509_add_ext(x509, extensionPointer, -1)
        X509_EXTENSION_free(extensionPointer)
    }
    let signer = issuer?.key ?? key
    precondition(X509_sign(x509, signer.pointer, signer.signsWithoutHash ? nil : hash) > 0, "not signed")
    return Issued(der: derBytes(of: x509!), subject: name, key: key)
}

private func setName(_ name: OpaquePointer?, _ text: String?) {
    guard let text else { return }
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_FLAG, text, -1, -1, 0)
}

/// What is written to a BIO.
func memoryText(_ write: (OpaquePointer?) -> some Any) -> String {
    String(decoding: memoryBytes(write), as: UTF8.self)
}

func memoryBytes(_ write: (OpaquePointer?) -> some Any) -> [UInt8] {
    let bio = BIO_new(BIO_s_mem())
    defer { BIO_free(bio) }
    _ = write(bio)
    var start: UnsafeMutablePointer<CChar>?
    let count = diag_BIO_get_mem_data(bio, &start)
    return Array(UnsafeRawBufferPointer(start: start, count: count))
}

/// A file that goes when the last reference is dropped.
final class TemporaryFile: Sendable {
    let path: String

    init(_ text: String) { path = Self.make(Array(text.utf8)) }

    init(_ bytes: [UInt8]) { path = Self.make(bytes) }

    private static func make(_ bytes: [UInt8]) -> String {
        var name = Array("/tmp/diag-tls-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
        return String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { unlink(path) }
}
