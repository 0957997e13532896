import Diagnostics
import Network

extension StartTLS {
    /// Leads the conversation until the next byte is TLS's.
    ///
    /// - Throws: `.tls` where the server declines, `.protocolViolation` where it speaks something else or goes on in the
    ///   clear, `.unreachable` where it hangs up, `.timedOut`, `.cancelled`.
    func negotiate(
        over socket: borrowing Socket, with name: String, until deadline: Deadline
    ) async throws(ProbeError) {
        var dialogue = dialogue(with: name)
        var action = StartTLSAction.send(dialogue.begin())
        var received: [UInt8] = []
        var start: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            switch action {
            case .send(let bytes):
                if !bytes.isEmpty { try await socket.write(bytes, until: deadline, step: step) }
                // MySQL's server falls silent once it was asked.
                if self == .mysql, !bytes.isEmpty { return try check(received) }
                action = received.isEmpty ? .wait : dialogue.receive(&received)
            case .wait:
                let count = try await socket.read(into: &buffer, until: deadline, step: step)
                guard count > 0 else { throw closed(after: start) }
                if start.count < 64 { start += buffer.prefix(min(count, 64 - start.count)) }
                received += buffer.prefix(count)
                action = dialogue.receive(&received)
            case .begin: return try check(received)
            case .refused(let words):
                throw ProbeError(.tls, step: step, message: words, advice: "enable TLS in the server's configuration")
            case .foreign: throw foreign(start)
            }
        }
    }

    private var step: String { "ask for TLS (\(rawValue))" }

    /// Nobody may have put words between the answer and TLS (CVE-2011-0411).
    private func check(_ rest: [UInt8]) throws(ProbeError) {
        guard !rest.isEmpty else { return }
        throw ProbeError(
            .protocolViolation, step: step, message: "the server goes on in the clear after agreeing to TLS",
            advice: "somebody between here and the server may have put in words of their own")
    }

    private func closed(after start: [UInt8]) -> ProbeError {
        ProbeError(
            .unreachable, step: step,
            message: start.isEmpty
                ? "the server closed the connection without a word"
                : "the server closed the connection after \(ReceivedStart.shown(start))",
            advice: "look into the server's log: it may not let this address in")
    }

    private func foreign(_ start: [UInt8]) -> ProbeError {
        let isTLS = start.count >= 2 && (20...23).contains(start[0]) && start[1] == 3
        return ProbeError(
            .protocolViolation, step: step,
            message: "the answer is not \(rawValue): " + (isTLS ? "it is TLS at once" : ReceivedStart.shown(start)),
            advice: isTLS
                ? "leave out --starttls (or say none)" : "check the port, or say what is spoken there with --starttls")
    }
}
