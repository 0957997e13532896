import CLinux
import Glibc

/// Starts a detached thread that runs `body`.
///
/// - Returns: zero, or the errno of `pthread_create`.
@discardableResult
func startThread(named name: String, _ body: @escaping @Sendable () -> Void) -> CInt {
    final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void
        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
    let start = Unmanaged.passRetained(Start(name: name, body: body))
    var thread = pthread_t()
    let error = pthread_create(
        &thread, nil,
        { argument in
            // Never nil: it is the pointer that is passed as the last argument below.
            guard let argument else { return nil }
            let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
            diag_set_thread_name(start.name)
            start.body()
            return nil
        }, start.toOpaque())
    if error == 0 { pthread_detach(thread) } else { start.release() }
    return error
}
