import Diagnostics

/// Numbers as people write them in configurations and on the command line.
public enum Quantity {
    private static let secondsByUnit = ["ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
    private static let bytesByUnit: [String: Double] = [
        "": 1, "B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
        "KiB": 1024, "MiB": 1_048_576, "GiB": 1_073_741_824, "TiB": 1_099_511_627_776,
        "k": 1024, "K": 1024, "M": 1_048_576, "G": 1_073_741_824,
    ]

    /// `500ms`, `5s`, `10m`, `24h`, `14d`, `1h30m`; a bare number is seconds. Nil for anything else, and for less than nothing.
    public static func duration(_ text: String) -> Duration? {
        seconds(text).map { Duration.milliseconds(Int64(($0 * 1000).rounded())) }
    }

    /// `512`, `512KiB`, `10MB`; nil for anything else.
    public static func bytes(_ text: String) -> Int64? {
        guard let (number, unit) = split(text), let factor = bytesByUnit[unit] else { return nil }
        return Int64(exactly: (number * factor).rounded())
    }

    /// A plain number, a share (`90%` is 0.9), a length of time in seconds (`14d`) or a size in bytes (`10GiB`).
    public static func number(_ text: String) -> Double? {
        if text.hasSuffix("%") { return Double(text.dropLast()).map { $0 / 100 } }
        return Double(text) ?? seconds(text) ?? bytes(text).map(Double.init)
    }

    private static func seconds(_ text: String) -> Double? {
        var rest = Substring(text)
        var total = 0.0
        repeat {
            guard let (number, unit) = split(rest), let factor = secondsByUnit[unit.isEmpty ? "s" : unit] else {
                return nil
            }
            total += number * factor
            rest = rest.drop { $0.isNumberPart }.drop { !$0.isNumberPart }
        } while !rest.isEmpty
        return total.isFinite && total < 1e10 ? total : nil
    }

    /// The number at the beginning and the letters behind it.
    private static func split(_ text: some StringProtocol) -> (Double, String)? {
        guard let number = Double(String(text.prefix { $0.isNumberPart })) else { return nil }
        return (number, String(text.drop { $0.isNumberPart }.prefix { !$0.isNumberPart }))
    }
}

extension Character {
    fileprivate var isNumberPart: Bool { ("0"..."9").contains(self) || self == "." }
}
