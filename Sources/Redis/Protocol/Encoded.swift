/// A command whose words before the key are encoded once for millions of keys.
struct Encoded: Sendable {
    /// Up to the last word that is always the same.
    let head: [UInt8]

    /// - Parameter more: words that follow, the key among them.
    init(_ words: String..., more: Int) {
        var head: [UInt8] = []
        RESPEncoding.appendHeader("*", words.count + more, to: &head)
        for word in words { RESPEncoding.append(word.utf8, to: &head) }
        self.head = head
    }

    func append(to output: inout [UInt8], _ key: [UInt8]) {
        output.append(contentsOf: head)
        RESPEncoding.append(key, to: &output)
    }
}
