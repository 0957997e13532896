/// The type of a key as a small number: a scan has millions of them.
struct KeyType: RawRepresentable, Sendable, Hashable {
    let rawValue: UInt8

    static let unknown = KeyType(rawValue: 0)
    static let string = KeyType(rawValue: 1)
    static let list = KeyType(rawValue: 2)
    static let set = KeyType(rawValue: 3)
    static let sortedSet = KeyType(rawValue: 4)
    static let hash = KeyType(rawValue: 5)
    static let stream = KeyType(rawValue: 6)
    /// Of modules, those that found no name of their own any more.
    static let others = KeyType(rawValue: 7)

    /// Which a length command is for; modules' types have none in common.
    var hasLength: Bool { (1...6).contains(rawValue) }

    var isOfModule: Bool { rawValue >= 7 }

    fileprivate static let native = ["unknown", "string", "list", "set", "zset", "hash", "stream", "others"]
}

/// The names of the types that a scan has come across. Bounded, like everything else that a server may say: modules add
/// types, but not dozens.
struct KeyTypeNames: Sendable {
    private(set) var names = KeyType.native
    private static let most = 64

    subscript(type: KeyType) -> String { names[Int(type.rawValue)] }

    /// By the name that TYPE gives.
    mutating func type(_ name: UnsafeRawBufferPointer) -> KeyType {
        for (index, known) in names.enumerated() where known.utf8.elementsEqual(name) {
            return KeyType(rawValue: UInt8(index))
        }
        guard names.count < Self.most else { return .others }
        names.append(String(decoding: name.prefix(40), as: UTF8.self))
        return KeyType(rawValue: UInt8(names.count - 1))
    }
}

/// How a server keeps a key's value: what OBJECT ENCODING says, as a small number.
struct KeyEncoding {
    static let names = [
        "", "int", "embstr", "raw", "listpack", "ziplist", "quicklist", "intset", "hashtable", "skiplist", "stream",
        "listpackex", "linkedlist", "zipmap", "others",
    ]
    static let others = UInt8(names.count - 1)

    static func index(of name: UnsafeRawBufferPointer) -> UInt8 {
        for (index, known) in names.enumerated() where known.utf8.elementsEqual(name) { return UInt8(index) }
        return others
    }
}
