/// Cells of what may not be told.
extension Cell {
    public init(_ text: String?) { self = text.map(Cell.text) ?? .none }
    public init(integer: Int64?) { self = integer.map(Cell.integer) ?? .none }
    public init(seconds: Double?) { self = seconds.map(Cell.seconds) ?? .none }
    public init(bytes: Int64?) { self = bytes.map(Cell.bytes) ?? .none }
    public init(ratio: Double?) { self = ratio.map(Cell.ratio) ?? .none }
}
