import Foundation
import Playground
import Testing

/// A certificate that expires soon: a sweep that takes no time and has something to tell.
private func expiringHome() async throws -> Home {
    let home = Home()
    try home.configure(VerdictTests.site(try await Playground.shared.tls(), .expiring))
    return home
}

private func contents(of path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

@Suite("The textfile is replaced whole or not at all")
struct TextfileTests {
    /// As a sweep of an earlier minute left it.
    private static let old = "# TYPE diag_old gauge\ndiag_old 1\n"

    private func sweep(to path: String, in home: Home, behind wrapper: [String] = []) async throws -> Outcome {
        try await Diag.run(
            ["sweep", "--no-state", "-f", "line", "--textfile", path], in: home, behind: wrapper)
    }

    @Test func itIsWrittenBesideTheReport() async throws {
        let home = try await expiringHome()
        let path = try home.write(Self.old, to: "diag.prom")
        let outcome = try await sweep(to: path, in: home)
        #expect(outcome.status == 2)
        #expect(outcome.lines.count == 1)
        let text = try contents(of: path)
        #expect(text.contains(#"diag_alert_state{alert="CertificateExpiringSoon",kind="tls","#))
        #expect(!text.contains("diag_old"))
        #expect(try leftovers(in: home.root) == [])
    }

    @Test func everybodyMayReadItWhateverTheUmask() async throws {
        let home = try await expiringHome()
        let path = home.path("diag.prom")
        let wrapper = ["/bin/sh", "-c", "umask 077; exec \"$0\" \"$@\""]
        #expect(try await sweep(to: path, in: home, behind: wrapper).status == 2)
        #expect(try mode(of: path) == 0o644)
    }

    @Test func aLimitOnTheSizeOfFilesIsAnErrorAndTheOldFileStays() async throws {
        let home = try await expiringHome()
        let path = try home.write(Self.old, to: "diag.prom")
        let outcome = try await sweep(to: path, in: home, behind: ["/usr/bin/prlimit", "--fsize=1000"])
        #expect(outcome.status == 74)
        #expect(outcome.errors == "Error: \(path): File too large; the old file is as it was\n")
        #expect(outcome.lines.count == 1, "the report is told all the same")
        #expect(try contents(of: path) == Self.old)
        #expect(try leftovers(in: home.root) == [])
    }

    @Test(.enabled(if: geteuid() == 0, "a file system of one's own takes root"))
    func aFullDiskIsAnErrorAndTheOldFileStays() async throws {
        let home = try await expiringHome()
        let disk = try SmallDisk(at: home.path("disk"))
        defer { disk.unmount() }
        let path = try home.write(Self.old, to: "disk/diag.prom", mode: 0o644)
        disk.fill()
        let outcome = try await sweep(to: path, in: home)
        #expect(outcome.status == 74)
        #expect(outcome.errors.contains("No space left on device; the old file is as it was"))
        #expect(try contents(of: path) == Self.old)
        #expect(try leftovers(in: home.path("disk")) == [])
    }

    @Test func aFolderThatCannotBeWrittenIsAnErrorAndTheOldFileStays() async throws {
        let home = try await expiringHome()
        let disk = geteuid() == 0 ? try SmallDisk(at: home.path("disk")) : nil
        let path = try home.write(Self.old, to: "disk/diag.prom", mode: 0o644)
        disk?.makeReadOnly()
        chmod(home.path("disk"), 0o555)
        defer {
            disk?.unmount()
            chmod(home.path("disk"), 0o755)
        }
        let outcome = try await sweep(to: path, in: home)
        #expect(outcome.status == 74)
        #expect(outcome.errors.contains(/Error: .*diag.prom: (Read-only file system|Permission denied); the old/))
        #expect(try contents(of: path) == Self.old)
    }

    @Test func aFolderThatIsNotThereIsAnError() async throws {
        let outcome = try await sweep(to: "/nonexistent/diag.prom", in: try await expiringHome())
        #expect(outcome.status == 74)
        #expect(outcome.errors.hasPrefix("Error: /nonexistent/diag.prom: No such file or directory"))
    }

    @Test func aDeviceIsNotReplacedByAFile() async throws {
        let home = try await expiringHome()
        symlink("/dev/null", home.path("diag.prom"))
        let outcome = try await sweep(to: home.path("diag.prom"), in: home)
        #expect(outcome.status == 74)
        #expect(outcome.errors.contains("is no regular file"))
    }

    @Test func aLinkIsFollowed() async throws {
        let home = try await expiringHome()
        let path = try home.write(Self.old, to: "real/diag.prom")
        symlink(path, home.path("link.prom"))
        #expect(try await sweep(to: home.path("link.prom"), in: home).status == 2)
        #expect(try contents(of: path).contains("diag_alert_state"))
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: home.path("link.prom")) == path)
    }

    /// Killed at moments from its first to its last: the file is always one that a sweep has ended, and what is left of
    /// those that were killed goes with the next one.
    @Test(.timeLimit(.minutes(4))) func kill9AtAnyMomentLeavesAWholeFile() async throws {
        let home = try await expiringHome()
        let path = home.path("diag.prom")
        let length = ContinuousClock.now
        _ = try await sweep(to: path, in: home)
        let whole = ContinuousClock.now - length
        let last = try #require(try contents(of: path).split(separator: "\n").last)
        for step in 0..<40 {
            let running = try Diag.start(
                ["sweep", "--no-state", "-q", "-f", "line", "--textfile", path], in: home)
            try await Task.sleep(for: whole * Double(step) / 36)
            running.signal(SIGKILL)
            _ = try? await running.end()
            let text = try contents(of: path)
            #expect(text.hasSuffix("\n"))
            #expect(text.split(separator: "\n").last?.prefix(20) == last.prefix(20), "killed at step \(step)")
        }
        try home.write("half", to: ".diag.prom.diag-killed")
        #expect(try await sweep(to: path, in: home).status == 2)
        #expect(try leftovers(in: home.root) == [])
    }

    @Test func manyAtOnceLeaveAWholeFile() async throws {
        let home = try await expiringHome()
        let path = home.path("diag.prom")
        let outcomes = try await withThrowingTaskGroup(of: Outcome.self) { group in
            for _ in 0..<6 { group.addTask { try await sweep(to: path, in: home) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.allSatisfy { $0.status == 2 }, "\(outcomes.map(\.errors))")
        #expect(try contents(of: path).contains("diag_alert_state"))
        #expect(try leftovers(in: home.root) == [])
    }

    private func mode(of path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    private func leftovers(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.contains(".diag-") }
    }
}

/// A file system of 64 KiB, for root.
private struct SmallDisk {
    let path: String

    init(at path: String) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=64k") == 0 else {
            throw DiagError("mount: \(String(cString: strerror(errno)))")
        }
    }

    func fill() {
        let file = open(path + "/full", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        let page = [UInt8](repeating: 0, count: 4096)
        while write(file, page, page.count) > 0 {}
        close(file)
    }

    func makeReadOnly() { _ = mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT) | UInt(MS_RDONLY), nil) }

    func unmount() { umount2(path, CInt(MNT_DETACH)) }
}
