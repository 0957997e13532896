/// Which query the next result of a pipeline belongs to.
///
/// Every query is followed by a sync of its own: an error then ends that query alone, where a single sync at the end
/// would make the server skip all that follow. Syncs cost no round trip. For each query libpq returns its result, then
/// NULL, then the sync. A query may have a preface, a statement of ours in the same transaction: its result and a NULL
/// then come before.
struct Pipeline: Equatable {
    enum Event: Equatable {
        /// A result with rows, or none because the statement has none.
        case rows
        /// An error of the server's that ends this query.
        case error
        /// NULL: no more results of this query.
        case end
        case sync
        /// Anything else that libpq can return.
        case other(String)
    }

    enum Action: Equatable {
        /// The result answers the query of this number.
        case keep(Int)
        case goOn
        /// The last query has been answered.
        case finish
        case fail(String)
    }

    private enum State: Equatable {
        case awaitingPreface(Int)
        case awaitingEndOfPreface(Int)
        case awaitingResult(Int)
        case awaitingEnd(Int)
        case awaitingSync(Int)
        case finished
    }

    private let prefaced: [Bool]
    private var state: State = .finished

    init(count: Int) { self.init(prefaced: Array(repeating: false, count: count)) }

    /// - Parameter prefaced: for each query whether a preface goes before it.
    init(prefaced: [Bool]) {
        self.prefaced = prefaced
        state = beginning(of: 0)
    }

    private func beginning(of query: Int) -> State {
        guard query < prefaced.count else { return .finished }
        return prefaced[query] ? .awaitingPreface(query) : .awaitingResult(query)
    }

    var isFinished: Bool { state == .finished }

    mutating func received(_ event: Event) -> Action {
        switch (state, event) {
        case (.awaitingPreface(let query), .rows):
            state = .awaitingEndOfPreface(query)
            return .goOn
        case (.awaitingEndOfPreface(let query), .end):
            state = .awaitingResult(query)
            return .goOn
        case (.awaitingResult(let query), .rows), (.awaitingResult(let query), .error):
            state = .awaitingEnd(query)
            return .keep(query)
        case (.awaitingEnd(let query), .end):
            state = .awaitingSync(query)
            return .goOn
        case (.awaitingSync(let query), .sync):
            state = beginning(of: query + 1)
            return isFinished ? .finish : .goOn
        case (_, .other(let what)):
            return .fail("unexpected \(what)")
        case (_, let event):
            return .fail("\(event) out of turn")
        }
    }
}
