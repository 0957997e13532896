import Diagnostics
import Network
import Synchronization

/// Questions about mount points whose threads have not come back yet. A mount that is dead is not asked again while one
/// thread waits for it already, or a process that looks again and again would lose a thread at every look.
private final class OpenQuestions: Sendable {
    private struct State {
        var next = 0
        var open: [Int: (mountpoint: String, since: ContinuousClock.Instant)] = [:]
    }

    private let state = Mutex(State())

    func hasOne(about mountpoint: String, olderThan age: Duration) -> Bool {
        state.withLock { state in
            state.open.values.contains { $0.mountpoint == mountpoint && $0.since.duration(to: .now) > age }
        }
    }

    func during<Value>(_ mountpoint: String, _ body: () -> Value) -> Value {
        let id = state.withLock { state in
            state.next += 1
            state.open[state.next] = (mountpoint, .now)
            return state.next
        }
        defer { state.withLock { _ = $0.open.removeValue(forKey: id) } }
        return body()
    }
}

/// Asks all filesystems at once, each under a deadline of its own, so that a dead one holds up nobody else.
struct FilesystemSurvey: Sendable {
    typealias Answer = (mount: Mount, result: Result<FilesystemUsage, ProbeError>)

    private static let threads = BlockingThreads(name: "diag-statvfs", limit: 64)
    private static let questions = OpenQuestions()

    let reader: any FilesystemReader
    let timeout: Duration

    /// In the order of `mounts`, without overlays that show a filesystem that is there already.
    func take(_ mounts: [Mount], until deadline: Deadline) async -> [Answer] {
        let answers = await withTaskGroup(of: (Int, Answer).self) { group in
            for (index, mount) in mounts.enumerated() {
                group.addTask { (index, (mount, await ask(mount, deadline.within(timeout)))) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
        return Self.withoutDoubles(answers.filter { !Self.isNobodysConcern($0) })
    }

    /// Unmounted while we looked, or a user's own FUSE mount that not even root may ask about.
    private static func isNobodysConcern(_ answer: Answer) -> Bool {
        guard case .failure(let error) = answer.result else { return false }
        return error.kind == .refused || (error.kind == .forbidden && answer.mount.type.hasPrefix("fuse"))
    }

    private func ask(_ mount: Mount, _ deadline: Deadline) async -> Result<FilesystemUsage, ProbeError> {
        let step = "statvfs \(mount.mountpoint)"
        guard !Self.questions.hasOne(about: mount.mountpoint, olderThan: timeout / 2) else {
            return .failure(dead(mount, step, "has not answered since an earlier look"))
        }
        do throws(ProbeError) {
            let reader = reader
            return try await Self.threads.run(step, until: deadline) {
                Self.questions.during(mount.mountpoint) { reader.usage(of: mount) }
            }
        } catch {
            return .failure(error.kind == .timedOut ? dead(mount, step, "does not answer") : error)
        }
    }

    private func dead(_ mount: Mount, _ step: String, _ words: String) -> ProbeError {
        ProbeError(
            .timedOut, step: step, message: "\(mount.type) from \(mount.source) \(words)",
            advice: "is its server reachable? umount -l \(mount.mountpoint) takes it away without waiting")
    }

    private static func withoutDoubles(_ answers: [Answer]) -> [Answer] {
        answers.filter { answer in
            guard case .success(let usage) = answer.result else { return true }
            return !answers.contains { other in
                guard case .success(let otherUsage) = other.result, other.mount != answer.mount,
                    usage.isSameStore(as: otherUsage)
                else { return false }
                return (answer.mount.isOverlay || other.mount.isOverlay) && other.mount.comesBefore(answer.mount)
            }
        }
    }
}

extension Mount {
    fileprivate var isOverlay: Bool { type == "overlay" || type == "aufs" || type == "fuse.fuse-overlayfs" }

    fileprivate func comesBefore(_ other: Mount) -> Bool {
        (mountpoint.count, mountpoint) < (other.mountpoint.count, other.mountpoint)
    }
}
