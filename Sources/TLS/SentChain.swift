import COpenSSL
import Synchronization

/// The certificates that a server sent, the leaf first: as the library holds them, to be verified, and as values, read
/// once.
final class SentChain: Sendable {
    let certificates: [Certificate]
    private let stack: Mutex<X509Stack>

    private init(owning stack: consuming sending X509Stack) {
        certificates = stack.all.map(Certificate.read)
        self.stack = Mutex(stack)
    }

    /// - Parameter stack: a `STACK_OF(X509)` of somebody else's; NULL is an empty one.
    convenience init(sharing stack: OpaquePointer?) {
        // By number: what is shared are references of our own, which belong to nobody's task.
        self.init(owning: X509Stack(sharing: OpaquePointer(bitPattern: UInt(bitPattern: stack))))
    }

    /// From DER bytes; those that are no certificate are left out.
    convenience init(_ chain: [[UInt8]]) {
        let stack = X509Stack()
        for der in chain {
            if let handle = X509Handle(der: der) { stack.share(handle.pointer) }
        }
        self.init(owning: stack)
    }

    var isEmpty: Bool { certificates.isEmpty }

    /// The library's own certificates, valid during the call.
    func withStack<Result: Sendable>(_ body: (borrowing X509Stack) -> Result) -> Result { stack.withLock { body($0) } }
}
