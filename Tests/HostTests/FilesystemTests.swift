import Diagnostics
import Dispatch
import Testing

@testable import Host

@Suite("Filesystems")
struct FilesystemTests {
    private func usage(_ blocks: Int64, _ free: Int64, _ available: Int64, _ inodes: Int64 = 0, _ inodesFree: Int64 = 0)
        -> FilesystemUsage
    {
        FilesystemUsage(
            blockSize: 4096, blocks: blocks, free: free, available: available, inodes: inodes, inodesFree: inodesFree,
            inodesAvailable: inodesFree)
    }

    @Test(
        "what root has reserved is neither used nor available, as df shows it",
        arguments: [
            (1000, 1000, 1000, 0.0), (1000, 500, 500, 0.5), (1000, 150, 100, 850.0 / 950), (1000, 50, 0, 1),
            (1000, 50, -20, 1), (1000, 0, 0, 1), (0, 0, 0, nil),
        ] as [(Int64, Int64, Int64, Double?)])
    func usedShare(_ blocks: Int64, _ free: Int64, _ available: Int64, _ ratio: Double?) {
        #expect(usage(blocks, free, available).usedRatio == ratio)
    }

    @Test func `inodes run out by themselves, and some filesystems have none`() {
        #expect(usage(1000, 900, 900, 100, 5).inodesUsedRatio == 0.95)
        #expect(usage(1000, 900, 900).inodesUsedRatio == nil)
    }

    private struct Table: FilesystemReader {
        let usages: [String: FilesystemUsage]
        func usage(of mount: Mount) -> Result<FilesystemUsage, ProbeError> {
            usages[mount.mountpoint].map(Result.success)
                ?? .failure(ProbeError(.local, step: "statvfs", message: "none"))
        }
    }

    /// Answers for all but one mount point.
    private final class DeadMount: FilesystemReader {
        let release = DispatchSemaphore(value: 0)
        let usage: FilesystemUsage
        init(_ usage: FilesystemUsage) { self.usage = usage }
        func usage(of mount: Mount) -> Result<FilesystemUsage, ProbeError> {
            if mount.type == "nfs4" { release.wait() }
            return .success(usage)
        }
    }

    private func mounts(_ lines: String...) -> [Mount] {
        Mount.table(lines.map { "1 1 \($0) source rw" }.joined(separator: "\n"))
    }

    @Test func `overlays that lie on a filesystem already seen are left out`() async {
        let mounts = mounts(
            "8:1 / / rw - ext4", "0:60 / /var/lib/docker/overlay2/a/merged rw - overlay",
            "0:61 / /var/lib/docker/overlay2/b/merged rw - overlay", "8:2 / /data rw - ext4")
        let same = usage(1000, 100, 50, 500, 100)
        var usages = Dictionary(uniqueKeysWithValues: mounts.map { ($0.mountpoint, same) })
        usages["/data"] = usage(2000, 100, 50, 500, 100)
        let answers = await FilesystemSurvey(reader: Table(usages: usages), timeout: .seconds(5))
            .take(mounts, until: .after(.seconds(20)))
        #expect(answers.map(\.mount.mountpoint) == ["/", "/data"])
    }

    @Test func `in a container the overlay at the root stands for the disk below it`() async {
        let mounts = mounts("0:60 / / rw - overlay", "8:1 /x /etc/hosts rw - ext4")
        let same = usage(1000, 100, 50, 500, 100)
        let answers = await FilesystemSurvey(
            reader: Table(usages: ["/": same, "/etc/hosts": same]), timeout: .seconds(5)
        )
        .take(mounts, until: .after(.seconds(20)))
        #expect(answers.map(\.mount.mountpoint) == ["/"])
    }

    @Test func `a dead mount is told as such, holds up nobody and is not asked again`() async {
        let mounts = mounts("8:1 / / rw - ext4", "0:50 / /mnt/dead-\(UInt32.random(in: 0...UInt32.max)) rw - nfs4")
        let reader = DeadMount(usage(1000, 100, 50))
        defer { reader.release.signal() }
        let survey = FilesystemSurvey(reader: reader, timeout: .milliseconds(200))
        let answers = await survey.take(mounts, until: .after(.seconds(20)))
        #expect((try? answers[0].result.get()) != nil)
        #expect(throws: ProbeError.self) { try answers[1].result.get() }
        let again = await survey.take(mounts, until: .after(.seconds(20)))
        guard case .failure(let error) = again[1].result else {
            Issue.record("the dead mount answered")
            return
        }
        #expect(error.kind == .timedOut)
        #expect(error.message.contains("since an earlier look"))
        #expect(error.advice?.contains("umount -l") == true)
    }

    private struct Failing: FilesystemReader {
        let kind: ProbeError.Kind
        func usage(of mount: Mount) -> Result<FilesystemUsage, ProbeError> {
            .failure(ProbeError(kind, step: "statvfs", message: "no"))
        }
    }

    @Test(arguments: [
        ("ext4", ProbeError.Kind.forbidden, 1), ("fuse.sshfs", .forbidden, 0), ("fuse.sshfs", .local, 1),
        ("ext4", .refused, 0), ("nfs4", .local, 1),
    ])
    func `what was unmounted meanwhile, and users' own FUSE mounts, are nobody's concern`(
        _ type: String, _ kind: ProbeError.Kind, _ reported: Int
    ) async {
        let answers = await FilesystemSurvey(reader: Failing(kind: kind), timeout: .seconds(5))
            .take(mounts("0:50 / /mnt/x rw - \(type)"), until: .after(.seconds(20)))
        #expect(answers.count == reported)
    }

    @Test func `this machine's own root is measured`() throws {
        let root = try #require(Mount.table("1 1 8:1 / / rw - ext4 x rw").first)
        let usage = try SystemFilesystems(files: HostFiles(root: "/")).usage(of: root).get()
        #expect(usage.blocks > 0)
        #expect((0...1).contains(try #require(usage.usedRatio)))
    }
}
