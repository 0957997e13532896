import CLibpq
import Glibc
import Synchronization

/// What PostgreSQL said when it refused.
public struct SQLError: Error, CustomStringConvertible {
    /// `53300`, `40P01`; empty when the server could not be reached at all.
    public let sqlState: String
    public let description: String
}

/// One blocking session, for bringing faults about. Use it on threads that may block.
public final class SQLSession: Sendable {
    private let handle: Mutex<Handle>
    /// The process id of the backend.
    public let backend: CInt

    /// - Parameter conninfo: keywords and values, as in libpq's connection strings.
    init(_ conninfo: String) throws {
        let opened = Handle(PQconnectdb(conninfo))
        guard PQstatus(opened.pointer) == CONNECTION_OK else { throw opened.error() }
        backend = PQbackendPID(opened.pointer)
        handle = Mutex(opened)
    }

    /// Runs statements and waits; gives the rows of the last one.
    @discardableResult
    public func run(_ sql: String) throws -> [[String?]] {
        try handle.withLock { handle in
            let result = PQexec(handle.pointer, sql)
            defer { PQclear(result) }
            return try rows(of: result, on: handle.pointer)
        }
    }

    /// Runs one statement with parameters in place of `$1`, `$2`….
    @discardableResult
    public func run(_ sql: String, _ values: [String]) throws -> [[String?]] {
        try handle.withLock { handle in
            let copies = values.map { strdup($0) }
            defer { for copy in copies { free(copy) } }
            let result = PQexecParams(
                handle.pointer, sql, CInt(values.count), nil, copies.map { UnsafePointer($0) }, nil, nil, 0)
            defer { PQclear(result) }
            return try rows(of: result, on: handle.pointer)
        }
    }

    /// Sends statements and does not wait: for those that are meant to hang.
    public func send(_ sql: String) throws {
        try handle.withLock { handle in
            guard PQsendQuery(handle.pointer, sql) == 1 else { throw handle.error() }
        }
    }

    /// Waits for what was sent.
    @discardableResult
    public func finish() throws -> [[String?]] {
        try handle.withLock { handle in
            var answer: [[String?]] = []
            var failure: (any Error)?
            while let result = PQgetResult(handle.pointer) {
                defer { PQclear(result) }
                do { answer = try rows(of: result, on: handle.pointer) } catch { failure = error }
            }
            if let failure { throw failure }
            return answer
        }
    }

    public func close() { handle.withLock { $0.close() } }
}

/// Sole owner of one `PGconn`.
private struct Handle: ~Copyable {
    var pointer: OpaquePointer?

    init(_ pointer: OpaquePointer?) { self.pointer = pointer }

    deinit { PQfinish(pointer) }

    mutating func close() {
        PQfinish(pointer)
        pointer = nil
    }

    /// Why connecting failed. libpq gives no SQLSTATE then, so the words must do.
    borrowing func error() -> SQLError {
        let message = String(cString: PQerrorMessage(pointer))
        let isFull = message.contains("too many clients") || message.contains("remaining connection slots")
        return SQLError(sqlState: isFull ? "53300" : "", description: message)
    }
}

private func rows(of result: OpaquePointer?, on connection: OpaquePointer?) throws -> [[String?]] {
    let status = PQresultStatus(result)
    guard status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK else {
        let state = PQresultErrorField(result, CInt(DIAG_PG_SQLSTATE)).map { String(cString: $0) }
        throw SQLError(sqlState: state ?? "", description: String(cString: PQerrorMessage(connection)))
    }
    return (0..<PQntuples(result)).map { row in
        (0..<PQnfields(result)).map { column in
            PQgetisnull(result, row, column) == 1 ? nil : String(cString: PQgetvalue(result, row, column))
        }
    }
}
