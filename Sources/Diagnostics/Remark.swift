/// A judgement in plain words, with its numbers and what to type next: what somebody under stress reads first.
public struct Remark: Sendable, Hashable {
    /// The raw values are JSON's.
    public enum Weight: String, Sendable, Hashable, CaseIterable, Comparable {
        /// Something does not work, or is about to stop working.
        case trouble
        /// It works, and yet one should know.
        case careful
        /// Looked at, and all is well.
        case fine

        public static func < (left: Weight, right: Weight) -> Bool { left.rank < right.rank }

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    public let weight: Weight
    public let text: String
    /// What shows more of it, or mends it; each to be typed as it stands.
    public let next: [String]

    public init(_ weight: Weight, _ text: String, next: [String] = []) {
        self.weight = weight
        self.text = text
        self.next = next
    }

    public static func trouble(_ text: String, next: String...) -> Remark { Remark(.trouble, text, next: next) }
    public static func careful(_ text: String, next: String...) -> Remark { Remark(.careful, text, next: next) }
    public static func fine(_ text: String, next: String...) -> Remark { Remark(.fine, text, next: next) }
}

extension Evidence {
    /// The worst first, and those of one weight in the order they are given in.
    public static func remarks(_ id: String, _ title: String, _ remarks: [Remark]) -> Evidence {
        let sorted = Remark.Weight.allCases.flatMap { weight in remarks.filter { $0.weight == weight } }
        return Evidence(id: id, title: title, .remarks(sorted))
    }
}
