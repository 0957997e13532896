@testable import PostgreSQL

extension Backend {
    /// A client that is idle in its transaction, but for what is said otherwise: columns by name, nil for NULL.
    static func example(_ values: [String: String?] = [:]) throws -> Backend {
        let usual: [String: String?] = [
            "pid": "4711", "leader_pid": nil, "usename": "app", "application_name": "worker", "client_addr": "10.0.0.3",
            "datname": "orders", "backend_type": "client backend", "state": "idle in transaction", "wait": nil,
            "backend_start": "1763912345123456", "xact_start": "1763912399000000", "query_start": "1763912399000001",
            "state_change": "1763912399000002", "in_state": "700", "transaction_open": "700", "statement_age": "700",
            "query": "UPDATE orders SET n = 1", "is_own": "f", "is_superuser": "f", "may_signal": "t",
            "advisory_locks": "0",
        ]
        let all = usual.merging(values) { $1 }.sorted { $0.key < $1.key }
        var rows = Rows(columns: all.map(\.key))
        for (_, value) in all {
            guard var text = value else {
                rows.append(nil)
                continue
            }
            text.withUTF8 { rows.append(UnsafeRawBufferPointer($0)) }
        }
        return try Backend(rows[0])
    }
}
