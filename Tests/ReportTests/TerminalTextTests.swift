import Testing

@testable import Report

@Suite("Text from servers on a terminal")
struct TerminalTextTests {
    @Test(arguments: [
        ("plain ä 漢", "plain ä 漢"), ("\u{1B}[2Jgone", "\\u{1b}[2Jgone"), ("a\nb\tc\r", "a\\nb c\\r"),
        ("abc\u{202E}def", "abc\\u{202e}def"), ("\u{9B}31m", "\\u{9b}31m"),
    ])
    func isShownAndNeverActs(text: String, expected: String) { #expect(terminalSafe(text) == expected) }
}
