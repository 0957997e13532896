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

    private var totals: [ArraySlice<UInt8>: KeyTotal] = [:]
    private var children: [ArraySlice<UInt8>: Int] = [:]
    /// Of keys whose prefix found no room in the table.
    private(set) var rest = KeyTotal()

    private let widest: Int
    private let limit: Int

    init(widest: Int = 50, limit: Int = 10_000) {
        self.widest = widest
        self.limit = limit
    }

    mutating func add(_ record: KeyRecord) {
        var prefix = Self.prefix(of: record.name.bytes)
        if let known = totals.index(forKey: prefix) { return totals.values[known].add(record) }
        while let parent = Self.parent(of: prefix), isCrowded(parent), totals[prefix] == nil { prefix = parent }
        guard totals[prefix] != nil || makeRoom(for: prefix) else { return rest.add(record) }
        totals[prefix, default: KeyTotal()].add(record)
    }

    /// The most memory first, then the most keys.
    public var entries: [Entry] {
        var merged: [ArraySlice<UInt8>: KeyTotal] = [:]
        for (prefix, total) in totals {
            var prefix = prefix
            while let parent = Self.parent(of: prefix), isCrowded(parent) { prefix = parent }
            merged[prefix, default: KeyTotal()].add(total)
        }
        return merged.map { prefix, total in
            Entry(pattern: prefix.isEmpty ? "" : KeyName.escaped(Array(prefix)) + "*", total: total)
        }.sorted { left, right in
            (left.total.memory, left.total.keys, right.pattern) > (right.total.memory, right.total.keys, left.pattern)
        }
    }

    private func isCrowded(_ parent: ArraySlice<UInt8>) -> Bool { children[parent, default: 0] > widest }

    private mutating func makeRoom(for prefix: ArraySlice<UInt8>) -> Bool {
        guard totals.count < limit else { return false }
        if let parent = Self.parent(of: prefix) { children[parent, default: 0] += 1 }
        return true
    }
}

extension KeyPrefixes {
    private static let separators = Array(":/.|-_".utf8)
    private static let deepest = 3

    /// Ends with its separator; empty when there is none.
    static func prefix(of key: [UInt8]) -> ArraySlice<UInt8> {
        guard let separator = separators.first(where: key.contains) else { return [] }
        var end = 0
        for _ in 0..<deepest {
            guard let next = key[end...].firstIndex(of: separator) else { break }
            // The first segment always counts, so that `2024:…` is a prefix rather than nothing.
            guard end == 0 || !looksLikeAnID(key[end..<next]) else { break }
            end = next + 1
        }
        // Copied: a slice would keep the whole key in memory.
        return Array(key[..<end])[...]
    }

    /// One segment less; nil for a prefix of one segment.
    private static func parent(of prefix: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let separator = prefix.last, let end = prefix.dropLast().lastIndex(of: separator) else { return nil }
        return prefix[...end]
    }

    private static func looksLikeAnID(_ segment: ArraySlice<UInt8>) -> Bool {
        segment.isEmpty || segment.count > 40
            || segment.contains { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
