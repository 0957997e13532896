import CLibpq
import Diagnostics
import Network

/// One statement and what it is asked for, in words: `read pg_stat_replication`.
public struct Query: Sendable, Hashable {
    public let step: String
    public let text: String
    /// In place of `$1`, `$2`…, in the text form that the type's input function reads; nil is NULL. Never part of the
    /// statement's text.
    public let parameters: [String?]
    /// What the server lets this statement take, where that is not what it lets every other take.
    public let timeout: Duration?

    public init(step: String, text: String, parameters: [String?] = [], timeout: Duration? = nil) {
        self.step = step
        self.text = text
        self.parameters = parameters
        self.timeout = timeout
    }

    /// What is sent ahead of it. Until the sync both are one transaction, and "If is_local is true, the new value will
    /// only apply during the current transaction" (9.27.1): so it holds for this statement and no other, also where a
    /// pooler lends the next one another session.
    fileprivate var preface: Query? {
        timeout.map { timeout in
            let milliseconds = max(1, Int64(timeout.seconds * 1000))
            return Query(step: step, text: "SELECT set_config('statement_timeout', '\(milliseconds)', true)")
        }
    }
}

extension Connection {
    /// Asks all queries in one round trip.
    ///
    /// - Returns: an answer for each query, in their order. A query that the server refuses has its error and leaves the
    ///   others alone. What is still open when the connection is lost or the deadline passes has that as its error; the
    ///   connection is then of no more use.
    public borrowing func ask(_ queries: [Query], until deadline: Deadline) async -> [Result<Rows, ProbeError>] {
        var answers: [Result<Rows, ProbeError>] = []
        do throws(ProbeError) {
            try send(queries)
            var pipeline = Pipeline(prefaced: queries.map { $0.preface != nil })
            while !pipeline.isFinished {
                let step = queries[min(answers.count, queries.count - 1)].step
                let result = try await nextResult(until: deadline, step: step)
                switch pipeline.received(try event(result, step: step)) {
                case .keep(let query): answers.append(kept(result, queries[query]))
                case .goOn, .finish: break
                case .fail(let why): throw ProbeError(.protocolViolation, step: step, message: why)
                }
            }
        } catch {
            let reason = error.redacting(handle.password)
            answers += queries.dropFirst(answers.count).map { query in
                .failure(
                    ProbeError(reason.kind, step: query.step, message: reason.message, advice: reason.advice))
            }
        }
        return answers
    }

    private borrowing func send(_ queries: [Query]) throws(ProbeError) {
        for query in queries {
            for query in [query.preface, query].compactMap({ $0 }) {
                let isSent = withCStrings(query.parameters) { values in
                    PQsendQueryParams(
                        handle.pointer, query.text, CInt(query.parameters.count), nil, values, nil, nil, 0)
                }
                guard isSent == 1 else { throw lost(query.step) }
            }
            guard PQpipelineSync(handle.pointer) == 1 else { throw lost(query.step) }
        }
    }

    borrowing func nextResult(
        until deadline: Deadline, step: String
    ) async throws(ProbeError) -> QueryResult {
        while PQisBusy(handle.pointer) == 1 {
            // "After sending any command or data on a nonblocking connection, call PQflush. If it returns 1, wait for
            // the socket to become read- or write-ready."
            let unsent = PQflush(handle.pointer)
            guard unsent >= 0 else { throw lost(step) }
            let interest: Reactor.Interest = unsent == 1 ? [.readable, .writable] : .readable
            let ready = try await Reactor.shared.wait(for: handle.socket, interest, until: deadline, step: step)
            if ready.contains(.readable), PQconsumeInput(handle.pointer) == 0 { throw lost(step) }
        }
        return QueryResult(owning: PQgetResult(handle.pointer))
    }

    private borrowing func event(
        _ result: borrowing QueryResult, step: String
    ) throws(ProbeError) -> Pipeline.Event {
        if result.isEnd { return .end }
        switch result.status {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: return .rows
        case PGRES_PIPELINE_SYNC: return .sync
        case PGRES_FATAL_ERROR where result.serverError == nil: throw lost(step)
        case PGRES_FATAL_ERROR: return .error
        default: return .other(String(cString: PQresStatus(result.status)))
        }
    }

    /// - Throws: when the result is neither rows nor an error of the server's.
    borrowing func answer(
        _ result: borrowing QueryResult, to query: Query
    ) throws(ProbeError) -> Result<Rows, ProbeError> {
        switch try event(result, step: query.step) {
        case .other(let what): throw ProbeError(.protocolViolation, step: query.step, message: "unexpected \(what)")
        default: return kept(result, query)
        }
    }

    private borrowing func kept(_ result: borrowing QueryResult, _ query: Query) -> Result<Rows, ProbeError> {
        guard let error = result.serverError else { return .success(result.rows) }
        return .failure(error.probeError(step: query.step).redacting(handle.password))
    }

    /// The server has gone, or says what libpq cannot follow.
    borrowing func lost(_ step: String) -> ProbeError {
        let words = handle.errorMessage.split(separator: "\n").first { !$0.hasPrefix("\t") }
        let isGone = handle.status == CONNECTION_BAD
        return ProbeError(
            isGone ? .unreachable : .protocolViolation, step: step,
            message: words.map(String.init) ?? "the connection was lost")
    }
}
