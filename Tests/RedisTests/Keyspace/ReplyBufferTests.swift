import Diagnostics
import Testing

@testable import Redis

@Suite("Replies as they come, in pieces")
struct ReplyBufferTests {
    /// Fed so many bytes at a time, in words.
    private func replies(_ text: String, _ size: Int) throws -> [String] {
        var buffer = ReplyBuffer()
        var found: [String] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let room = buffer.room()
            let piece = rest.prefix(min(size, room.count))
            rest = rest.dropFirst(piece.count)
            piece.withUnsafeBytes { room.copyMemory(from: $0) }
            buffer.filled(piece.count)
            while let reply = try buffer.next("test") { found.append(words(reply, buffer)) }
        }
        return found
    }

    private func words(_ reply: ReplyBuffer.Reply, _ buffer: borrowing ReplyBuffer) -> String {
        switch reply {
        case .status(let range): "+" + buffer.text(range)
        case .error(let range): "-" + buffer.text(range)
        case .integer(let number): ":\(number)"
        case .bulk(let range): "$" + buffer.text(range)
        case .null: "null"
        case .array(let count): "*\(count)"
        case .longBulk(_, let length): "long \(length)"
        }
    }

    @Test(arguments: [1, 2, 3, 7, 64, 1_000_000])
    func areReadWhole(size: Int) throws {
        let text =
            "+OK\r\n:-1\r\n:1234567890\r\n$5\r\na\r\nb:\r\n$0\r\n\r\n$-1\r\n*2\r\n$1\r\n0\r\n*0\r\n-ERR no\r\n*-1\r\n"
        #expect(
            try replies(text, size) == [
                "+OK", ":-1", ":1234567890", "$a\r\nb:", "$", "null", "*2", "$0", "*0", "-ERR no", "null",
            ])
    }

    @Test(arguments: [1000, 60_000, 1_000_000])
    func aStringTooLongIsPassedOver(size: Int) throws {
        let text = ":1\r\n$300000\r\n" + String(repeating: "y", count: 300_000) + "\r\n:2\r\n+x\r\n"
        #expect(try replies(text, size) == [":1", "long 300000", ":2", "+x"])
    }

    @Test func muchMoreThanTheBufferHoldsGoesThroughIt() throws {
        let text = String(repeating: "$1000\r\n" + String(repeating: "z", count: 1000) + "\r\n", count: 2000)
        let found = try replies(text, 50_000)
        #expect(found.count == 2000)
        #expect(found.allSatisfy { $0.utf8.count == 1001 })
    }

    @Test(arguments: [":x\r\n", "$1x\r\n", "?\r\n", ":123456789012345678901234\r\n", "$\r\n", "\0\0"])
    func whatIsNoReplyIsSaidSo(text: String) {
        #expect(throws: ProbeError.self) { try replies(text, 3) }
    }
}
