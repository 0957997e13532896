import Diagnostics
import Network

extension HTTPClient {
    /// Asks one question after another over one connection.
    ///
    /// - Returns: an answer for each, in order. Those whose turn did not come by the deadline failed with it.
    public static func responses(
        to requests: [HTTPRequest], until deadline: Deadline
    ) async -> [Result<HTTPResponse, ProbeError>] {
        let inquiry = SequentialInquiry(requests)
        await carryOut([inquiry], until: deadline)
        let missing = ProbeError(.timedOut, step: "HTTP request", message: "not asked any more: the time was over")
        return inquiry.answers + Array(repeating: .failure(missing), count: requests.count - inquiry.answers.count)
    }
}

/// Questions whose order says nothing; after one that was not answered in time none is asked.
private final class SequentialInquiry: Inquiry {
    private let requests: [HTTPRequest]
    private(set) var answers: [Answer] = []

    init(_ requests: [HTTPRequest]) { self.requests = requests }

    func next(after answer: Answer?) -> HTTPRequest? {
        if let answer { answers.append(answer) }
        if case .failure(let error)? = answer, error.kind != .protocolViolation { return nil }
        return answers.count < requests.count ? requests[answers.count] : nil
    }
}
