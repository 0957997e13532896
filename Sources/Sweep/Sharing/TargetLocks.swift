import Diagnostics
import Glibc
import Network
import Synchronization

/// Sweeps that run at the same time on one history look at each target one at a time: who comes second is told who is at it, and
/// does not wait.
///
/// One byte of a file beside the history is locked for each target (fcntl's record locks): the kernel gives the locks back when
/// the process ends, whatever ends it, and names the process that has one. Nothing is written to the file. Two sweeps
/// in one process are not kept apart.
final class TargetLocks: Sendable {
    /// Who looks at a target.
    struct Holder: Sendable, Hashable {
        /// Zero where the process belongs to another namespace, such as another container.
        let pid: pid_t
    }

    private let descriptor: CInt

    private init(_ descriptor: CInt) { self.descriptor = descriptor }

    /// Closing gives all of them back.
    deinit { close(descriptor) }

    /// - Returns: nil where the file cannot be had: who cannot write there keeps no history either, and says so.
    static func open(besideHistory path: String) -> TargetLocks? {
        let descriptor = Glibc.open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        return descriptor < 0 ? nil : TargetLocks(descriptor)
    }

    /// - Returns: nil when this process has the target now; else who has it.
    func take(_ target: Target) -> Holder? {
        var wanted = Self.lock(of: target)
        while fcntl(descriptor, F_SETLK, &wanted) != 0 {
            switch errno {
            case EINTR: continue
            case EACCES, EAGAIN:
                // Nobody has it any more where it was given back in between.
                if let holder = holder(of: target) { return holder }
            // A file system without locks: better looked at twice than not at all.
            default: return nil
            }
        }
        return nil
    }

    private func holder(of target: Target) -> Holder? {
        var lock = Self.lock(of: target)
        guard fcntl(descriptor, F_GETLK, &lock) == 0, lock.l_type != F_UNLCK else { return nil }
        return Holder(pid: lock.l_pid)
    }

    /// A byte of a file that can be as long as an offset: two targets have the same one as good as never.
    private static func lock(of target: Target) -> flock {
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = off_t(StableHash.of("\(target.kind.rawValue)/\(target.name)") >> 2)
        lock.l_len = 1
        return lock
    }
}

/// In the place of a target that another sweep is looking at.
struct BusyTarget: Probe {
    let target: Target
    let holder: TargetLocks.Holder

    func observe(until deadline: Deadline) async -> Observation {
        let who = holder.pid > 0 ? "pid \(holder.pid)" : "another sweep"
        let failure = ProbeError(
            .busy, step: "sweep", message: "being looked at by \(who)",
            advice: "that sweep tells of it; --no-lock looks all the same")
        return Observation(target: target, started: .now, duration: .zero, failure: failure)
    }
}
