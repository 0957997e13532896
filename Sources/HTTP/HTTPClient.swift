import CCurl
import Diagnostics
import Network

/// Asks HTTP servers over libcurl without blocking, several questions at once over few connections.
///
/// Dropping it closes every connection. Not Sendable: made, used and dropped by one task.
public struct HTTPClient: ~Copyable {
    private let multi: CurlMulti
    /// Under way, by their easy handle.
    private var transfers: [UnsafeMutableRawPointer: Transfer] = [:]
    private let deadline: Deadline

    private init(_ multi: consuming CurlMulti, _ deadline: Deadline) {
        self.multi = multi
        self.deadline = deadline
    }

    deinit {
        for transfer in transfers.values { multi.remove(transfer.easy) }
    }

    /// Asks one question.
    ///
    /// - Parameter consumer: takes the body of a 2xx answer piece by piece in place of `HTTPResponse.body`; the bytes
    ///   are only there during the call.
    /// - Throws: whatever kept an answer from coming. An answer with any status is not an error.
    public static func response(
        to request: HTTPRequest, until deadline: Deadline, consumer: ((UnsafeRawBufferPointer) -> Void)? = nil
    ) async throws(ProbeError) -> HTTPResponse {
        let inquiry = SingleInquiry(request, consumer)
        await carryOut([inquiry], until: deadline)
        guard let answer = inquiry.answer else { throw .cancelled("HTTP request") }
        return try answer.get()
    }

    /// Puts all the questions of all the inquiries, the inquiries side by side. Returns by the deadline: what is then
    /// unanswered has failed with `.timedOut`. Each inquiry has one connection at a time.
    static func carryOut(_ inquiries: [any Inquiry], until deadline: Deadline) async {
        do {
            let multi = try CurlMulti.make(connectionsPerHost: inquiries.count)
            var client = HTTPClient(multi, deadline)
            for inquiry in inquiries { client.ask(inquiry, after: nil) }
            await client.run()
        } catch {
            for inquiry in inquiries { _ = inquiry.next(after: .failure(error)) }
        }
    }
}

extension HTTPClient {
    private mutating func run() async {
        while !transfers.isEmpty {
            do throws(ProbeError) {
                try await multi.step(until: deadline)
            } catch {
                return giveUp(error)
            }
            while let (easy, code) = multi.nextFinished() { finish(easy, code) }
        }
    }

    private mutating func ask(_ inquiry: any Inquiry, after answer: Inquiry.Answer?) {
        guard let request = inquiry.next(after: answer) else { return }
        start(inquiry, request, Transfer.History())
    }

    private mutating func start(_ inquiry: any Inquiry, _ request: HTTPRequest, _ history: Transfer.History) {
        do {
            let transfer = try Transfer(request, for: inquiry, history, until: deadline)
            transfers[transfer.easy.handle] = transfer
            multi.add(transfer.easy)
        } catch {
            ask(inquiry, after: .failure(error))
        }
    }

    private mutating func finish(_ easy: UnsafeMutableRawPointer, _ code: CURLcode) {
        guard let transfer = transfers.removeValue(forKey: easy) else { return }
        transfer.noteTransport()
        multi.remove(transfer.easy)
        switch transfer.ending(code) {
        case .answer(let answer): ask(transfer.inquiry, after: answer)
        case .again(let request, let history): start(transfer.inquiry, request, history)
        }
    }

    /// The end of the time, or of the task: whatever is under way has failed, and nothing more is asked.
    private mutating func giveUp(_ error: ProbeError) {
        let unfinished = transfers.values
        transfers = [:]
        for transfer in unfinished {
            multi.remove(transfer.easy)
            _ = transfer.inquiry.next(after: .failure(transfer.error(endedBy: error)))
        }
    }
}
