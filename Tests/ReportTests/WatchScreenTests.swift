import Diagnostics
import Testing

@testable import Report
@testable import Runbook

@Suite("The live screen")
struct WatchScreenTests {
    private static func model(_ keys: [Key] = []) -> WatchModel {
        var model = WatchModel(interval: 2)
        model.take(Scenario.report)
        for key in keys { _ = model.press(key) }
        return model
    }

    private static func screen(_ model: WatchModel, _ width: Int, _ height: Int, coloured: Bool = false) -> [String] {
        WatchScreen(model, ink: Ink(isColoured: coloured), width: width, height: height, now: Scenario.now).lines
    }

    @Test func onAWideTerminalEachAlertIsALine() {
        let lines = Self.screen(Self.model(), 110, 12)
        #expect(lines.count == 12)
        #expect(lines[0].hasPrefix("CRITICAL  3 firing, 1 pending"))
        #expect(lines[0].hasSuffix("4 targets in 41 ms  00:00:00Z  every 2 s"))
        #expect(lines[2].hasPrefix("▶ FIRING P1 InstanceDown "))
        #expect(lines[3].hasPrefix("  FIRING P1 PostgreSQLConnectionsExhausted primary  connections 100.0 % > 90 %"))
        #expect(lines[11] == "↑↓ move  Enter evidence  Tab targets  s severity  / filter  p pause  ? help  q quit")
    }

    /// At every size: no line too long, no more of them than there are rows, and by moving all words are seen.
    @Test(arguments: [(40, 10), (40, 24), (20, 6), (80, 24), (132, 50), (25, 4)])
    func nothingIsLostAtAnySize(width: Int, height: Int) {
        for opened in [[], [Key.enter], [.tab], [.tab, .enter], [.character("?")]] {
            var model = Self.model([.character("a")] + opened)
            var seen = ""
            for _ in 0..<120 {
                let lines = Self.screen(model, width, height)
                #expect(lines.count <= height)
                #expect(lines.allSatisfy { visibleWidth($0) <= width }, "\(lines)")
                seen += lines.joined(separator: " ") + " "
                _ = model.press(.down)
            }
            guard opened.isEmpty else { continue }
            for finding in model.findings {
                let words = "\(finding.alert) \(finding.summary)".split(separator: " ")
                #expect(words.allSatisfy { word in width < 40 || seen.contains(word) }, "\(finding.summary)")
            }
        }
    }

    @Test func theEvidenceIsAKeyAway() {
        var model = Self.model([.down, .enter])
        let lines = Self.screen(model, 100, 30)
        #expect(lines.contains { $0.contains("Connections by user, application and address") })
        #expect(lines.contains { $0.contains("api\\u{1b}[2J") }, "what a server says acts on no terminal")
        #expect(lines.contains { $0.contains("diag pg connections primary") })
        _ = model.press(.escape)
        #expect(model.opened == nil)
    }

    @Test func aSelectionStaysWithItsAlertWhateverComesBeforeIt() {
        var model = Self.model([.down, .down])
        let chosen = model.selected
        model.take(Scenario.report)
        #expect(model.selected == chosen)
        _ = model.press(.character("s"))
        #expect(model.selected == chosen)
        #expect(Self.screen(model, 100, 20).contains { $0.hasPrefix("▶ ") })
    }

    @Test func aFilterLeavesOnlyWhatHasTheWord() {
        var model = Self.model([.character("/")] + "cert".map { Key.character($0) })
        #expect(Self.screen(model, 80, 10).last == "/cert█  Enter keeps, Esc clears")
        _ = model.press(.enter)
        #expect(model.rows.count == 1)
        #expect(Self.screen(model, 110, 10)[2].contains("CertificateExpiringSoon"))
        _ = model.press(.escape)
        #expect(model.rows.count > 1)
        let none = Self.model([.character("/")] + "xyzzy".map { Key.character($0) } + [.enter])
        #expect(Self.screen(none, 110, 10)[2] == "nothing fits 'xyzzy'; Esc clears the filter")
    }

    @Test func pausingHurryingAndQuittingAreAskedFor() {
        var model = Self.model()
        #expect(model.press(.character("p")) == .pause)
        #expect(Self.screen(model, 80, 10)[0].contains("PAUSED"))
        #expect(model.press(.character(" ")) == .goOn)
        #expect(model.press(.character("r")) == .look)
        #expect(model.press(.character("q")) == .quit)
        #expect(model.press(.enter) == nil)
        #expect(model.press(.character("q")) == nil, "it only goes back there")
    }

    @Test func everyOrderShowsTheSameAlerts() {
        var model = Self.model()
        let all = Set(model.rows.map(\.id))
        for _ in WatchModel.Order.allCases {
            _ = model.press(.character("s"))
            #expect(Set(model.rows.map(\.id)) == all)
        }
    }

    @Test func beforeTheFirstRoundThereIsAScreenToo() {
        let lines = Self.screen(WatchModel(interval: 2), 40, 6)
        #expect(lines[0] == "looking…")
        #expect(lines[2] == "the first round is under way")
    }

    @Test func aLongLineGoesOnInTheNextWithItsColour() {
        let line = "\u{1B}[31mabcdef ghijkl mnopqr\u{1B}[0m"
        let folded = Folding.lines(line, width: 10)
        #expect(folded == ["\u{1B}[31mabcdef\u{1B}[0m", "\u{1B}[31mghijkl\u{1B}[0m", "\u{1B}[31mmnopqr\u{1B}[0m"])
        #expect(Folding.lines("abcdefghijkl", width: 5) == ["abcde", "fghij", "kl"])
    }
}
