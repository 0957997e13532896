import CLibpq
import Diagnostics

extension Connection {
    /// Runs one command over the simple protocol, which is all that a pooler's console knows: no extended protocol, no
    /// pipeline, one command a message.
    ///
    /// - Throws: what the other side said against it, `.timedOut`, `.cancelled`, `.unreachable`, `.protocolViolation`.
    borrowing func command(_ query: Query, until deadline: Deadline) async throws(ProbeError) -> Rows {
        do throws(ProbeError) {
            try sendSimply(query)
            var answer: Result<Rows, ProbeError>?
            while true {
                let result = try await nextResult(until: deadline, step: query.step)
                if result.isEnd { break }
                // Of several errors the first one is the reason.
                if case .failure? = answer { continue }
                answer = try self.answer(result, to: query)
            }
            guard let answer else { throw ProbeError(.protocolViolation, step: query.step, message: "no answer came") }
            return try answer.get()
        } catch {
            throw error.redacting(handle.password)
        }
    }

    private borrowing func sendSimply(_ query: Query) throws(ProbeError) {
        // "Exits pipeline mode if currently in pipeline mode with an empty queue and no pending results."
        guard PQexitPipelineMode(handle.pointer) == 1, PQsendQuery(handle.pointer, query.text) == 1 else {
            throw lost(query.step)
        }
    }
}
