import Testing

@testable import Host

@Suite("Mounts")
struct MountTests {
    @Test func `a line is read whatever optional fields it has`() throws {
        let mount = try #require(
            Mount(
                #"36 35 98:0 /mnt1 /mnt\0402\134x rw,noatime master:1 shared:2 - ext3 /dev/my\040root rw,errors=continue"#
            ))
        #expect(mount.device == "98:0")
        #expect(mount.root == "/mnt1")
        #expect(mount.mountpoint == #"/mnt 2\x"#)
        #expect(mount.type == "ext3")
        #expect(mount.source == "/dev/my root")
        #expect(!mount.isReadOnly)
    }

    @Test(arguments: ["", "36 35 98:0", "36 35 98:0 / / rw - ext3", "a b c d e f g h i j", "36 35 98:0 / / rw x y z w"])
    func `a line that is none is left out`(_ line: String) {
        #expect(Mount(line[...]) == nil)
    }

    @Test(arguments: [
        (#"\0"#, #"\0"#), (#"\999"#, #"\999"#), (#"a\011b"#, "a\tb"), (#"\303\244"#, "ä"), (#"x\"#, #"x\"#),
    ])
    func `escapes are octal, and what is none stays`(_ text: String, _ expected: String) {
        #expect(Mount.unescaped(text[...]) == expected)
    }

    @Test(arguments: [
        ("a device that is mounted twice counts once", ["8:1 / / rw - ext4", "8:1 /x /srv/x rw - ext4"], ["/"]),
        (
            "the whole filesystem is better than a part", ["8:1 /x /a rw - ext4", "8:1 / /long/path rw - ext4"],
            ["/long/path"]
        ),
        (
            "kernel filesystems are left out",
            ["0:5 / /proc rw - proc", "0:6 / /sys rw - sysfs", "0:7 / /dev rw - devtmpfs"], []
        ),
        ("images are always full", ["7:0 / /snap/a ro - squashfs", "11:0 / /media rw - iso9660"], []),
        ("what is read-only cannot fill up", ["8:1 / /a ro - ext4"], []),
        ("network mounts count", ["0:50 / /mnt rw - nfs4"], ["/mnt"]),
        ("a mount hidden by a later one is not asked", ["8:1 / /a rw - ext4", "8:2 / /a rw - xfs"], ["/a"]),
        ("ignored ones are left out", ["8:1 / /ignored rw - ext4"], []),
        (
            "a container's layers and secrets are left out",
            [
                "0:60 / /var/lib/docker/overlay2/a/merged rw - overlay",
                "0:61 / /var/lib/kubelet/pods/x/volumes/s rw - tmpfs",
            ], []
        ),
        ("a container's own root counts", ["0:60 / / rw - overlay"], ["/"]),
        ("memory filesystems fill up too", ["0:9 / /run rw - tmpfs", "0:8 / /sys/fs/cgroup rw - tmpfs"], ["/run"]),
    ])
    func `only what can fill up is measured, once`(_ what: String, _ lines: [String], _ expected: [String]) {
        let text = lines.map { "1 1 \($0) source rw" }.joined(separator: "\n")
        #expect(Mount.table(text).worthMeasuring(ignoring: ["/ignored"]).map(\.mountpoint) == expected, "\(what)")
    }
}
