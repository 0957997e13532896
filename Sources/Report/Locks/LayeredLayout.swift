/// Boxes of a directed graph in columns, so that arrows go from right to left and cross seldom: rings are broken, each box
/// stands one column right of the last it points to, long arrows pass through every column between, and the columns are
/// ordered by what their boxes are connected with (the method of Sugiyama, Tagawa and Toda, 1981).
struct LayeredLayout {
    struct Size { let width: Double, height: Double }
    struct Point: Equatable { var x: Double, y: Double }

    /// The upper left corners of the boxes.
    private(set) var corners: [Point]
    /// For each arrow the points that it passes, from its tail's box to its head's.
    private(set) var paths: [[Point]]
    private(set) var size = Size(width: 0, height: 0)

    /// Space between columns and between boxes of one column.
    static let columnGap = 70.0, rowGap = 18.0

    /// - Parameter arrows: from a box to the box left of it, as positions.
    init(boxes: [Size], arrows: [(from: Int, to: Int)]) {
        var grid = LayeredGrid(count: boxes.count, arrows: arrows)
        grid.order()
        let places = LayeredPlaces(grid, boxes: boxes)
        corners = boxes.indices.map { Point(x: places.x[$0], y: places.y[$0]) }
        paths = grid.chains.map { chain in
            let first = chain.first.map { places.x[$0] } ?? 0
            let goesLeft = first > chain.last.map { places.x[$0] } ?? 0
            return chain.flatMap { places.passage($0, goesLeft: goesLeft) }
        }
        size = places.size
    }
}

/// Which box is in which column and in what order. Places are boxes first, then the points where long arrows pass.
struct LayeredGrid {
    private(set) var columns: [[Int]] = []
    /// For each arrow the places that it passes, from tail to head.
    private(set) var chains: [[Int]] = []
    let boxCount: Int
    private(set) var neighbours: [[Int]]

    init(count: Int, arrows: [(from: Int, to: Int)]) {
        boxCount = count
        let back = Self.closingRings(count, arrows)
        let column = Self.columns(count, arrows, back)
        columns = [[Int]](repeating: [], count: (column.max() ?? 0) + 1)
        for box in 0..<count { columns[column[box]].append(box) }
        var next = count
        for arrow in arrows {
            let (from, to) = (column[arrow.from], column[arrow.to])
            var chain = [arrow.from]
            for passed in stride(from: from, to: to, by: from < to ? 1 : -1).dropFirst() {
                columns[passed].append(next)
                chain.append(next)
                next += 1
            }
            chains.append(chain + [arrow.to])
        }
        neighbours = [[Int]](repeating: [], count: next)
        for chain in chains {
            for (one, other) in zip(chain, chain.dropFirst()) {
                neighbours[one].append(other)
                neighbours[other].append(one)
            }
        }
    }

    /// The arrows that lead back to a box that one has come from, found by walking without recursion.
    private static func closingRings(_ count: Int, _ arrows: [(from: Int, to: Int)]) -> Set<Int> {
        var out = [[Int]](repeating: [], count: count)
        for (number, arrow) in arrows.enumerated() { out[arrow.from].append(number) }
        var state = [Int](repeating: 0, count: count)
        var back: Set<Int> = []
        for start in 0..<count where state[start] == 0 {
            var path = [(box: start, next: 0)]
            state[start] = 1
            while let top = path.last {
                guard top.next < out[top.box].count else {
                    state[top.box] = 2
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let arrow = out[top.box][top.next]
                let head = arrows[arrow].to
                if state[head] == 1 { back.insert(arrow) }
                if state[head] == 0 {
                    state[head] = 1
                    path.append((head, 0))
                }
            }
        }
        return back
    }

    /// As far left as the boxes that each points to allow.
    private static func columns(_ count: Int, _ arrows: [(from: Int, to: Int)], _ back: Set<Int>) -> [Int] {
        var column = [Int](repeating: 0, count: count)
        var missing = [Int](repeating: 0, count: count)
        var pointing = [[Int]](repeating: [], count: count)
        for (number, arrow) in arrows.enumerated() where !back.contains(number) {
            missing[arrow.from] += 1
            pointing[arrow.to].append(arrow.from)
        }
        var next = (0..<count).filter { missing[$0] == 0 }
        while let box = next.popLast() {
            for other in pointing[box] {
                column[other] = max(column[other], column[box] + 1)
                missing[other] -= 1
                if missing[other] == 0 { next.append(other) }
            }
        }
        return column
    }

    /// Sorts each column by the middle of its neighbours in the column before, forth and back a few times.
    mutating func order() {
        for round in 0..<8 {
            let indices = Array(columns.indices.dropFirst())
            for column in round.isMultiple(of: 2) ? indices : indices.map({ columns.count - 1 - $0 }) {
                sort(column, by: round.isMultiple(of: 2) ? column - 1 : column + 1)
            }
        }
    }

    private mutating func sort(_ column: Int, by other: Int) {
        let rank = Dictionary(uniqueKeysWithValues: columns[other].enumerated().map { ($1, Double($0)) })
        let keys = columns[column].enumerated().map { index, place in
            let ranks = neighbours[place].compactMap { rank[$0] }
            return (place, ranks.isEmpty ? Double(index) : ranks.reduce(0, +) / Double(ranks.count), index)
        }
        columns[column] = keys.sorted { ($0.1, $0.2) < ($1.1, $1.2) }.map(\.0)
    }
}

/// Where the places of a grid come to stand.
struct LayeredPlaces {
    private(set) var x: [Double]
    private(set) var y: [Double]
    private(set) var size = LayeredLayout.Size(width: 0, height: 0)
    private let boxes: [LayeredLayout.Size]
    /// Of the columns that arrows pass through; nothing for boxes.
    private var widths: [Double]

