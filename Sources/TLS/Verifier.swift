import COpenSSL
import Diagnostics
import Glibc

extension StoreHandle {
    /// Builds and checks the path from the leaf to a trusted authority as a client at `time` would.
    ///
    /// OpenSSL stops at the first flaw; its callback answers "go on" to each, so that all are found in one pass and an
    /// expired chain still shows which authority it leads to. Of revocation only what the server itself staples is looked
    /// at: more needs other servers.
    borrowing func verify(
        _ chain: SentChain, staple: [UInt8]? = nil, for name: ServerName, at time: Timestamp
    ) -> Verification {
        chain.withStack { sent in
            ERR_clear_error()
            defer { ERR_clear_error() }
            guard let leaf = sent.first, let context = X509_STORE_CTX_new() else { return .nothingToRead }
            defer { X509_STORE_CTX_free(context) }
            guard X509_STORE_CTX_init(context, pointer, leaf, sent.pointer) == 1 else { return .nothingToRead }
            let found = FoundFlaws()
            // A name that OpenSSL does not take is compared with nothing: that must not pass for a name that fits.
            if !prepare(context, name, time) { found.all.append((X509_V_ERR_HOSTNAME_MISMATCH, 0)) }
            withExtendedLifetime(found) {
                X509_STORE_CTX_set_ex_data(context, 0, Unmanaged.passUnretained(found).toOpaque())
                X509_STORE_CTX_set_verify_cb(context, noteFlaw)
                _ = X509_verify_cert(context)
            }
            let path = X509Stack(sharing: X509_STORE_CTX_get0_chain(context))
            let read = staple.map { Staple.read($0, of: leaf, by: issuer(of: leaf, path, sent), at: time) }
            let certificates = Self.certificates(path, sameAs: chain.certificates, sent)
            let reader = FlawReader(name: name.text, path: certificates, sent: chain.certificates)
            return Verification(path: certificates, flaws: reader.read(found.all, read), staple: read)
        }
    }

    /// The leaf and others that were sent are read already.
    private static func certificates(
        _ path: borrowing X509Stack, sameAs known: [Certificate], _ sent: borrowing X509Stack
    ) -> [Certificate] {
        let pointers = sent.all
        return path.all.map { x509 in pointers.firstIndex(of: x509).map { known[$0] } ?? Certificate.read(x509) }
    }

    private borrowing func issuer(
        of leaf: OpaquePointer, _ path: borrowing X509Stack, _ sent: borrowing X509Stack
    ) -> OpaquePointer? {
        let candidates = path.all.dropFirst() + sent.all.dropFirst() + [leaf]
        return candidates.first { X509_check_issued($0, leaf) == X509_V_OK }
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

extension Verification {
    static let nothingToRead = Verification(path: [], flaws: [.noCertificate])
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
