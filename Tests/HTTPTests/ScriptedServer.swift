import Glibc
import Synchronization

/// A server on 127.0.0.1 that answers as a test says, and remembers what it was asked.
///
/// Each connection has a thread of its own, which ends when the other side closes.
final class ScriptedServer: Sendable {
    struct Question: Sendable {
        /// With the query.
        let path: String
        /// As they came, the request line first.
        let lines: [String]
        let content: [UInt8]

        func header(_ name: String) -> String? {
            lines.first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }.map {
                String($0.dropFirst(name.utf8.count + 2))
            }
        }
    }

    /// Writes an answer; the connection stays open for the next question when it returns true.
    typealias Script = @Sendable (Question, Connection) -> Bool

    let port: UInt16
    var url: String { "http://127.0.0.1:\(port)" }
    private let listener: CInt
    private let script: Script
    private let greeting: @Sendable (Connection) -> Bool
    private let seen = Mutex<[Question]>([])
    private let accepted = Atomic(0)

    var questions: [Question] { seen.withLock { $0 } }
    var connections: Int { accepted.load(ordering: .relaxed) }

    /// - Parameters:
    ///   - unixSocket: to listen at in place of a port.
    ///   - greeting: what to do with a connection before anything is read; false ends it.
    init(
        unixSocket: String? = nil, greeting: @escaping @Sendable (Connection) -> Bool = { _ in true },
        _ script: @escaping Script
    ) {
        self.script = script
        self.greeting = greeting
        (listener, port) = unixSocket.map { (Self.listening(at: $0), 0) } ?? Self.listening()
        // Whoever accepts closes the listener: closed by another thread, its number could already be somebody else's.
        detach { [weak self, listener] in
            while let connection = Self.accepted(from: listener), let self {
                self.accepted.add(1, ordering: .relaxed)
                detach { self.serve(connection) }
            }
            close(listener)
        }
    }

    deinit { shutdown(listener, CInt(SHUT_RDWR)) }

    private static func accepted(from listener: CInt) -> Connection? {
        let descriptor = accept(listener, nil, nil)
        return descriptor >= 0 ? Connection(descriptor) : nil
    }

    /// Answers from a table of paths; any other path is a 404.
    convenience init(_ answers: [String: String]) {
        self.init { question, connection in
            connection.write(answers[question.path] ?? answer(404, "{}"))
            return true
        }
    }

    private func serve(_ connection: Connection) {
        guard greeting(connection) else { return }
        while let question = connection.nextQuestion() {
            seen.withLock { $0.append(question) }
            guard script(question, connection) else { return }
        }
    }

    private static func listening(at path: String) -> CInt {
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                let length = socklen_t(MemoryLayout<sockaddr_un>.size)
                precondition(bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0)
            }
        }
        return descriptor
    }

    private static func listening() -> (CInt, UInt16) {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                precondition(bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0)
                getsockname(descriptor, $0, &length)
            }
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }
}

/// The server's end of a connection; closes when the script is done with it.
final class Connection: Sendable {
    private let descriptor: CInt

    fileprivate init(_ descriptor: CInt) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// False when the other side is gone.
    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Makes the close at the end a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Until the other side closes.
    func waitForEnd() { while receive() != nil {} }

    fileprivate func nextQuestion() -> ScriptedServer.Question? {
        var bytes: [UInt8] = []
        var end: Int?
        while end == nil {
            guard let more = receive() else { return nil }
            bytes += more
            end = bytes.indices.first { bytes[$0...].starts(with: "\r\n\r\n".utf8) }
        }
        let lines = String(decoding: bytes.prefix(end ?? 0), as: UTF8.self).split(separator: "\r\n").map(String.init)
        var content = Array(bytes.dropFirst((end ?? 0) + 4))
        let length =
            lines.first { $0.lowercased().hasPrefix("content-length: ") }.flatMap { Int($0.dropFirst(16)) } ?? 0
        while content.count < length {
            guard let more = receive() else { return nil }
            content += more
        }
        let words = lines.first?.split(separator: " ") ?? []
        return words.count == 3
            ? ScriptedServer.Question(path: String(words[1]), lines: lines, content: content) : nil
    }

    private func receive() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer.prefix(count)) : nil
    }
}

/// A whole answer of HTTP/1.1 that keeps the connection.
func answer(
    _ status: Int, _ body: String = "", type: String = "application/json", headers: [String] = []
) -> String {
    let fields = ["Content-Type: \(type)", "Content-Length: \(body.utf8.count)"] + headers
    return "HTTP/1.1 \(status) X\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n" + body
}

private func detach(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body)).toOpaque()
    pthread_create(
        &thread, nil,
        { argument in
            Unmanaged<Box>.fromOpaque(argument!).takeRetainedValue().body()
            return nil
        }, box)
    pthread_detach(thread)
}
