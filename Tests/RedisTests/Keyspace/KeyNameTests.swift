import Redis
import Testing

@Suite("Keys as people see them")
struct KeyNameTests {
    @Test(arguments: [
        (Array("debate:1".utf8), "debate:1"), ([], ""), ([0x1b, 0x5b, 0x32, 0x4a], "\\x1b[2J"),
        ([0xff, 0xfe], "\\xff\\xfe"), ([0x0d, 0x0a, 0x09, 0x5c], "\\r\\n\\t\\\\"), (Array("naïve 日本".utf8), "naïve 日本"),
        // A right-to-left override, a zero-width space, and a character cut short.
        ([0xe2, 0x80, 0xae], "\\xe2\\x80\\xae"), ([0xe2, 0x80, 0x8b], "\\xe2\\x80\\x8b"), ([0xe6, 0x97], "\\xe6\\x97"),
        ([0x7f, 0xc2, 0x9b], "\\x7f\\xc2\\x9b"),
    ])
    func nothingReachesTheTerminalUnescaped(bytes: [UInt8], shown: String) {
        #expect(KeyName(bytes).description == shown)
    }

    @Test func ofAGiantOnlyTheBeginningIsKept() {
        let name = KeyName([UInt8](repeating: 0x61, count: 5000))
        #expect(name.bytes.count == 512)
        #expect(name.description.hasSuffix("a… (5000 bytes)"))
    }
}
