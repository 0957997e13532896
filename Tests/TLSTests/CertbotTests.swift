import Diagnostics
import Glibc
import Testing

@testable import TLS

@Suite("What certbot's files say")
struct CertbotTests {
    /// A folder as certbot keeps it, which goes with the last reference.
    private final class Folder: Sendable {
        let path = "/tmp/diag-certbot-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"

        init() { for name in ["", "/renewal", "/live", "/archive"] { mkdir(path + name, 0o755) } }

        deinit { remove(path) }

        private func remove(_ path: String) {
            for inner in TLS.Folder.files(in: path) ?? [] {
                if unlink(inner) != 0 { remove(inner) }
            }
            rmdir(path)
        }

        func put(_ text: String, _ name: String) {
            let descriptor = open(path + name, O_CREAT | O_WRONLY | O_TRUNC, 0o600)
            _ = text.withCString { write(descriptor, $0, strlen($0)) }
            close(descriptor)
        }

        /// A lineage with versions in the archive, of which one is live.
        func add(_ name: String, _ versions: [Issued], live: Int, keys more: String = "") {
            mkdir("\(path)/live/\(name)", 0o755)
            mkdir("\(path)/archive/\(name)", 0o755)
            for (index, issued) in versions.enumerated() {
                put(issued.pem, "/archive/\(name)/cert\(index + 1).pem")
                put(issued.pem, "/archive/\(name)/fullchain\(index + 1).pem")
                put(issued.key.pem(), "/archive/\(name)/privkey\(index + 1).pem")
            }
            for kind in ["cert", "fullchain", "privkey"] {
                symlink("../../archive/\(name)/\(kind)\(live).pem", "\(path)/live/\(name)/\(kind).pem")
            }
            put(
                """
                # renew_before_expiry = 30 days
                version = 2.1.0
                archive_dir = \(path)/archive/\(name)
                cert = \(path)/live/\(name)/cert.pem
                privkey = \(path)/live/\(name)/privkey.pem
                fullchain = \(path)/live/\(name)/fullchain.pem

                [renewalparams]
                authenticator = webroot
                \(more)
                """, "/renewal/\(name).conf")
        }
    }

    /// As certbot 2.1.0 writes it.
    private static let failed = """
        2026-11-25 03:12:01,001:DEBUG:certbot._internal.main:certbot version: 2.1.0
        2026-11-25 03:12:03,512:ERROR:certbot._internal.renewal:Failed to renew certificate old.test with error: of an earlier run
        2026-11-26 03:12:01,377:DEBUG:certbot._internal.main:certbot version: 2.1.0
        2026-11-26 03:12:01,378:DEBUG:certbot._internal.main:Location of certbot entry point: /usr/bin/certbot
        2026-11-26 03:12:03,512:ERROR:certbot._internal.renewal:Failed to renew certificate shop.test with error: Some challenges have failed.
        2026-11-26 03:12:03,514:DEBUG:certbot._internal.renewal:Traceback was:
        2026-11-26 03:12:04,002:ERROR:certbot.compat.misc:Hook 'deploy-hook' reported error code 1
        """

    private func look(_ folder: Folder, log: String?) async -> Observation {
        var folders = CertbotFolders()
        folders.configuration = folder.path
        folders.log = folder.path + "/letsencrypt.log"
        folders.root = folder.path
        if let log { folder.put(log, "/letsencrypt.log") }
        return await CertbotProbe(target: Target(kind: .tls, name: "certbot", address: folder.path), folders: folders)
            .observe(until: .after(.seconds(10)))
    }

