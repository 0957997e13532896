/// Totals by prefix, the prefixes found from the keys themselves, in bounded memory.
///
/// A key's prefix is made of its leading segments up to the first that looks like an id, at most three:
/// `debate:*` for `debate:42:rounds`, `app:session:*` for `app:session:3f9a`. A colon separates; where a key has
/// none, the first of `/ . | -` or `_` that it has. Names may serve as ids too (`user:alice:cart`): a parent with
/// more than `widest` children has ids below it, and they are counted together.
public struct KeyPrefixes: Sendable {
    public struct Entry: Sendable, Hashable {
        /// With a star at its end; empty for keys without any separator.
        public let pattern: String
        public let total: KeyTotal
    }

    /// Prefixes and their parents.
    private var table = ByteTable()
    /// By the number that the table gives.
    private var totals: [KeyTotal] = []
    private var children: [Int] = []
    private var used = 0
    /// Of keys whose prefix found no room in the table.
    private(set) var rest = KeyTotal()

    private let widest: Int
    private let limit: Int

    init(widest: Int = 50, limit: Int = 10_000) {
        self.widest = widest
        self.limit = limit
    }

    mutating func add(_ name: UnsafeRawBufferPointer, _ key: KeyTotal) {
        guard let index = place(of: UnsafeRawBufferPointer(rebasing: name[..<Self.prefixLength(of: name)])) else {
            return rest.add(key)
        }
        totals[index].add(key)
    }

    /// The number of a key's prefix, or of the ancestor that it is counted with; nil when there is no room.
    mutating func place(ofKey name: UnsafeRawBufferPointer) -> Int? {
        place(of: UnsafeRawBufferPointer(rebasing: name[..<Self.prefixLength(of: name)]))
    }

    /// By number: the pattern of the prefix, or of the ancestor that has taken it in.
    var mergedPatterns: [String] { (0..<table.count).map { Self.pattern(merging(Array(table[$0]))[...]) } }

    private mutating func place(of prefix: UnsafeRawBufferPointer) -> Int? {
        if let index = table.index(of: prefix), totals[index].keys > 0 { return index }
        var prefix = prefix
        while let parent = Self.parent(of: prefix), isCrowded(parent) {
            if let index = table.index(of: prefix), totals[index].keys > 0 { break }
            prefix = parent
        }
        if let index = table.index(of: prefix), totals[index].keys > 0 { return index }
        guard used < limit else { return nil }
        used += 1
        if let parent = Self.parent(of: prefix) { children[known(parent)] += 1 }
        return known(prefix)
    }

    private mutating func known(_ prefix: UnsafeRawBufferPointer) -> Int {
        if let index = table.index(of: prefix) { return index }
        totals.append(KeyTotal())
        children.append(0)
        return table.insert(prefix)
    }

    private func isCrowded(_ parent: UnsafeRawBufferPointer) -> Bool {
        table.index(of: parent).map { children[$0] > widest } ?? false
    }

    mutating func merge(_ other: KeyPrefixes) {
        rest.add(other.rest)
        for index in 0..<other.table.count where other.totals[index].keys > 0 {
            let place = Array(other.table[index]).withUnsafeBytes { self.place(of: $0) }
            if let place { totals[place].add(other.totals[index]) } else { rest.add(other.totals[index]) }
        }
    }

    /// The most memory first, then the most keys.
    public var entries: [Entry] {
        var merged: [[UInt8]: KeyTotal] = [:]
        for index in 0..<table.count where totals[index].keys > 0 {
            merged[merging(Array(table[index])), default: KeyTotal()].add(totals[index])
        }
        return merged.map { Entry(pattern: Self.pattern($0[...]), total: $1) }.sorted { left, right in
            (left.total.memory, left.total.keys, right.pattern) > (right.total.memory, right.total.keys, left.pattern)
        }
    }

    /// The prefix, or the first ancestor that turned out to have ids below it.
    private func merging(_ prefix: [UInt8]) -> [UInt8] {
        prefix.withUnsafeBytes { bytes in
            var bytes = bytes
            while let parent = Self.parent(of: bytes), isCrowded(parent) { bytes = parent }
            return Array(bytes)
        }
    }

    private static func pattern(_ prefix: ArraySlice<UInt8>) -> String {
        prefix.isEmpty ? "" : KeyName.escaped(Array(prefix)) + "*"
    }
}

// MARK: - Where a prefix ends

extension KeyPrefixes {
    private static let deepest = 3
    /// In the order in which they are looked for.
    private static let separators = Array(":/.|-_".utf8)

    static func isSeparator(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "|"), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Of the whole prefix with its separator at the end; zero when there is none.
    static func prefixLength(of name: UnsafeRawBufferPointer) -> Int {
        let name = UnsafeRawBufferPointer(rebasing: name.prefix(KeyName.longest))
        guard let separator = separator(in: name) else { return 0 }
        var (end, segments) = (0, 0)
        var (start, hasDigit) = (0, false)
        for (position, byte) in name.enumerated() {
            if byte == separator {
                // The first segment always counts, so that `2024:…` is a prefix rather than nothing.
                guard segments == 0 || !(hasDigit || position == start || position - start > 40) else { break }
                segments += 1
                (end, start, hasDigit) = (position + 1, position + 1, false)
                if segments == deepest { break }
            } else if byte &- UInt8(ascii: "0") < 10 {
                hasDigit = true
            }
        }
        return end
    }

    private static func separator(in name: UnsafeRawBufferPointer) -> UInt8? {
        var found = separators.count
        for byte in name where isSeparator(byte) {
            if byte == separators[0] { return byte }
            if let rank = separators.firstIndex(of: byte), rank < found { found = rank }
        }
        return found < separators.count ? separators[found] : nil
    }

    /// One segment less; nil for a prefix of one segment.
    private static func parent(of prefix: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard let separator = prefix.last, let end = prefix.dropLast().lastIndex(of: separator) else { return nil }
        return UnsafeRawBufferPointer(rebasing: prefix[...end])
    }
}
