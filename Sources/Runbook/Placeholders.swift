import Diagnostics

/// Fills `{target}`, `{address}`, `{host}` and label names into the commands of next steps.
///
/// A label may come from a server, and a command is made to be pasted into a shell: whatever is not plainly harmless is put in
/// single quotes.
struct Placeholders {
    private let values: [String: String]

    init(_ target: Target, _ labels: Labels) {
        let own = ["target": target.name, "address": target.address, "host": Self.host(target.address)]
        values = Dictionary(labels.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
            .merging(own) { $1 }
    }

    func `in`(_ step: NextStep) -> NextStep {
        NextStep(
            text: step.text, command: step.command.map(filled), changesSomething: step.changesSomething,
            kinds: step.kinds)
    }

    /// The command with every known placeholder replaced; one without a value becomes `<name>` for the person to fill in.
    private func filled(_ command: String) -> String {
        var result = ""
        var rest = Substring(command)
        while let open = rest.utf8.firstIndex(of: UInt8(ascii: "{")),
            let close = rest.utf8[open...].firstIndex(of: UInt8(ascii: "}"))
        {
            let name = rest[rest.utf8.index(after: open)..<close]
            result += rest[..<open]
            result += Self.isName(name) ? value(String(name)) : String(rest[open...close])
            rest = rest[rest.utf8.index(after: close)...]
        }
        return result + rest
    }

    private func value(_ name: String) -> String { values[name].map(Self.quoted) ?? "<\(name)>" }

    private static func isName(_ text: Substring) -> Bool {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        return !text.isEmpty && text.utf8.allSatisfy { letters.contains($0 | 0x20) || $0 == UInt8(ascii: "_") }
    }

    static func quoted(_ value: String) -> String {
        if !value.isEmpty, !value.hasPrefix("-"), value.utf8.allSatisfy(isHarmless) { return value }
        let escaped = value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
        return "'\(escaped)'"
    }

    /// By bytes, as every command of every finding is filled in and most need no quotes.
    private static func isHarmless(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "+")...UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "_"), UInt8(ascii: "%"),
            UInt8(ascii: "="), UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }

    /// An address without its port.
    private static func host(_ address: String) -> String {
        guard let colon = address.lastIndex(of: ":") else { return address }
        return String(address[..<colon].filter { $0 != "[" && $0 != "]" })
    }
}
