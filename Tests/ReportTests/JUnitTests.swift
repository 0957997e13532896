import Diagnostics
import Foundation
import Runbook
import Testing

@testable import Report

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite("A sweep for a pipeline")
struct JUnitTests {
    @Test func theCountsAreThoseOfTheCases() throws {
        let tree = try XMLReading(Scenario.report.junit)
        let root = try #require(tree.elements.first)
        #expect(root.name == "testsuites")
        for (attribute, element) in [
            ("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped"),
        ] {
            #expect(root.attributes[attribute] == "\(tree.elements.filter { $0.name == element }.count)")
        }
        let suites = tree.elements.filter { $0.name == "testsuite" }
        #expect(suites.map { $0.attributes["name"] } == ["postgresql primary", "redis cache", "host host", "tls web"])
        #expect(
            suites.compactMap { Int($0.attributes["tests"] ?? "") }.reduce(0, +) == Int(root.attributes["tests"] ?? ""))
        #expect(suites[0].attributes["timestamp"] == "2026-01-01T00:00:00")
        #expect(suites[0].attributes["time"] == "0.012")
    }

    @Test func whatFiresFailsAndATargetThatCannotBeLookedAtIsAnError() throws {
        let tree = try XMLReading(Scenario.report.junit)
        let failures = tree.elements.filter { $0.name == "failure" }
        #expect(failures.compactMap { $0.attributes["type"] }.sorted() == ["P1", "P1", "P2"])
        #expect(
            failures.contains {
                $0.attributes["message"] == "connections 100.0 % > 90 %"
                    && $0.text.contains("diag pg connections primary")
            })
        let errors = tree.elements.filter { $0.name == "error" }
        #expect(errors.map { $0.attributes["message"] } == ["connect: no answer within the deadline"])
        #expect(
            tree.elements.contains {
                $0.name == "skipped" && $0.attributes["message"]?.hasPrefix("pending: CPU") == true
            })
    }

    @Test func everyElementIsWhereTheSchemaHasIt() throws {
        let parents =
            [
                "testsuites": nil, "testsuite": "testsuites", "properties": "testsuite", "property": "properties",
                "testcase": "testsuite", "failure": "testcase", "error": "testcase", "skipped": "testcase",
                "system-err": "testsuite",
            ] as [String: String?]
        for element in try XMLReading(Scenario.report.junit).elements {
            let parent = try #require(parents[element.name], "\(element.name)")
            #expect(element.parent == parent)
        }
    }

    @Test(arguments: [
        "\u{0}\u{1}\u{8}\u{B}\u{1F}\u{7F}", "\u{FFFE}\u{FFFF}", "]]>&amp;<b a='\"'>", "a\r\nb\u{2028}",
        "\u{202E}\u{1F600}",
    ])
    func whateverAServerSaysTheDocumentIsWellFormed(text: String) throws {
        let target = Target(kind: .redis, name: text, address: text, labels: ["label": text])
        let finding = Finding(
            alert: text, severity: .p1, category: .redis, title: text, target: target, labels: ["key": text],
            verdict: .firing, summary: text, evidence: [.fact("x", text, text)])
        let seen = Observation(
            target: target, started: Scenario.now, duration: .zero,
            problems: [ProbeError(.forbidden, step: text, message: text, advice: text)],
            failure: ProbeError(.local, step: text, message: text))
        var report = SweepReport(
            version: "1", started: Scenario.now, duration: .zero, observations: [seen], findings: [finding], notes: [])
        report.unjudged = [finding]
        let tree = try XMLReading(report.junit)
        #expect(tree.elements.filter { $0.name == "failure" }.count == 1)
        #expect(
            tree.elements.first { $0.name == "failure" }?.attributes["message"]
                == terminalSafe(text).replacing("\u{FFFE}", with: "\u{FFFD}").replacing("\u{FFFF}", with: "\u{FFFD}"))
    }
}

/// All elements of a document in their order, read by libxml2, which knows no mercy.
struct XMLReading {
    struct Element {
        let name: String
        let parent: String?
        let attributes: [String: String]
        var text = ""
    }

    let elements: [Element]

    init(_ text: String) throws {
        let parser = XMLParser(data: Data(text.utf8))
        let collector = Collector()
        parser.delegate = collector
        try #require(parser.parse(), "\(String(describing: parser.parserError)):\n\(text)")
        elements = collector.elements
    }

    private final class Collector: NSObject, XMLParserDelegate {
        var elements: [Element] = []
        private var path: [Int] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String] = [:]
        ) {
            elements.append(Element(name: name, parent: path.last.map { elements[$0].name }, attributes: attributes))
            path.append(elements.count - 1)
        }

        func parser(_ parser: XMLParser, foundCharacters text: String) {
            if let last = path.last { elements[last].text += text }
        }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
        ) { path.removeLast() }
    }
}
