/// Inquiries one after the other, over one connection. After a server that did not answer nothing more is asked: the
/// rest has failed alike.
final class InquiryChain: Inquiry {
    /// Those that are not done; the first one is being asked.
    private var rest: [any Inquiry]

    init(_ inquiries: [any Inquiry]) { rest = inquiries }

    func next(after answer: Answer?) -> HTTPRequest? {
        var answer = answer
        while let current = rest.first {
            if let request = current.next(after: answer) { return request }
            rest.removeFirst()
            if case .failure = answer { return fail(answer) }
            answer = nil
        }
        return nil
    }

    func takesBody(of head: HTTPHead) -> Bool { rest.first?.takesBody(of: head) ?? false }

    func take(_ bytes: UnsafeRawBufferPointer) { rest.first?.take(bytes) }

    private func fail(_ answer: Answer?) -> HTTPRequest? {
        for inquiry in rest where inquiry.next(after: nil) != nil { _ = inquiry.next(after: answer) }
        rest = []
        return nil
    }
}
