import CLibpq

/// Sole owner of one `PGresult`; frees it when dropped.
struct QueryResult: ~Copyable {
    private let pointer: OpaquePointer?

    init(owning pointer: OpaquePointer?) { self.pointer = pointer }

    deinit { PQclear(pointer) }

    /// `PQgetResult` says NULL when there are no more results of a query.
    var isEnd: Bool { pointer == nil }

    var status: ExecStatusType { PQresultStatus(pointer) }

    /// Nil when the result is no error, or libpq's own.
    var serverError: ServerError? { ServerError(of: pointer) }

    /// A copy that outlives the result.
    var rows: Rows {
        let columns = (0..<PQnfields(pointer)).map { column in
            PQfname(pointer, column).map { String(cString: $0) } ?? ""
        }
        var rows = Rows(columns: columns, types: (0..<PQnfields(pointer)).map { PQftype(pointer, $0) })
        for row in 0..<PQntuples(pointer) {
            for column in 0..<PQnfields(pointer) { rows.append(field(row, column)) }
        }
        return rows
    }

    /// Nil for NULL. Valid as long as this result.
    private func field(_ row: CInt, _ column: CInt) -> UnsafeRawBufferPointer? {
        guard PQgetisnull(pointer, row, column) == 0 else { return nil }
        return UnsafeRawBufferPointer(
            start: PQgetvalue(pointer, row, column), count: Int(PQgetlength(pointer, row, column)))
    }
}
