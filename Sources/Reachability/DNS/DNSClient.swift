import Diagnostics
import Network

/// Asks one resolver one question, past the system's own resolver and its caches.
struct DNSClient: Sendable {
    /// What has come of it, and how long it took, all attempts together.
    struct Exchange: Sendable, Hashable {
        enum Outcome: Sendable, Hashable {
            case answer(DNSAnswer)
            /// No answer to any attempt.
            case silent
            /// Nothing listens there, or it cannot be reached: in words.
            case unreachable(String)
            /// Something came that is no answer to what was asked: what is wrong with it.
            case malformed(String)
        }

        let query: DNSQuery
        let outcome: Outcome
        let time: Duration
        let attempts: Int
        /// The answer did not fit a datagram, or the settings want it so.
        let usedTCP: Bool
    }

    let server: SocketAddress
    /// How long to wait for each attempt.
    let patience: Duration
    let attempts: Int
    var alwaysTCP = false

    func ask(_ name: DNSName, _ type: DNSMessage.RecordType, until deadline: Deadline) async -> Exchange {
        let query = DNSQuery(name, type)
        let start = ContinuousClock.now
        var (outcome, made, usedTCP) = (Exchange.Outcome.silent, 0, alwaysTCP)
        while outcome == .silent, made < attempts, !deadline.hasPassed, !Task.isCancelled {
            made += 1
            (outcome, usedTCP) = await attempt(query, until: deadline.within(patience))
        }
        return Exchange(
            query: query, outcome: outcome, time: start.duration(to: .now), attempts: made, usedTCP: usedTCP)
    }

    private func attempt(_ query: DNSQuery, until deadline: Deadline) async -> (Exchange.Outcome, usedTCP: Bool) {
        do throws(ProbeError) {
            if !alwaysTCP {
                let message = try await overUDP(query, until: deadline)
                if !message.isTruncated { return (.answer(DNSAnswer(message, to: query)), false) }
            }
        } catch {
            return (Self.outcome(error), false)
        }
        do throws(ProbeError) {
            return (.answer(DNSAnswer(try await overTCP(query, until: deadline), to: query)), true)
        } catch {
            return (Self.outcome(error), true)
        }
    }

    private static func outcome(_ error: ProbeError) -> Exchange.Outcome {
        switch error.kind {
        case .timedOut, .cancelled: .silent
        case .protocolViolation: .malformed(error.message)
        default: .unreachable(error.message)
        }
    }
}

// MARK: - Over UDP

extension DNSClient {
    private func overUDP(_ query: DNSQuery, until deadline: Deadline) async throws(ProbeError) -> DNSMessage {
        let step = "ask \(server)"
        let socket = try DatagramSocket.connected(to: server)
        let code = socket.send(query.bytes)
        guard code == 0 else { throw ProbeError(errno: code, step: step) }
        var fault: String?
        while true {
            while let bytes = try socket.received(limit: 65_535, step: step) {
                switch Self.reading(bytes, as: query) {
                case .success(let message): return message
                case .failure(let other): fault = other.message ?? fault
                }
            }
            do {
                try await Reactor.shared.wait(for: socket.descriptor, .readable, until: deadline, step: step)
            } catch {
                // A rogue's datagram must not keep the answer from coming; without one it is what there is to tell.
                guard error.kind == .timedOut, let fault else { throw error }
                throw ProbeError(.protocolViolation, step: step, message: fault)
            }
        }
    }

    /// A stranger's message, which nothing is said of, or what is wrong with one that may be ours.
    private struct Unfit: Error { let message: String? }

    private static func reading(_ bytes: [UInt8], as query: DNSQuery) -> Result<DNSMessage, Unfit> {
        do throws(DNSFault) {
            let message = try DNSReader.message(bytes)
            if query.isAnswered(by: message) { return .success(message) }
            // Some refuse without repeating the question.
            let isBareError = message.isResponse && message.id == query.id && message.questions.isEmpty
            if isBareError, message.responseCode != 0 { return .success(message) }
            return .failure(Unfit(message: message.id == query.id ? "the answer is to another question" : nil))
        } catch {
            return .failure(Unfit(message: "the answer \(error.message)"))
        }
    }
}

// MARK: - Over TCP

extension DNSClient {
    /// RFC 1035, 4.2.2: two bytes with the length go before a message.
    private func overTCP(_ query: DNSQuery, until deadline: Deadline) async throws(ProbeError) -> DNSMessage {
        let step = "ask \(server) over TCP"
        let socket = try await Connector.connect(to: [server], until: deadline).takeSocket()
        let bytes = query.bytes
        try await socket.write(UInt16(bytes.count).wire + bytes, until: deadline, step: step)
        let head = try await Self.read(2, from: socket, until: deadline, step: step)
        let size = Int(head[0]) << 8 | Int(head[1])
        let body = try await Self.read(size, from: socket, until: deadline, step: step)
        switch Self.reading(body, as: query) {
        case .success(let message) where !message.isTruncated: return message
        case .success: throw ProbeError(.protocolViolation, step: step, message: "the answer is truncated over TCP too")
        case .failure(let unfit):
            let words = unfit.message ?? "the answer is to another question"
            throw ProbeError(.protocolViolation, step: step, message: words)
        }
    }

    private static func read(
        _ count: Int, from socket: borrowing Socket, until deadline: Deadline, step: String
    ) async throws(ProbeError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var buffer = [UInt8](repeating: 0, count: count - bytes.count)
            let read = try await socket.read(into: &buffer, until: deadline, step: step)
            guard read > 0 else {
                throw ProbeError(.protocolViolation, step: step, message: "the answer is cut off: connection closed")
            }
            bytes += buffer.prefix(read)
        }
        return bytes
    }
}
