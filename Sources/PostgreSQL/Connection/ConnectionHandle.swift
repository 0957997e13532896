import CLibpq

/// Sole owner of one `PGconn`; frees it when dropped, which closes the connection. libpq forbids concurrent calls on
/// it, so it never leaves the task that made it.
struct ConnectionHandle: ~Copyable {
    /// Nil only when the system has no memory left; every function of libpq takes that for a failed connection.
    let pointer: OpaquePointer?

    /// Begins to connect. Wrap first, check after: also a failed `PGconn` must be freed.
    init(starting values: [String: String]) {
        let keywords = values.keys.sorted()
        pointer = withCStrings(keywords) { keywords in
            withCStrings(values.sorted { $0.key < $1.key }.map(\.value)) { values in
                PQconnectStartParams(keywords, values, 0)
            }
        }
    }

    // Waits for nothing: what PQfinish sends in farewell it sends on a non-blocking socket.
    deinit { PQfinish(pointer) }

    var status: ConnStatusType { PQstatus(pointer) }

    /// Read again before every wait: libpq swaps the socket while it tries addresses and encryption.
    var socket: CInt { PQsocket(pointer) }

    var errorMessage: String { PQerrorMessage(pointer).map { String(cString: $0) } ?? "" }

    /// What was really used, pgpass included; only for taking it out of messages.
    var password: String { PQpass(pointer).map { String(cString: $0) } ?? "" }
}

/// Calls `body` with a list of C strings that ends in NULL, as libpq takes lists; nil is NULL in its place.
func withCStrings<Result>(
    _ strings: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
) -> Result {
    let bytes = strings.flatMap { $0.map { Array($0.utf8CString) } ?? [] }
    return bytes.withUnsafeBufferPointer { all in
        var next = all.baseAddress
        var list: [UnsafePointer<CChar>?] = []
        for string in strings {
            list.append(string == nil ? nil : next)
            next = next.map { $0 + (string?.utf8CString.count ?? 0) }
        }
        return (list + [nil]).withUnsafeBufferPointer { body($0.baseAddress) }
    }
}
