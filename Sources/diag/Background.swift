import Glibc
import Host

/// Work that gives way to all other work of the machine.
enum Background {
    /// Lets the threads that there are, and those that they begin, have a processor only when nobody else wants it
    /// (SCHED_IDLE of sched(7)): a scan beside the server that it scans is never what its clients wait for. Not on a
    /// machine that has more to do than processors, where a scan would not get on at all.
    static func enter() {
        var load = 0.0
        guard getloadavg(&load, 1) == 1, load < Double(sysconf(CInt(_SC_NPROCESSORS_ONLN))) else { return }
        var parameters = sched_param()
        for thread in folderNames("/proc/self/task").compactMap({ pid_t($0) }) {
            sched_setscheduler(thread, idle, &parameters)
        }
    }

    /// GNU's, which the overlay leaves out: SCHED_IDLE of bits/sched.h.
    private static let idle: CInt = 5
}
