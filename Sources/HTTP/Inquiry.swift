import Diagnostics

/// A line of questions to one server where each answer decides the next one. Holds no connection: it can be tested
/// by handing it answers.
///
/// An object, because libcurl hands pieces of a body over while a transfer runs. Used by one task alone.
protocol Inquiry: AnyObject {
    typealias Answer = Result<HTTPResponse, ProbeError>

    /// What to ask next; nil when there is nothing left to ask.
    ///
    /// - Parameter answer: to the question before; nil at the beginning.
    func next(after answer: Answer?) -> HTTPRequest?

    /// Whether the body of this answer is to be taken piece by piece; else it is kept in the response.
    func takesBody(of head: HTTPHead) -> Bool

    /// The next piece of a body. The bytes are only there during the call.
    func take(_ bytes: UnsafeRawBufferPointer)
}

extension Inquiry {
    func takesBody(of head: HTTPHead) -> Bool { false }
    func take(_ bytes: UnsafeRawBufferPointer) {}
}

/// One question and its answer.
final class SingleInquiry: Inquiry {
    private let request: HTTPRequest
    private let consumer: ((UnsafeRawBufferPointer) -> Void)?
    private(set) var answer: Answer?

    init(_ request: HTTPRequest, _ consumer: ((UnsafeRawBufferPointer) -> Void)?) {
        self.request = request
        self.consumer = consumer
    }

    func next(after answer: Answer?) -> HTTPRequest? {
        self.answer = answer
        return answer == nil ? request : nil
    }

    func takesBody(of head: HTTPHead) -> Bool { consumer != nil && 200..<300 ~= head.status }
    func take(_ bytes: UnsafeRawBufferPointer) { consumer?(bytes) }
}
