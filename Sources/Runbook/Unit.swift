import Diagnostics

/// How a value in its metric's base unit is told to people.
public enum Unit: Sendable, Hashable {
    /// 0…1, told as percent.
    case ratio
    /// Seconds, told as such: `143 s`.
    case seconds
    /// Seconds, told as milliseconds.
    case milliseconds
    /// Seconds, told as days.
    case days
    /// Seconds from moments to weeks, told in the units that fit: `5 min 20 s`.
    case duration
    /// A number that has no unit.
    case number
    /// Bytes, told in the binary unit that fits: `1.5 GiB`.
    case bytes
    /// A number of things, named in the plural: `failures`.
    case count(String)
    /// Yes or no, with what each is called: `answers`, `does not answer`.
    case state(one: String, zero: String)

    /// `93.1 %`, `143 s`, `9.0 days`, `2 deadlocks`.
    public func text(_ value: Double, decimals: Int? = nil) -> String {
        switch self {
        case .ratio: Units.decimal(value * 100, digits: decimals ?? 1) + " %"
        case .seconds:
            Units.decimal(value, digits: decimals ?? (abs(value) >= 10 || value == value.rounded() ? 0 : 2)) + " s"
        case .milliseconds: Units.decimal(value * 1000, digits: decimals ?? (abs(value) < 0.01 ? 1 : 0)) + " ms"
        case .days: Units.decimal(value / 86400, digits: decimals ?? 1) + " days"
        case .duration: Units.seconds(value)
        case .bytes: Self.bytes(value, decimals)
        case .number: decimals.map { Units.decimal(value, digits: $0) } ?? Units.number(value)
        case .count(let noun):
            Units.decimal(value, digits: decimals ?? (value == value.rounded() ? 0 : 1)) + " "
                + (value == 1 ? Self.singular(noun) : noun)
        case .state(let one, let zero): value == 0 ? zero : one
        }
    }

    /// Scaled by the largest unit that leaves at least one of it.
    private static func bytes(_ value: Double, _ decimals: Int?) -> String {
        var (scaled, units) = (value, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"][...])
        while abs(scaled) >= 1024, units.count > 1 {
            scaled /= 1024
            units.removeFirst()
        }
        let digits = decimals ?? (units.first == "B" ? 0 : 1)
        return Units.decimal(scaled, digits: digits) + " " + (units.first ?? "")
    }

    /// `debates timed out` is `debate timed out` when it is one: the first plural word loses its s.
    private static func singular(_ noun: String) -> String {
        var words = noun.split(separator: " ").map(String.init)
        if let plural = words.firstIndex(where: { $0.hasSuffix("s") }) { words[plural].removeLast() }
        return words.joined(separator: " ")
    }

    /// A threshold, without decimals that say nothing: `90 %`, `14 days`, `2 s`.
    public func threshold(_ value: Double) -> String {
        if case .count = self { return Self.shortest(value) }
        if case .number = self { return Self.shortest(value) }
        if case .duration = self { return Units.seconds(value) }
        let scaled = text(value, decimals: 6)
        guard let end = scaled.lastIndex(of: " ") else { return scaled }
        return Self.trimmed(String(scaled[..<end])) + scaled[end...]
    }

    /// The value with as many decimals as it takes to tell it from the threshold: never `90.0 % > 90 %`.
    public func text(_ value: Double, besides threshold: Double) -> String {
        let usual = text(value)
        guard value != threshold, Self.isNumber(usual) else { return usual }
        let candidates = [usual] + (1...6).map { text(value, decimals: $0) }
        let looksEqual = Self.leadingNumber(self.text(threshold, decimals: 6))
        return candidates.first { Self.leadingNumber($0) != looksEqual } ?? usual
    }

    private static func isNumber(_ text: String) -> Bool { leadingNumber(text) != nil }

    private static func leadingNumber(_ text: String) -> Double? {
        text.split(separator: " ").first.flatMap { Double($0) }
    }

    /// As short as it can be written without losing anything: `0.85`, `100`.
    static func shortest(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// Without zeros at the end of a fraction.
    private static func trimmed(_ number: String) -> String {
        guard number.contains(".") else { return number }
        var digits = Substring(number)
        while digits.last == "0" { digits.removeLast() }
        if digits.last == "." { digits.removeLast() }
        return String(digits)
    }
}
