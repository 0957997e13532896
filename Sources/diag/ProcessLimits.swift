import Glibc

/// What the system lets this process have.
enum ProcessLimits {
    /// Where standard output was closed, a socket to a server would get its number, and our report would go there. What
    /// stands there instead cannot be written to, so that writing fails as it should.
    static func occupyStandardDescriptors() {
        for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) == -1 {
            _ = open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    /// As many open files as the hard limit allows: a sweep of a thousand targets has a thousand sockets.
    static func raiseDescriptors() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
