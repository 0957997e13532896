import Foundation
import Glibc
import Synchronization

/// A folder that looks like the root of a machine of four processors and 16 GiB, as far as diagnosis looks into
/// `/proc` and `/sys`: for the conditions that nobody wants to bring about on the machine that runs the tests.
///
/// The processors' counters go on with the time, so a probe that looks twice sees the share that is set. What
/// `statvfs` would say of the mount points is in the file `statvfs` of the folder, a line each:
/// `MOUNTPOINT f_frsize f_blocks f_bfree f_bavail f_files f_ffree f_favail`.
public final class RecordedHost: Sendable {
    public enum Strain: String, CaseIterable, Sendable { case processor, memory, disk }

    public let root: String

    private struct State {
        var strains: Set<Strain> = []
        var busyTicks = 4_000_000.0
        var idleTicks = 96_000_000.0
        var counted = ContinuousClock.now
        var isEnded = false
    }

    private let state = Mutex(State())
    private let writing = Mutex(())

    /// A host whose clock stands still but for `advance(by:)`.
    public init(root: String) throws {
        self.root = root
        try makeFolders()
        try write(HostFiles.fixed)
        try writeAll()
    }

    static func start(on ground: Ground) throws -> RecordedHost {
        let host = try RecordedHost(root: ground.makeFolder("host"))
        ground.atEnd { host.end() }
        detach("recorded host") { host.live() }
        return host
    }

    public func set(_ strain: Strain, _ isThere: Bool) throws {
        state.withLock { state in
            if isThere { state.strains.insert(strain) } else { state.strains.remove(strain) }
        }
        try writeAll()
    }

    /// Lets the processors' time go on, busy as they are at the moment.
    public func advance(by duration: Duration) throws {
        state.withLock { state in
            let ticks = duration / .seconds(1) * Double(HostFiles.processors * HostFiles.ticksPerSecond)
            let busy = state.strains.contains(.processor) ? 0.97 : 0.12
            state.busyTicks += ticks * busy
            state.idleTicks += ticks * (1 - busy)
        }
        try writeAll()
    }

    private func live() {
        while !state.withLock({ $0.isEnded }) {
            pause(.milliseconds(100))
            let now = ContinuousClock.now
            let passed = state.withLock { state in
                defer { state.counted = now }
                return state.counted.duration(to: now)
            }
            try? advance(by: passed)
        }
    }

    private func end() {
        state.withLock { $0.isEnded = true }
        writing.withLock { _ in }
    }

    /// One writer at a time, and none after the end, when the folder is about to go.
    private func writeAll() throws {
        try writing.withLock { _ in
            let (files, isEnded) = state.withLock { state in
                let (busy, idle) = (Int(state.busyTicks), Int(state.idleTicks))
                return (HostFiles(strains: state.strains, busyTicks: busy, idleTicks: idle), state.isEnded)
            }
            if !isEnded { try write(files.changing) }
        }
    }

    /// A reader sees a file as it was or as it is, never half of it.
    private func write(_ files: [String: String]) throws {
        for (name, text) in files {
            try text.write(toFile: "\(root)/\(name)", atomically: true, encoding: .utf8)
        }
    }

    private func makeFolders() throws {
        for folder in ["proc/self", "proc/pressure", "sys/fs/cgroup/app"] {
            try FileManager.default.createDirectory(atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
        }
    }
}
