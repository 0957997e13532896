import Glibc

/// Why the playground could not do something. A failure, never a reason to skip a test.
public struct PlaygroundError: Error, CustomStringConvertible {
    public let description: String
    /// Waiting longer would not help.
    let isFinal: Bool

    init(_ description: String, isFinal: Bool = false) {
        self.description = description
        self.isFinal = isFinal
    }

    /// The system's own words for the call that has just failed.
    static func system(_ call: String) -> PlaygroundError {
        PlaygroundError("\(call): \(String(cString: strerror(errno)))")
    }
}
