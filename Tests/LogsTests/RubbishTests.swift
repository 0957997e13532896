import Diagnostics
import Testing

@testable import Logs

@Suite("Lines that somebody made up to do harm")
struct RubbishTests {
    @Test("No line, cut or changed anywhere, brings the readers out of step", arguments: 1...8)
    func changedLines(seed: UInt64) {
        var random = Random(state: seed)
        for _ in 0..<400 {
            var line = Array((Self.lines.randomElement(using: &random) ?? "").utf8)
            for _ in 0..<Int.random(in: 0...6, using: &random) { random.change(&line) }
            line.withUnsafeBytes { read($0) }
        }
    }

    private func read(_ line: Bytes) {
        var clock = LineClock(now: time("2026-11-23T09:30:00Z"), zone: .utc)
        _ = StampReader.stamp(of: line).flatMap { clock.moment($0) }
        let fields = LineFields(line)
        #expect(fields.weight >= 0)
        let places: [LogField] = [
            .automatic, .first, .last, .word(3), .after("from"), .key("ip"), .request, .forwarded, .none,
        ]
        for place in places {
            #expect((fields.source(place)?.utf8.count ?? 0) <= 3 * LineFields.longest)
            _ = (fields.endpoint(place), fields.user(place))
        }
    }

    private static let lines = [
        "2026-11-23T09:29:00.123+01:00 auth: authentication failed for user bob from [2001:db8::1]:443",
        "Nov 23 09:29:00 h sshd[17]: message repeated 5 times: [ Failed password for bob from 10.1.2.3 port 5 ssh2]",
        #"10.9.8.1 - - [23/Nov/2026:09:29:00 +0000] "GET /api?x=1 HTTP/1.1" 429 5 "-" "c/1" "203.0.113.7, 10.0.0.9""#,
        #"{"ts":1795426249.25,"msg":"rate limit","ip":"10.1.2.3","user":"bob"}"#,
        "[2026-11-23 09:30:49.227] [INFO    ] [-] logger - [request] POST /auth/login status=401 ip=127.0.0.1",
        "web-1  | Mon Nov 23 09:30:49 2026 audit(1795426249.000:4): ip= user= from",
        String(repeating: "/a:[", count: 200),
    ]
}

/// The same numbers in each run.
private struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }

    mutating func change(_ line: inout [UInt8]) {
        guard !line.isEmpty else { return }
        let place = Int.random(in: 0..<line.count, using: &self)
        switch Int.random(in: 0...3, using: &self) {
        case 0: line.removeLast(line.count - place)
        case 1: line.removeFirst(place)
        case 2: line[place] = UInt8.random(in: 0...255, using: &self)
        default: line.insert(#"[]":=/ %-"#.utf8.randomElement(using: &self) ?? 0, at: place)
        }
    }
}
