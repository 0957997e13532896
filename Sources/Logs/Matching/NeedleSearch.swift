/// Finds the places where one of several texts occurs, front to back. The texts and the bytes are in lower case.
struct NeedleSearch {
    private let needles: [[UInt8]]
    /// Where each needle occurs next; `Int.max` when it does no more, -1 when it has not been looked for.
    private var next: [Int]

    init(_ needles: [[UInt8]]) {
        self.needles = needles
        next = needles.map { _ in -1 }
    }

    mutating func restart() {
        for index in next.indices { next[index] = -1 }
    }

    /// The first occurrence at or behind `start`; a start only grows until `restart()`.
    mutating func first(in bytes: Bytes, from start: Int) -> Int? {
        var nearest = Int.max
        for index in needles.indices {
            if next[index] < start { next[index] = bytes.first(needles[index], from: start) ?? .max }
            nearest = min(nearest, next[index])
        }
        return nearest == .max ? nil : nearest
    }
}
