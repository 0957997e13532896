import Diagnostics

/// The answer to one query, in the text form in which the server sends values. All of it lies in one piece of memory,
/// so that an answer of ten thousand locks costs a few allocations and not one for each field.
public struct Rows: Sendable {
    /// Names as the query gives them.
    public let columns: [String]
    /// The numbers of their types (`pg_type.oid`).
    public let types: [UInt32]
    private let positions: [String: Int]
    private var bytes: [UInt8] = []
    private var fields: [Field] = []

    private struct Field: Sendable {
        let range: Range<Int>
        let isNull: Bool
    }

    init(columns: [String], types: [UInt32] = []) {
        self.columns = columns
        self.types = types
        positions = Dictionary(columns.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Adds the next field, row by row; nil is NULL.
    mutating func append(_ value: UnsafeRawBufferPointer?) {
        let start = bytes.count
        if let value { bytes.append(contentsOf: value) }
        fields.append(Field(range: start..<bytes.count, isNull: value == nil))
    }

    public var count: Int { columns.isEmpty ? 0 : fields.count / columns.count }

    public subscript(row: Int) -> Row { Row(rows: self, number: row) }

    /// All rows, each made a value.
    ///
    /// - Throws: the first error that `decode` throws.
    public func map<Value>(_ decode: (Row) throws(RowError) -> Value) throws(RowError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for number in 0..<count { values.append(try decode(self[number])) }
        return values
    }

    fileprivate func has(_ column: String) -> Bool { positions[column] != nil }

    /// - Returns: nil for NULL.
    fileprivate func text(_ row: Int, _ column: String) throws(RowError) -> String? {
        guard let position = positions[column] else { throw .noSuchColumn(column, has: columns) }
        let field = fields[row * columns.count + position]
        return field.isNull ? nil : String(decoding: bytes[field.range], as: UTF8.self)
    }
}

/// One row of an answer; its fields are read by name and become what they are assigned to.
public struct Row: Sendable {
    fileprivate let rows: Rows
    /// From zero.
    public let number: Int

    /// - Throws: when there is no such column, it is NULL, or its text is no such value.
    public func get<Value: ColumnValue>(_ column: String, as type: Value.Type = Value.self) throws(RowError) -> Value {
        guard let value = try getIfPresent(column, as: type) else { throw .null(column, row: number) }
        return value
    }

    /// - Returns: nil for NULL.
    /// - Throws: when there is no such column, or its text is no such value.
    public func getIfPresent<Value: ColumnValue>(
        _ column: String, as type: Value.Type = Value.self
    ) throws(RowError) -> Value? {
        guard let text = try rows.text(number, column) else { return nil }
        guard let value = Value(columnText: text) else {
            throw .notA("\(type)", column: column, row: number, text: String(text.prefix(80)))
        }
        return value
    }

    /// For answers whose columns differ by version.
    ///
    /// - Returns: nil for NULL, and where there is no such column.
    /// - Throws: when its text is no such value.
    public func find<Value: ColumnValue>(
        _ column: String, as type: Value.Type = Value.self
    ) throws(RowError) -> Value? {
        rows.has(column) ? try getIfPresent(column, as: type) : nil
    }
}

/// Why a row is not what a question takes it for.
public enum RowError: Error, Sendable, Hashable, CustomStringConvertible {
    case noSuchColumn(String, has: [String])
    case null(String, row: Int)
    case notA(String, column: String, row: Int, text: String)

    public var description: String {
        switch self {
        case .noSuchColumn(let column, let columns):
            "there is no column \"\(column)\" among \(columns.joined(separator: ", "))"
        case .null(let column, let row): "column \"\(column)\" of row \(row + 1) is NULL"
        case .notA(let type, let column, let row, let text):
            "column \"\(column)\" of row \(row + 1) is no \(type): \"\(text)\""
        }
    }
}

/// What a field can become.
public protocol ColumnValue: Sendable {
    /// - Parameter text: what the server's output function of the type writes.
    init?(columnText text: String)
}

extension String: ColumnValue {
    public init?(columnText text: String) { self = text }
}

extension Int: ColumnValue {
    public init?(columnText text: String) { self.init(text) }
}

extension Int32: ColumnValue {
    public init?(columnText text: String) { self.init(text) }
}

extension Int64: ColumnValue {
    public init?(columnText text: String) { self.init(text) }
}

extension Double: ColumnValue {
    public init?(columnText text: String) { self.init(text) }
}

extension Bool: ColumnValue {
    public init?(columnText text: String) {
        switch text {
        case "t": self = true
        case "f": self = false
        default: return nil
        }
    }
}

/// From seconds since the epoch: `extract(epoch FROM …)`, which no DateStyle and no time zone changes.
extension Timestamp: ColumnValue {
    public init?(columnText text: String) {
        guard let seconds = Double(text), seconds.isFinite else { return nil }
        self.init(secondsSinceEpoch: seconds)
    }
}
