import Glibc
import Synchronization

/// A DNS server on 127.0.0.1 that answers datagrams as a test says; nothing for a question that it gets nothing for.
final class ScriptedResolver: Sendable {
    let port: UInt16
    private let descriptor: CInt
    private let count = Atomic(0)

    var questions: Int { count.load(ordering: .relaxed) }

    /// - Parameter answers: to a question's bytes, each a datagram of its own.
    init(_ answers: @escaping @Sendable ([UInt8]) -> [[UInt8]]) {
        descriptor = socket(AF_INET, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        port = loopback(descriptor)
        let descriptor = descriptor
        detached { [weak self] in
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                var peer = sockaddr_in()
                var length = socklen_t(MemoryLayout<sockaddr_in>.size)
                let size = withUnsafeMutablePointer(to: &peer) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        recvfrom(descriptor, &buffer, buffer.count, 0, $0, &length)
                    }
                }
                guard size > 0, let self else { break }
                self.count.add(1, ordering: .relaxed)
                for answer in answers(Array(buffer.prefix(size))) {
                    withUnsafePointer(to: &peer) { pointer in
                        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                            _ = sendto(descriptor, answer, answer.count, 0, $0, length)
                        }
                    }
                }
            }
            close(descriptor)
        }
    }

    deinit {
        // Wakes the thread, which closes the socket: closed here, its number could be another's before it looks.
        shutdown(descriptor, CInt(SHUT_RDWR))
    }
}

/// Binds to an unused port of 127.0.0.1.
func loopback(_ descriptor: CInt) -> UInt16 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
            precondition(bind(descriptor, generic, length) == 0, "cannot bind to loopback")
            getsockname(descriptor, generic, &length)
        }
    }
    return UInt16(bigEndian: address.sin_port)
}

func detached(_ work: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let work: @Sendable () -> Void
        init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(work))
    pthread_create(
        &thread, nil,
        { argument in
            // Never nil: it is what is passed below.
            guard let argument else { return nil }
            Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().work()
            return nil
        }, box.toOpaque())
    pthread_detach(thread)
}
