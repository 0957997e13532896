import Glibc

/// What the system lets this process have.
enum ProcessLimits {
    /// As many open files as the hard limit allows: a sweep of a thousand targets has a thousand sockets.
    static func raiseDescriptors() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
