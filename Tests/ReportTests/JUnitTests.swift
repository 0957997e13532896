import Diagnostics
import Foundation
import Runbook
import Testing

@testable import Report

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

/// All elements of a document in their order, read by expat, which knows no mercy.
struct XMLReading {
    struct Element {
        let name: String
        let parent: String?
        let attributes: [String: String]
        var text = ""
    }

    var elements: [Element] = []

    init(_ text: String) throws {
        let file = NSTemporaryDirectory() + "diag-\(UUID().uuidString).xml"
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", Self.reader, file]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "not well-formed:\n\(text)")
        let rows = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
        elements = rows.map { row in
            Element(
                name: row["name"] as? String ?? "", parent: row["parent"] as? String,
                attributes: row["attributes"] as? [String: String] ?? [:], text: row["text"] as? String ?? "")
        }
    }

    /// Of Python's own library.
    private static let reader = """
        import json, sys, xml.etree.ElementTree as tree
        def walk(element, parent):
            yield {"name": element.tag, "parent": parent, "attributes": element.attrib, "text": element.text or ""}
            for child in element: yield from walk(child, element.tag)
        print(json.dumps(list(walk(tree.parse(sys.argv[1]).getroot(), None))))
        """
}
