import Glibc

/// Work that gives way to all other work of the machine.
enum Background {
    /// Lets the threads that there are, and those that they begin, have a processor only when nobody else wants it
    /// (SCHED_IDLE of sched(7)): a scan beside the server that it scans is never what its clients wait for. Not on a
    /// machine that has more to do than processors, where a scan would not get on at all.
    static func enter() {
        var load = 0.0
        guard getloadavg(&load, 1) == 1, load < Double(sysconf(CInt(_SC_NPROCESSORS_ONLN))) else { return }
        var parameters = sched_param()
        for thread in threads { sched_setscheduler(thread, idle, &parameters) }
    }

    /// GNU's, which the overlay leaves out: SCHED_IDLE of bits/sched.h.
    private static let idle: CInt = 5

    private static var threads: [pid_t] {
        guard let directory = opendir("/proc/self/task") else { return [] }
        defer { closedir(directory) }
        var threads: [pid_t] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if let thread = pid_t(name) { threads.append(thread) }
        }
        return threads
    }
}
