import Foundation
import Glibc

/// Must be called before any other thread starts: they inherit the mask.
func blockSignals() {
    var set = endingSignals
    pthread_sigmask(SIG_BLOCK, &set, nil)
    signal(SIGPIPE, SIG_IGN)
}

/// Calls `action` for each ^C, SIGTERM and hang-up, on a thread that waits for nothing else.
func onSignal(_ action: @escaping @Sendable () -> Void) {
    onThread {
        var set = endingSignals
        var number: CInt = 0
        while sigwait(&set, &number) == 0 { action() }
    }
}

func onThread(_ body: @escaping @Sendable () -> Void) {
    let thread = Thread(block: body)
    thread.start()
}

private var endingSignals: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&set, signal) }
    return set
}
