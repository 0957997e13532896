import Synchronization

/// One line on standard error that each text replaces; only where that is a terminal which can do so.
enum StatusLine {
    private static let isShown = Mutex(false)

    static let isPossible = Terminal.isError && Environment.variables["TERM"] != "dumb"

    static func show(_ text: String) {
        guard isPossible else { return }
        isShown.withLock { isShown in
            Output.show("\r\u{1B}[K" + text.prefix(Terminal.width - 1))
            isShown = true
        }
    }

    /// Leaves nothing behind, so that what is printed next begins at the left.
    static func clear() {
        isShown.withLock { isShown in
            if isShown { Output.show("\r\u{1B}[K") }
            isShown = false
        }
    }
}
