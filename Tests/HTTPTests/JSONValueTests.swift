import Testing

@testable import HTTP

@Suite("JSON of any shape")
struct JSONValueTests {
    @Test func `members are found by name`() {
        let json = JSONValue(
            Array(#"{"status": "ok", "n": 3, "x": 2.5, "on": true, "list": [1, "a", null], "o": {}}"#.utf8))
        #expect(json?["status"]?.string == "ok")
        #expect(json?["n"]?.text == "3")
        #expect(json?["x"]?.text == "2.5")
        #expect(json?["on"] == .bool(true))
        #expect(json?["list"]?.array == [.number(1), .string("a"), .null])
        #expect(json?["o"]?.object == [:])
        #expect(json?["missing"] == nil)
        #expect(json?["n"]?["deeper"] == nil)
    }

    @Test(arguments: ["", "{", "{]", "nope", "{\"a\": 1} x", "<html>", String(repeating: "[", count: 100_000)])
    func `what is not JSON is none`(text: String) {
        #expect(JSONValue(Array(text.utf8)) == nil)
    }
}
