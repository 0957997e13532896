import COpenSSL
import Diagnostics
import Glibc

extension StoreHandle {
    /// Builds and checks the path from the leaf to a trusted authority as a client at `time` would.
    ///
    /// OpenSSL stops at the first flaw; its callback answers "go on" to each, so that all are found in one pass and an
    /// expired chain still shows which authority it leads to. Revocation is not looked at: that needs other servers.
    borrowing func verify(_ chain: [[UInt8]], for name: ServerName, at time: Timestamp) -> Verification {
        let sent = X509Stack(chain)
        guard let leaf = sent.first else {
            return Verification(path: [], flaws: [.noCertificate])
        }
        ERR_clear_error()
        defer { ERR_clear_error() }
        guard let context = X509_STORE_CTX_new() else { return Verification(path: [], flaws: [.noCertificate]) }
        defer { X509_STORE_CTX_free(context) }
        guard X509_STORE_CTX_init(context, pointer, leaf, sent.pointer) == 1 else {
            return Verification(path: [], flaws: [.noCertificate])
        }
        let found = FoundFlaws()
        // A name that OpenSSL does not take is compared with nothing: that must not pass for a name that fits.
        if !prepare(context, name, time) { found.all.append((X509_V_ERR_HOSTNAME_MISMATCH, 0)) }
        withExtendedLifetime(found) {
            X509_STORE_CTX_set_ex_data(context, 0, Unmanaged.passUnretained(found).toOpaque())
            X509_STORE_CTX_set_verify_cb(context, noteFlaw)
            _ = X509_verify_cert(context)
        }
        let path = derBytes(ofAll: X509_STORE_CTX_get0_chain(context)).compactMap(Certificate.init(der:))
        return Verification(
            path: path, flaws: FlawReader(name: name.text, path: path, sent: chain.count).read(found.all))
    }

    /// False when the name cannot be compared.
    private borrowing func prepare(_ context: OpaquePointer, _ name: ServerName, _ time: Timestamp) -> Bool {
        X509_STORE_CTX_set_default(context, "ssl_server")
        let parameters = X509_STORE_CTX_get0_param(context)
        X509_VERIFY_PARAM_set_time(parameters, time_t(time.secondsSinceEpoch))
        // 112 bits, what Debian's clients ask for: a 1024-bit RSA key or a SHA-1 signature is a flaw.
        X509_VERIFY_PARAM_set_auth_level(parameters, 2)
        if acceptsPartialChains { X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN)) }
        let isTaken =
            name.isAddress
            ? X509_VERIFY_PARAM_set1_ip_asc(parameters, name.text)
            : X509_VERIFY_PARAM_set1_host(parameters, name.text, 0)
        return isTaken == 1 && !name.text.isEmpty
    }
}

/// What the callback saw, in its order.
private final class FoundFlaws {
    var all: [(code: CInt, depth: Int)] = []
}

private func noteFlaw(_ isFine: CInt, _ context: OpaquePointer?) -> CInt {
    guard isFine == 0, let context, let list = X509_STORE_CTX_get_ex_data(context, 0) else { return isFine }
    Unmanaged<FoundFlaws>.fromOpaque(list).takeUnretainedValue().all.append(
        (X509_STORE_CTX_get_error(context), Int(X509_STORE_CTX_get_error_depth(context))))
    return 1
}

/// Sole owner of a `STACK_OF(X509)` and the certificates in it.
private struct X509Stack: ~Copyable {
    let pointer: OpaquePointer?

    /// Bytes that are no certificate are left out.
    init(_ chain: [[UInt8]]) {
        pointer = OPENSSL_sk_new_null()
        for der in chain {
            guard let handle = X509Handle(der: der) else { continue }
            // The stack owns a reference of its own; the handle drops the first one.
            X509_up_ref(handle.pointer)
            OPENSSL_sk_push(pointer, UnsafeRawPointer(handle.pointer))
        }
    }

    deinit {
        while let next = OPENSSL_sk_pop(pointer) { X509_free(OpaquePointer(next)) }
        OPENSSL_sk_free(pointer)
    }

    var first: OpaquePointer? { OPENSSL_sk_value(pointer, 0).map { OpaquePointer($0) } }
}
