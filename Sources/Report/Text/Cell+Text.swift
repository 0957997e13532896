import Diagnostics

extension Cell {
    /// For people: with its unit, safe for a terminal.
    var text: String {
        switch self {
        case .text(let text): terminalSafe(text)
        case .integer(let number): "\(number)"
        case .number(let number): Units.number(number)
        case .bytes(let count): Units.bytes(count)
        case .seconds(let seconds): Units.seconds(seconds)
        case .ratio(let ratio): Units.ratio(ratio)
        case .time(let time): time.description
        case .flag(let flag): flag ? "yes" : "no"
        case .list(let texts): texts.shownShort
        case .none: "-"
        }
    }

    /// Numbers stand to the right, so that their digits line up.
    var isNumeric: Bool {
        switch self {
        case .integer, .number, .bytes, .seconds, .ratio: true
        case .text, .time, .flag, .list, .none: false
        }
    }
}

extension [String] {
    /// The first twenty, and how many more there are.
    fileprivate var shownShort: String {
        let rest = count > 20 ? " and \(count - 20) more" : ""
        return isEmpty ? "none" : terminalSafe(prefix(20).joined(separator: ", ")) + rest
    }
}
