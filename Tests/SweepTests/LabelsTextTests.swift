import Diagnostics
import Testing

@testable import Sweep

@Suite("Labels in the history")
struct LabelsTextTests {
    @Test(
        arguments: [
            [:], ["a": "b"], ["le": "+Inf", "endpoint": "/a,b=\"c\""], ["x": ""], ["x": "\\n\n\\\"}"], ["ä": "漢, =\\"],
        ] as [Labels])
    func comeBackAsTheyWere(labels: Labels) { #expect(LabelsText.labels(LabelsText.text(labels)) == labels) }

    @Test(arguments: ["", "rubbish", "{", "}", "{}", "{a}", "{a=", "{\"a\":\"b\"}"])
    func rubbishNeverHarms(text: String) { #expect(LabelsText.labels(text).count <= 1) }
}
