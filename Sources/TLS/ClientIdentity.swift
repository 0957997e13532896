import COpenSSL
import Diagnostics
import Glibc
import Network

/// A client certificate as its files hold it: read on a blocking thread, taken apart where it is used.
struct ClientIdentity: Sendable {
    private let settings: TLSClientSettings.Identity
    private let certificate: [UInt8]
    private let key: [UInt8]

    private static let threads = BlockingThreads(name: "diag-tls-files", limit: 4)

    /// - Throws: `.misconfigured` for a file that cannot be read, `.timedOut`, `.cancelled`.
    static func read(
        _ settings: TLSClientSettings.Identity, until deadline: Deadline
    ) async throws(ProbeError) -> ClientIdentity {
        let paths = [settings.certificateFile, settings.keyFile ?? settings.certificateFile]
        let files = try await threads.run("read the client certificate", until: deadline) {
            paths.map { path in (path, contents(of: path)) }
        }
        var texts: [[UInt8]] = []
        for (path, text) in files {
            guard case .success(let bytes) = text else { throw unreadable(path, text) }
            texts.append(bytes)
        }
        return ClientIdentity(settings: settings, certificate: texts[0], key: texts[1])
    }

    private enum Contents: Sendable {
        case success([UInt8])
        case failure(errno: CInt)
    }

    /// At most a megabyte: no certificate is longer.
    private static func contents(of path: String) -> Contents {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .failure(errno: errno) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        var count = 0
        while count < bytes.count {
            let more = bytes.withUnsafeMutableBytes { room in
                Glibc.read(descriptor, room.baseAddress.map { $0 + count }, room.count - count)
            }
            if more < 0 { return .failure(errno: errno) }
            if more == 0 { break }
            count += more
        }
        return .success(Array(bytes.prefix(count)))
    }

    private static func unreadable(_ path: String, _ contents: Contents) -> ProbeError {
        var words = "cannot be read"
        if case .failure(let code) = contents { words = describe(errno: code) }
        return ProbeError(.misconfigured, step: "read the client certificate", message: "\(path): \(words)")
    }
}

extension ClientIdentity {
    /// - Throws: `.misconfigured` for what is no certificate, no key, a wrong password, or a key of another certificate.
    func install(in session: OpaquePointer) throws(ProbeError) {
        ERR_clear_error()
        try installCertificates(in: session)
        try installKey(in: session)
        guard SSL_check_private_key(session) == 1 else {
            throw unusable(settings.keyFile, "the key is not the certificate's (\(drainErrors()))")
        }
    }

    private func installCertificates(in session: OpaquePointer) throws(ProbeError) {
        let bio = certificate.withUnsafeBytes { BIO_new_mem_buf($0.baseAddress, CInt($0.count)) }
        defer { BIO_free(bio) }
        guard let leaf = PEM_read_bio_X509_AUX(bio, nil, nil, nil) else {
            throw unusable(nil, "there is no PEM certificate in it (\(drainErrors()))")
        }
        defer { X509_free(leaf) }
        guard SSL_use_certificate(session, leaf) == 1 else { throw unusable(nil, drainErrors()) }
        while let more = PEM_read_bio_X509(bio, nil, nil, nil) {
            // The session takes a reference of its own.
            diag_SSL_add1_chain_cert(session, more)
            X509_free(more)
        }
        // The end of the file is an error on the queue.
        ERR_clear_error()
    }

    private func installKey(in session: OpaquePointer) throws(ProbeError) {
        let bio = key.withUnsafeBytes { BIO_new_mem_buf($0.baseAddress, CInt($0.count)) }
        defer { BIO_free(bio) }
        // "If the cb parameters is set to NULL and the u parameter is not NULL then the u parameter is interpreted as a
        // NUL terminated string to use as the passphrase." With both NULL it would ask at the terminal.
        let read = (settings.keyPassword ?? "").withCString { password in
            PEM_read_bio_PrivateKey(bio, nil, nil, UnsafeMutableRawPointer(mutating: password))
        }
        guard let read else { throw unusable(settings.keyFile, keyFlaw(drainErrors())) }
        defer { EVP_PKEY_free(read) }
        guard SSL_use_PrivateKey(session, read) == 1 else { throw unusable(settings.keyFile, drainErrors()) }
    }

    private func keyFlaw(_ words: String) -> String {
        let isEncrypted = String(decoding: key, as: UTF8.self).contains("ENCRYPTED")
        guard isEncrypted else { return "there is no PEM private key in it (\(words))" }
        return settings.keyPassword == nil
            ? "the key is encrypted, and no password is given" : "the key's password is not the right one"
    }

    /// - Parameter file: nil for the certificate's.
    private func unusable(_ file: String?, _ words: String) -> ProbeError {
        ProbeError(
            .misconfigured, step: "read the client certificate",
            message: "\(file ?? settings.certificateFile): \(words)",
            advice: "cert_file names the certificate, key_file its key, key_password_file what holds the key's password"
        )
    }
}
