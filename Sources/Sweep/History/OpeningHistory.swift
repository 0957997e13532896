/// A history that is being opened while the first targets are already looked at: SQLite takes milliseconds that only the
/// host's probe and the judgement have to wait for.
struct OpeningHistory: Sendable {
    /// Nil without a history; the note says why there is none, or what became of the one that was there.
    typealias Opened = (history: History?, note: String?)

    /// Ends by itself within the time that `History.open` takes at most; a sweep waits for it before it ends.
    private let task: Task<Opened, Never>

    /// - Parameter path: nil for a sweep without a history.
    init(at path: String?) { task = Task { await Self.open(path) } }

    var opened: Opened { get async { await task.value } }

    private static func open(_ path: String?) async -> Opened {
        guard let path else { return (nil, nil) }
        do {
            return try await History.open(at: path)
        } catch {
            return (nil, "\(error); going on without a history")
        }
    }
}
