import Queries

/// Where the server logs to, and whether this role may read it: `deadlock-log.sql`.
struct ServerLogPlace: Answer {
    let role: String
    let database: String
    let hasCollector: Bool
    let destination: String
    let verbosity: String
    let mayFind: Bool
    let mayRead: Bool

    static var files: [SQLFile] { [PostgreSQLQueries.deadlockLog] }

    init(_ row: Row) throws(RowError) {
        role = try row.get("role_name")
        database = try row.get("database_name")
        hasCollector = try row.get("collector")
        destination = try row.get("destination")
        verbosity = try row.get("verbosity")
        mayFind = try row.get("may_find")
        mayRead = try row.get("may_read")
    }

    /// Whether there is something to read, by whomever.
    var isFile: Bool {
        hasCollector && ["stderr", "csvlog", "jsonlog"].contains { destination.contains($0) }
    }

    var isReadable: Bool { isFile && mayFind && mayRead }
}

/// The end of one of the server's log files: `deadlock-log-tail.sql`.
struct ServerLogTail: Answer {
    let path: String
    let readBytes: Int64
    /// Nil where no deadlock is in it.
    let bytes: Hexadecimal?

    static var files: [SQLFile] { [PostgreSQLQueries.deadlockLogTail] }

    init(_ row: Row) throws(RowError) {
        path = try row.get("path")
        readBytes = try row.get("read_bytes")
        bytes = try row.getIfPresent("tail")
    }
}

/// Bytes as `encode(…, 'hex')` writes them.
struct Hexadecimal: ColumnValue {
    let bytes: [UInt8]

    init?(columnText text: String) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count / 2)
        var high: UInt8?
        for digit in text.utf8 {
            guard let value = Self.value(digit) else { return nil }
            if let first = high { bytes.append(first << 4 | value) }
            high = high == nil ? value : nil
        }
        guard high == nil else { return nil }
        self.bytes = bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
