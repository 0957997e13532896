import COpenSSL

extension SessionHandle {
    /// What came of asking for decrypted bytes.
    enum Decrypted {
        case bytes(Int)
        /// More has to arrive first.
        case needsMore
        /// The other side has ended the session in an orderly way.
        case closed
        case failed(reason: CInt, words: String)
    }

    /// Decrypted bytes as far as the received ones go. Leaves nothing on the error queue.
    borrowing func read(into room: UnsafeMutableRawBufferPointer) -> Decrypted {
        ERR_clear_error()
        let count = SSL_read(pointer, room.baseAddress, CInt(clamping: room.count))
        if count > 0 { return .bytes(Int(count)) }
        switch SSL_get_error(pointer, count) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .needsMore
        case SSL_ERROR_ZERO_RETURN: return .closed
        default:
            let (reason, words) = drainErrorQueue()
            return .failed(reason: reason, words: words)
        }
    }

    /// Encrypts all of it into the memory that `takeOutgoing` empties, which never has to wait. False when that failed.
    borrowing func encrypt(_ bytes: UnsafeRawBufferPointer) -> Bool {
        ERR_clear_error()
        guard bytes.count > 0 else { return true }
        let count = SSL_write(pointer, bytes.baseAddress, CInt(bytes.count))
        ERR_clear_error()
        return count == CInt(bytes.count)
    }

    borrowing func feed(_ bytes: UnsafeRawBufferPointer) {
        _ = BIO_write(SSL_get_rbio(pointer), bytes.baseAddress, CInt(bytes.count))
    }
}
