import COpenSSL

/// Takes everything off this thread's OpenSSL error queue.
///
/// - Returns: the oldest entry's reason, which is the cause: `certificate verify failed`.
func drainErrors() -> String { drainErrorQueue().words }

/// As `drainErrors`, with the reason's number (`SSL_R_…` of ssl.h); zero when the queue is empty.
func drainErrorQueue() -> (reason: CInt, words: String) {
    let first = ERR_get_error()
    while ERR_get_error() != 0 {}
    guard first != 0 else { return (0, "no reason given") }
    let words = ERR_reason_error_string(first).map { String(cString: $0) }
    return (ERR_GET_REASON(first), words ?? "error \(String(first, radix: 16))")
}