    @Test func `each certificate with its names and when it is due`() async {
        let folder = Folder()
        folder.add("app.test", [issue("app.test", days: -10...80, names: "DNS:app.test,DNS:www.app.test")], live: 1)
        let seen = await look(
            folder, log: "2026-11-26 03:12:01,377:DEBUG:certbot._internal.main:certbot version: 2.1.0\n")
        #expect(seen.failure == nil)
        guard case .table(let table)? = seen.evidence("certbot.certificates") else { return #expect(Bool(false)) }
        let row = Dictionary(uniqueKeysWithValues: zip(table.columns.map(\.name), table.rows[0]))
        #expect(row["domains"] == .list(["app.test", "www.app.test"]))
        #expect(row["authenticator"] == .text("webroot"))
        #expect(seen.value(TLSMetrics.renewalWorks) == 1)
        #expect(abs(seen.days(TLSMetrics.certificateExpiry) - 80) < 0.1)
        let words = seen.remarks("certbot.remarks").map(\.text)
        #expect(words.contains { $0.hasPrefix("app.test: valid for another 80.0 days") })
        #expect(words.contains { $0.contains("nothing on this machine starts certbot") })
    }

    @Test func `a failed renewal of the last run is told in its own words`() async {
        let folder = Folder()
        folder.add("shop.test", [issue("shop.test", days: -70...20, names: "DNS:shop.test")], live: 1)
        folder.add("old.test", [issue("old.test", days: -10...80, names: "DNS:old.test")], live: 1)
        let seen = await look(folder, log: Self.failed)
        let remarks = seen.remarks("certbot.remarks").filter { $0.weight == .trouble }.map(\.text)
        #expect(remarks.contains("shop.test: the last renewal failed: Some challenges have failed."))
        #expect(!remarks.contains { $0.contains("old.test") })
        #expect(remarks.contains { $0.contains("a hook failed") })
        let works = seen.samples.filter { $0.metric == TLSMetrics.renewalWorks }
        #expect(works.map(\.value).sorted() == [0, 1])
    }

    @Test func `overdue, behind its archive, not renewed at all`() async {
        let folder = Folder()
        let old = issue("late.test", days: -87...3, names: "DNS:late.test")
        folder.add("late.test", [old, issue("late.test", names: "DNS:late.test")], live: 1, keys: "autorenew = False")
        let words = (await look(folder, log: nil)).remarks("certbot.remarks").map(\.text)
        #expect(words.contains { $0.contains("should have been renewed at") })
        #expect(words.contains { $0.contains("live points at an older certificate") })
        #expect(words.contains { $0.contains("autorenew is off") })
        #expect(words.contains { $0.contains("letsencrypt.log: No such file") })
    }

    @Test(arguments: [(90, 30.0), (6, 3.0), (365, 121.67)])
    func `it is due at a third of a long life, half of a short one`(_ days: Int, _ before: Double) async {
        let folder = Folder()
        folder.add("a.test", [issue("a.test", days: 0...days, names: "DNS:a.test")], live: 1)
        let lineage = CertbotLineage.all(in: folder.path).first
        #expect(abs((lineage?.renewsBefore ?? 0) / 86_400 - before) < 0.1)
    }

    @Test func `what it keeps leads to what is to be served`() {
        let folder = Folder()
        folder.add("w.test", [issue("w", names: "DNS:*.w.test,DNS:w.test")], live: 1)
        let sites = CertbotSites.read(folder.path)
        #expect(sites.map(\.name) == ["w.test"])
        #expect(sites.map(\.file) == ["\(folder.path)/live/w.test/fullchain.pem"])
    }

    @Test func `a folder that is not there is a mistake of the settings`() async {
        let probe = CertbotProbe(
            target: Target(kind: .tls, name: "certbot", address: "/nowhere"),
            folders: { () -> CertbotFolders in
                var folders = CertbotFolders()
                folders.configuration = "/nowhere"
                return folders
            }())
        #expect(await probe.observe(until: .after(.seconds(5))).failure?.kind == .misconfigured)
    }

    @Test func `random bytes of a log or a configuration never crash it`() {
        for _ in 0..<500 {
            let bytes = (0..<200).map { _ in "\n:=# Failed to renew certificate with error".utf8.randomElement()! }
            _ = CertbotLog(String(decoding: bytes, as: UTF8.self))
            _ = INIText.values(in: String(decoding: bytes, as: UTF8.self))
        }
    }
}
