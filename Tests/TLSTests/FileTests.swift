import COpenSSL
import Diagnostics
import Glibc
import Testing

@testable import TLS

@Suite("Certificates in files")
struct FileTests {
    private let root = issue("Root", days: -100...1000, isAuthority: true, key: .rsa(bits: 2048))
    private var leaf: Issued { issue("leaf", names: "DNS:app.test", issuer: root, key: .rsa(bits: 2048)) }

    private func read(_ bytes: [UInt8], password: String? = nil) -> Holding? {
        let file = TemporaryFile(bytes)
        defer { withExtendedLifetime(file) {} }
        return CertificateFiles(patterns: [file.path], password: password).read().first
    }

    private func read(_ text: String, password: String? = nil) -> Holding? {
        read(Array(text.utf8), password: password)
    }

    @Test func `a bundle of PEM with its key`() {
        let leaf = leaf
        let holding = read("some words\n" + leaf.pem + root.pem + leaf.key.pem())
        #expect(holding?.format == "PEM")
        #expect(holding?.certificates == [leaf.certificate, root.certificate])
        #expect(holding?.keyMatches == true)
        #expect(holding?.problems == [])
        // A root is trusted where it is kept: the file is good for as long as the leaf.
        #expect(holding?.judged == [leaf.certificate])
    }

    @Test func `a key of another certificate is told`() {
        #expect(read(leaf.pem + Key.rsa(bits: 2048).pem())?.keyMatches == false)
        #expect(read(leaf.pem)?.keyMatches == nil)
    }

    @Test func `an encrypted key is told apart, and opened with its password`() {
        let leaf = leaf
        let text = leaf.pem + leaf.key.pem(password: "S3cret")
        let locked = read(text)
        #expect(locked?.keys.map(\.isEncrypted) == [true] && locked?.keyMatches == nil)
        #expect(read(text, password: "S3cret")?.keyMatches == true)
        #expect(read(text, password: "wrong")?.keyMatches == nil)
    }

    @Test func `a password never shows, whoever prints the settings`() {
        let files = CertificateFiles(patterns: ["a.p12"], password: "S3cret")
        var dumped = ""
        dump(files, to: &dumped)
        #expect(!"\(files)\(dumped)\(String(reflecting: files))".contains("S3cret"))
    }

    @Test func `DER, of a certificate and of a key`() {
        let leaf = leaf
        #expect(read(leaf.der)?.certificates == [leaf.certificate])
        #expect(read(leaf.der)?.format == "DER")
    }

    private func container(_ leaf: Issued, password: String?, cipher: CInt = 0) -> [UInt8] {
        let own = X509Handle(der: leaf.der)!
        let others = X509Stack()
        let authority = X509Handle(der: root.der)!
        others.share(authority.pointer)
        let made = PKCS12_create(
            password, "app", leaf.key.pointer, own.pointer, others.pointer, cipher, cipher, 0, 0, 0)
        defer { PKCS12_free(made) }
        var start: UnsafeMutablePointer<UInt8>?
        let count = i2d_PKCS12(made, &start)
        defer { CRYPTO_free(start, nil, 0) }
        return Array(UnsafeBufferPointer(start: start, count: Int(count)))
    }

    @Test(arguments: ["S3cret", "", nil] as [String?])
    func `PKCS#12 with its chain and key`(_ password: String?) {
        let leaf = leaf
        let holding = read(container(leaf, password: password), password: password)
        #expect(holding?.format == "PKCS#12")
        #expect(holding?.certificates == [leaf.certificate, root.certificate])
        #expect(holding?.keyMatches == true)
    }

    @Test func `PKCS#12 without the right password says so, and never shows one`() {
        let bytes = container(leaf, password: "S3cret")
        #expect(read(bytes)?.problems == ["a password is needed"])
        #expect(read(bytes, password: "Other")?.problems == ["the password is not the right one"])
    }

    @Test func `PKCS#12 with ciphers of the last century`() {
        _ = OSSL_PROVIDER_try_load(nil, "legacy", 1)
        let leaf = leaf
        let holding = read(
            container(leaf, password: "S3cret", cipher: NID_pbe_WithSHA1And40BitRC2_CBC), password: "S3cret")
        #expect(holding?.certificates.first == leaf.certificate)
    }

    @Test(arguments: [("", "the file is empty"), ("hello\n", "there is no certificate in it")])
    func `what holds none is told`(_ text: String, _ problem: String) {
        #expect(read(text)?.problems == [problem])
    }

    @Test func `a damaged block is told, and those before it count`() {
        let leaf = leaf
        let damaged = root.pem.replacing("MII", with: "!!!")
        let holding = read(leaf.pem + damaged)
        #expect(holding?.certificates == [leaf.certificate])
        #expect(holding?.problems == ["block 2 of 2 is damaged"])
    }

    @Test func `a missing file is told with the system's reason`() {
        let holdings = CertificateFiles(patterns: ["/nowhere/cert.pem"]).read()
        #expect(holdings.map(\.problems) == [["No such file or directory"]])
    }

    @Test func `random bytes never crash it`() {
        let whole = container(leaf, password: "x") + Array(leaf.pem.utf8)
        for _ in 0..<400 {
            var bytes = Array(whole.shuffled().prefix(Int.random(in: 0...600)))
            if Bool.random() { bytes = leaf.der }
            for _ in 0..<3 where !bytes.isEmpty { bytes[Int.random(in: bytes.indices)] = .random(in: 0...255) }
            _ = HoldingReader(path: "x").read(bytes)
        }
    }

    @Test func `a folder and a pattern are looked through, and a key for everybody is told`() async throws {
        let folder = "/tmp/diag-tls-folder-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        mkdir(folder, 0o755)
        mkdir(folder + "/live", 0o755)
        let leaf = leaf
        let paths = [("/live/a.pem", leaf.pem + leaf.key.pem()), ("/b.crt", issue("b").pem), ("/notes.txt", "words")]
        for (name, text) in paths { put(text, folder + name) }
        defer {
            for (name, _) in paths { unlink(folder + name) }
            rmdir(folder + "/live")
            rmdir(folder)
        }
        chmod(folder + "/live/a.pem", 0o644)
        let holdings = CertificateFiles(patterns: [folder]).read()
        #expect(holdings.map(\.path) == [folder + "/b.crt", folder + "/live/a.pem"])
        #expect(CertificateFiles(patterns: [folder + "/*.crt"]).read().count == 1)
        let probe = CertificateFilesProbe(
            target: Target(kind: .tls, name: "files", address: folder), files: CertificateFiles(patterns: [folder]))
        let seen = await probe.observe(until: .after(.seconds(10)))
        #expect(seen.samples.filter { $0.metric == TLSMetrics.certificateExpiry }.count == 2)
        #expect(seen.value(TLSMetrics.keyMatches) == 1)
        let remarks = seen.remarks("tls.file.remarks")
        #expect(remarks.contains { $0.text.contains("everybody on this machine may read the private key (0644)") })
        chmod(folder + "/live/a.pem", 0o600)
        let again = await probe.observe(until: .after(.seconds(10)))
        #expect(!again.remarks("tls.file.remarks").contains { $0.text.contains("everybody") })
    }

    private func put(_ text: String, _ path: String) {
        let descriptor = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0o600)
        _ = text.withCString { write(descriptor, $0, strlen($0)) }
        close(descriptor)
    }
}

extension Observation {
    func remarks(_ id: String) -> [Remark] {
        if case .remarks(let remarks)? = evidence(id) { remarks } else { [] }
    }
}
