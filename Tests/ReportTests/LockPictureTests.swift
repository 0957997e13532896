import Foundation
import PostgreSQL
import Testing

@testable import Report

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite("Pictures of the lock graph")
struct LockPictureTests {
    @Test func showWhoWaitsForWhomInGraphvizsLanguage() {
        let dot = LockDiagram(graph).dot
        #expect(dot.hasPrefix("digraph locks {\n"))
        #expect(dot.contains("n1 -> n0 [label=\"held as ExclusiveLock\""))
        #expect(dot.contains(##"say \"no\" &amp;lt; \\ <b>"##))
        #expect(!dot.contains("\u{1B}"))
    }

    @Test func showItInMermaidsLanguage() {
        let text = LockDiagram(graph).mermaid
        #expect(text.hasPrefix("flowchart RL\n"))
        #expect(text.contains("n1 -->|\"held as ExclusiveLock\"| n0"))
        #expect(text.contains("say #34;no#34; #38;lt#59; #92; #60;b#62;"))
    }

    @Test func areWellFormedXML() throws {
        let parser = XMLParser(data: Data(LockDiagram(graph).svg.utf8))
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
        #expect(LockDiagram(graph).svg.contains("say &quot;no&quot; &amp;lt; \\ &lt;b&gt;"))
    }

    @Test func showARingInRed() {
        let ring = LockGraph([held(1, "a"), wanted(1, "b"), held(2, "b"), wanted(2, "a")])
        #expect(LockDiagram(ring).edges.allSatisfy { $0.isInRing })
        #expect(LockDiagram(ring).nodes.allSatisfy { $0.role == .ring })
        #expect(LockDiagram(ring).svg.contains("class=\"hard closed\""))
    }

    @Test func takeALongQueueForOneBox() {
        let queue = LockGraph([held(1, "a")] + (2...500).map { wanted($0, "a") })
        #expect(LockDiagram(queue).nodes.count == 2)
        #expect(LockDiagram(queue).edges.count == 1)
        #expect(LockDiagram(queue).nodes.last?.title.hasPrefix("499 × ") == true)
    }

    @Test func ofNobodyWhoWaitsAreEmpty() {
        #expect(LockDiagram(LockGraph([])).svg.contains("nobody waits for a lock"))
    }

    @Test func standInColumnsFromTheRootOn() {
        let layout = LayeredLayout(
            boxes: [LayeredLayout.Size](repeating: .init(width: 100, height: 40), count: 4),
            arrows: [(from: 1, to: 0), (from: 2, to: 1), (from: 2, to: 0), (from: 3, to: 0)])
        #expect(layout.corners.map(\.x) == [0, 170, 340, 170])
        #expect(abs(layout.corners[1].y - layout.corners[3].y) >= 40 + LayeredLayout.rowGap)
        #expect(layout.paths[2].count == 4)
    }

    /// A root whose statement tries to break out of whatever it stands in.
    private var graph: LockGraph {
        LockGraph([held(1, "a", query: "say \"no\" &lt; \\ <b>\u{1B}[31m"), wanted(2, "a"), wanted(3, "a")])
    }

    private func held(_ pid: Int32, _ tag: String, query: String? = nil) -> LockEntry {
        LockEntry(
            tag: tag, object: .relation(tag), mode: .exclusive, isGranted: true,
            party: LockParty(id: .session(pid: pid), query: query))
    }

    private func wanted(_ pid: Int32, _ tag: String) -> LockEntry {
        LockEntry(
            tag: tag, object: .relation(tag), mode: .exclusive, isGranted: false, waited: 5,
            party: LockParty(id: .session(pid: pid)))
    }
}