    init(_ grid: LayeredGrid, boxes: [LayeredLayout.Size]) {
        self.boxes = boxes
        x = [Double](repeating: 0, count: grid.neighbours.count)
        y = x
        widths = x
        var left = 0.0
        for column in grid.columns {
            let width = column.map { $0 < boxes.count ? boxes[$0].width : 0 }.max() ?? 0
            for place in column {
                x[place] = left
                widths[place] = place < boxes.count ? 0 : width
            }
            left += width + LayeredLayout.columnGap
            stack(column)
        }
        for round in 0..<12 { pull(grid, forth: round.isMultiple(of: 2)) }
        let top = y.min() ?? 0
        for place in y.indices { y[place] -= top }
        let bottom = y.indices.map { y[$0] + height($0) }.max() ?? 0
        size = LayeredLayout.Size(width: max(0, left - LayeredLayout.columnGap), height: bottom)
    }

    /// Points where arrows pass need little room.
    func height(_ place: Int) -> Double { place < boxes.count ? boxes[place].height : 6 }

    /// Straight through the whole column, so that arrows bend only between columns; a box is one point.
    func passage(_ place: Int, goesLeft: Bool) -> [LayeredLayout.Point] {
        let middle = y[place] + height(place) / 2
        let ends = widths[place] == 0 ? [x[place]] : [x[place], x[place] + widths[place]]
        return (goesLeft ? ends.reversed() : ends).map { LayeredLayout.Point(x: $0, y: middle) }
    }

    private mutating func stack(_ column: [Int]) {
        var top = 0.0
        for place in column {
            y[place] = top
            top += height(place) + LayeredLayout.rowGap
        }
    }

    /// Moves each column towards its neighbours on one side, in its order and without overlapping: what must stand
    /// closer than it wants is spread around the middle of what it wants.
    private mutating func pull(_ grid: LayeredGrid, forth: Bool) {
        let indices = Array(grid.columns.indices)
        for column in forth ? indices : indices.reversed() {
            let places = grid.columns[column]
            let side = Set(
                grid.columns.indices.contains(column + (forth ? -1 : 1)) ? grid.columns[column + (forth ? -1 : 1)] : [])
            let wanted = places.map { place in
                let middles = grid.neighbours[place].filter(side.contains).map { y[$0] + height($0) / 2 }
                return middles.isEmpty ? y[place] : middles.reduce(0, +) / Double(middles.count) - height(place) / 2
            }
            settle(places, wanted)
        }
    }

    private mutating func settle(_ places: [Int], _ wanted: [Double]) {
        var blocks: [(top: Double, height: Double, sum: Double, places: [Int])] = []
        for (place, want) in zip(places, wanted) {
            var block = (top: want, height: height(place) + LayeredLayout.rowGap, sum: want, places: [place])
            while let last = blocks.last, last.top + last.height > block.top {
                // A place of a block wants the block's top to be what it wants less what stands above it.
                let sum = last.sum + block.sum - Double(block.places.count) * last.height
                let places = last.places + block.places
                block = (sum / Double(places.count), last.height + block.height, sum, places)
                blocks.removeLast()
            }
            blocks.append(block)
        }
        for block in blocks {
            var top = block.top
            for place in block.places {
                y[place] = top
                top += height(place) + LayeredLayout.rowGap
            }
        }
    }
}
