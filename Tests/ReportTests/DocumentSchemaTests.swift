import Diagnostics
import Playground
import Report
import Runbook
import Testing

@Suite("JSON Schema of what no command prints at once")
struct DocumentSchemaTests {
    @Test func anEventIsALineOfIt() async throws {
        let time = Timestamp(secondsSinceEpoch: 1_798_761_599)
        let lines = [("master", Optional("mymaster")), ("master", nil)].map { detail in
            EventLine(
                time: time, source: "sentinel-1", kind: "+sdown", weight: .trouble, text: "does not reach \u{1b} it",
                details: [detail, ("payload", "master mymaster 127.0.0.1 6379")]
            ).json
        }
        #expect(try await complaints(of: lines.joined(), by: .event) == "")
    }

    @Test func aKeyThatIsNotToldIsAComplaint() async throws {
        let time = Timestamp(secondsSinceEpoch: 0)
        let line = EventLine(
            time: time, source: "", kind: "+tilt", weight: .fine, text: "", details: [("other", "x")])
        let complaints = try await complaints(of: line.json, by: .event)
        #expect(complaints.contains("'other' was unexpected"))
        #expect(complaints.contains("'master' is a required property"))
    }

    private func complaints(of text: String, by schema: DocumentSchema) async throws -> String {
        try await Playground.shared.complaints(of: text, by: schema.text)
    }
}
