/// The order in which a scan goes over the keys of a database.
enum KeyWalk: Sendable {
    /// From SCAN's first cursor to its last.
    case everything
    /// Short pieces of SCAN's own order, each beginning at a random place.
    case sample(SampleWalk)

    /// COUNT, where the walk itself decides it.
    var count: Int? { if case .sample = self { SampleWalk.keysInOnePiece } else { nil } }

    mutating func first() -> [UInt8]? {
        switch self {
        case .everything: return [UInt8(ascii: "0")]
        case .sample(var walk):
            defer { self = .sample(walk) }
            return walk.next()
        }
    }

    /// - Parameter cursor: that SCAN has just given.
    mutating func next(after cursor: UnsafeRawBufferPointer) -> [UInt8]? {
        switch self {
        case .everything: return cursor.elementsEqual([UInt8(ascii: "0")]) ? nil : Array(cursor)
        case .sample(var walk):
            defer { self = .sample(walk) }
            return walk.next()
        }
    }
}
