import Glibc
import Report

/// What kind of reader the output has.
enum Terminal {
    static let isOutput = isatty(STDOUT_FILENO) == 1
    static let isError = isatty(STDERR_FILENO) == 1

    /// Columns: the terminal's, or `COLUMNS`, or 120 where there is no terminal to measure.
    static var width: Int {
        var size = winsize()
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        let told = Environment.variables["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        return told ?? 120
    }

    /// Rows: the terminal's, or `LINES`, or 24.
    static var height: Int {
        var size = winsize()
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 { return Int(size.ws_row) }
        return Environment.variables["LINES"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } ?? 24
    }

    /// Colours only on a terminal that has them, and never where NO_COLOR is set (https://no-color.org).
    static func ink(_ choice: ColourChoice) -> Ink {
        let environment = Environment.variables
        switch choice {
        case .always: return Ink(isColoured: true)
        case .never: return Ink(isColoured: false)
        case .auto:
            let refused = environment["NO_COLOR"]?.isEmpty == false || environment["TERM"] == "dumb"
            return Ink(isColoured: isOutput && !refused)
        }
    }
}
