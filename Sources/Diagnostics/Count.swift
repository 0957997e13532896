/// A number with what is counted, in the plural where there are more than one.
public enum Count {
    /// `1 index`, `3 indexes`, `0 keys`.
    public static func of(_ count: some BinaryInteger, _ noun: String) -> String {
        "\(count) \(noun)" + (count == 1 ? "" : noun.hasSuffix("x") ? "es" : "s")
    }
}
