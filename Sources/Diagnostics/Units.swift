/// Numbers with their units, as people read them.
public enum Units {
    /// `512 B`, `1.5 KiB`, `2.0 GiB`.
    public static func bytes(_ count: Int64) -> String {
        var value = Double(count)
        var units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"][...]
        while abs(value) >= 1023.95, units.count > 1 {
            value /= 1024
            units.removeFirst()
        }
        return (units.first == "B" ? "\(count)" : decimal(value, digits: 1)) + " " + (units.first ?? "")
    }

    /// `1.2 ms`, `3.4 s`, `5 min 20 s`, `2 h 05 min`, `9.0 days`.
    public static func seconds(_ seconds: Double) -> String {
        guard seconds.isFinite else { return seconds.isNaN ? "?" : (seconds < 0 ? "-∞" : "∞") }
        let sign = seconds < 0 ? "-" : ""
        let length = abs(seconds)
        return sign + shown(length)
    }

    private static func shown(_ length: Double) -> String {
        switch length {
        case 0: "0 s"
        case ..<0.000_9995: decimal(length * 1_000_000, digits: 0) + " µs"
        case ..<0.09995: decimal(length * 1000, digits: 1).droppingZeroFraction + " ms"
        case ..<0.9995: decimal(length * 1000, digits: 0) + " ms"
        case ..<59.95: decimal(length, digits: 1).droppingZeroFraction + " s"
        case ..<3599.5: pair(length, 60, "min", 1, "s")
        case ..<(2 * 86_400): pair(length, 3600, "h", 60, "min")
        default: decimal(length / 86_400, digits: 1) + " days"
        }
    }

    private static func pair(_ length: Double, _ size: Int, _ unit: String, _ rest: Int, _ restUnit: String) -> String {
        let units = Int((length / Double(rest)).rounded())
        let (whole, part) = units.quotientAndRemainder(dividingBy: size / rest)
        return "\(whole) \(unit)" + (part == 0 ? "" : " \(part) \(restUnit)")
    }

    /// `93.1 %`; whole numbers without a fraction.
    public static func ratio(_ ratio: Double) -> String {
        guard ratio.isFinite else { return "?" }
        return decimal(ratio * 100, digits: 1).droppingZeroFraction + " %"
    }

    /// At most three digits behind the point, none that are zero.
    public static func number(_ number: Double) -> String {
        guard number.isFinite else { return "\(number)" }
        var text = decimal(number, digits: 3)
        while text.contains("."), text.hasSuffix("0") || text.hasSuffix(".") { text.removeLast() }
        return text
    }

    /// Rounded half away from zero, without an exponent.
    public static func decimal(_ value: Double, digits: Int) -> String {
        let scale = (0..<digits).reduce(1.0) { power, _ in power * 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 9e18 else { return "\(value)" }
        let (whole, fraction) = Int64(scaled).quotientAndRemainder(dividingBy: Int64(scale))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        return "\(sign)\(whole)." + String(repeating: "0", count: digits - "\(fraction)".count) + "\(fraction)"
    }
}

extension String {
    fileprivate var droppingZeroFraction: String { hasSuffix(".0") ? String(dropLast(2)) : self }
}
