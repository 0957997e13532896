import Diagnostics
import Glibc
import Testing

@testable import Host

@Suite("Processes")
struct ProcessTests {
    private static let rest = "S 1 1 1 0 -1 4194560 0 0 0 0 300 200 0 0 20 0 1 0 5000 1048576 256 18446744073709551615"

    @Test(arguments: ["postgres", "a b", "we (ird) ))", ")", "x\ny"])
    func `a command may hold any character`(_ command: String) throws {
        let entry = try #require(
            ProcessEntry(stat: "42 (\(command)) \(Self.rest)", ticksPerSecond: 100, pageSize: 4096))
        #expect(entry.pid == 42)
        #expect(entry.command == command)
        #expect(entry.cpu == 5)
        #expect(entry.started == 50)
        #expect(entry.residentBytes == 1 << 20)
    }

    @Test(arguments: ["", "42", "42 (x", "42 )x( S", "x (y) \(rest)", "42 (x) S 1 2"])
    func `what is no process is left out`(_ text: String) {
        #expect(ProcessEntry(stat: text, ticksPerSecond: 100, pageSize: 4096) == nil)
    }

    private func entry(_ pid: Int, cpu: Int, started: Int, pages: Int = 1) throws -> ProcessEntry {
        try #require(
            ProcessEntry(
                stat: "\(pid) (p\(pid)) S 1 1 1 0 -1 0 0 0 0 0 \(cpu * 100) 0 0 0 20 0 1 0 \(started * 100) 1 \(pages)",
                ticksPerSecond: 100, pageSize: 4096))
    }

    private func table(_ entries: [ProcessEntry], uptime: Double) -> ProcessTable {
        ProcessTable(entries: Dictionary(uniqueKeysWithValues: entries.map { ($0.pid, $0) }), uptime: uptime)
    }

    @Test func `CPU is counted since the earlier table, and a pid used again is another process`() throws {
        let before = table([try entry(1, cpu: 90, started: 0), try entry(2, cpu: 500, started: 0)], uptime: 100)
        let after = table([try entry(1, cpu: 91, started: 0), try entry(2, cpu: 1, started: 101)], uptime: 102)
        #expect(after.topByProcessor(2, since: before).map(\.entry.pid) == [2, 1])
        #expect(after.topByProcessor(2, since: before).map(\.share) == [1, 0.5])
        #expect(after.topByProcessor(1, since: nil).map(\.entry.pid) == [2])
    }

    @Test func `this process is in this machine's table`() {
        let table = ProcessTable.read(HostFiles(root: "/"))
        #expect(table.entries[getpid()]?.residentBytes ?? 0 > 1 << 20)
        #expect(table.topByMemory(3).count == min(3, table.entries.count))
    }
}

@Suite("Largest folders")
struct LargestFoldersTests {
    @Test func `sizes are those of all below, and links count once`() throws {
        let host = try TemporaryHost([
            "/var/log/app/a.log": String(repeating: "a", count: 200_000),
            "/var/log/small.log": "x", "/var/lib/docker/volumes/v": String(repeating: "b", count: 50_000),
        ])
        #expect(link(host.root + "/var/log/app/a.log", host.root + "/var/log/app/b.log") == 0)
        let found = LargestFolders.find(HostFiles(root: host.root), until: .after(.seconds(20)))
        let sizes = Dictionary(uniqueKeysWithValues: found.folders.map { ($0.path, $0) })
        #expect(found.isComplete)
        #expect(found.folders.first?.path == "/var/log")
        #expect(sizes["/var/log/app"]?.files == 1)
        #expect((200_000..<250_000).contains(sizes["/var/log/app"]?.bytes ?? 0))
        #expect(sizes["/var/lib"]?.bytes ?? 0 >= sizes["/var/lib/docker"]?.bytes ?? .max)
    }

    @Test func `without time it says that it is not complete`() throws {
        let host = try TemporaryHost(["/var/log/a": "x"])
        #expect(!LargestFolders.find(HostFiles(root: host.root), until: .after(.zero)).isComplete)
    }
}
