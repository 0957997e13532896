import Foundation
import Glibc
import Testing

@testable import Playground

/// A playground in a process of its own, which can be killed.
private struct Owner {
    let process = Process()
    let folder: String
    /// Every process of it that runs a server, the watchdog among them.
    let members: [pid_t]

    init() throws {
        let binary = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        process.executableURL = binary.appendingPathComponent("diag-playground")
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        var text = ""
        while !text.contains("^C ends everything.") {
            let data = pipe.fileHandleForReading.availableData
            guard !data.isEmpty else { throw PlaygroundError("diag-playground ended too early: \(text)") }
            text += String(decoding: data, as: UTF8.self)
        }
        let path = text.split(separator: "\n").first { $0.hasSuffix("/diag.yaml") } ?? ""
        folder = String(path.dropLast("/diag.yaml".count)).trimmingCharacters(in: .whitespaces)
        members = try Self.processes(naming: folder)
    }

    func waitForEnd() throws {
        let (folder, members) = (folder, members)
        try waitUntil("the folder is gone", within: .seconds(15)) { !FileManager.default.fileExists(atPath: folder) }
        try waitUntil("no process is left", within: .seconds(5)) {
            try Self.processes(naming: folder).isEmpty && members.allSatisfy { !Self.runs($0) }
        }
    }

    /// Those whose command line names the folder, and their children: PostgreSQL's backends have titles of their own.
    private static func processes(naming folder: String) throws -> [pid_t] {
        let all = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }
        let named = all.filter { pid in
            let words = (try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8)) ?? ""
            return words.contains(folder) && runs(pid)
        }
        let children = named.flatMap { pid in
            let text = (try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)) ?? ""
            return text.split(separator: " ").compactMap { pid_t($0) }
        }
        return named + children
    }

    /// A zombie that nobody fetches, as in a container without an init, is dead for us.
    private static func runs(_ pid: pid_t) -> Bool {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        guard let name = text.lastIndex(of: ")") else { return false }
        return !text[name...].hasPrefix(") Z")
    }
}

@Suite("The watchdog")
struct WatchdogTests {
    @Test func endsEverythingWhenItsOwnerIsKilled() async throws {
        let owner = try await onThread { try Owner() }
        #expect(owner.members.count > 10)
        kill(owner.process.processIdentifier, SIGKILL)
        try await onThread { try owner.waitForEnd() }
    }

    @Test(arguments: [SIGINT, SIGTERM]) func leavesNothingAfterAnOrderlyEnd(signal: CInt) async throws {
        let owner = try await onThread { try Owner() }
        kill(owner.process.processIdentifier, signal)
        try await onThread {
            owner.process.waitUntilExit()
            try owner.waitForEnd()
        }
        #expect(owner.process.terminationStatus == 0)
    }

    @Test func letsTwoPlaygroundsRunSideBySide() async throws {
        let (first, second) = (Playground(), Playground())
        async let one = first.postgresql()
        async let two = second.postgresql()
        let (left, right) = try await (one, two)
        #expect(left.primary.port != right.primary.port)
        await first.stop()
        let rows = try await onThread {
            try right.session(on: right.primary, as: right.monitor).run("SELECT 1")
        }
        #expect(rows == [["1"]])
        await second.stop()
    }

    @Test func startsAServiceOnceForAllWhoAskAtOnce() async throws {
        let playground = Playground()
        let ports = try await withThrowingTaskGroup(of: UInt16.self) { group in
            for _ in 0..<8 { group.addTask { try await playground.redis().master.port } }
            return try await group.reduce(into: Set<UInt16>()) { $0.insert($1) }
        }
        #expect(ports.count == 1)
        await playground.stop()
    }

    @Test func refusesToStartAnythingAfterTheEnd() async throws {
        let playground = Playground()
        let folder = try await playground.folder()
        await playground.stop()
        #expect(!FileManager.default.fileExists(atPath: folder))
        await #expect(throws: (any Error).self) { try await playground.redis() }
    }
}
