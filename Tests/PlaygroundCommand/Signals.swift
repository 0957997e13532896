import Foundation
import Glibc

/// ^C, SIGTERM and hang-up, which one thread waits for instead of being interrupted by them.
enum Signals {
    /// Must be called before any other thread starts: they inherit the mask.
    static func block() {
        var set = ending
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Returns when one has come.
    static func wait() {
        var set = ending
        var number: CInt = 0
        sigwait(&set, &number)
    }

    private static var ending: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&set, signal) }
        return set
    }
}
