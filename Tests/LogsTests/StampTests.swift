import Diagnostics
import Glibc
import Testing

@testable import Logs

@Suite("Stamps of lines")
struct StampTests {
    @Test(
        "Every usual form is read",
        arguments: [
            "2026-11-23T09:30:49Z x", "2026-11-23T09:30:49.000Z x", "2026-11-23 09:30:49,000 x",
            "2026-11-23T10:30:49+01:00 x", "2026-11-23T10:30:49+0100 x", "2026-11-23T10:30:49+01 x",
            "2026-11-23 04:00:49 -0530 x", "2026-11-23 09:30:49 UTC [17] x", "2026-11-23t09:30:49z x",
            "2026-11-23T09:30:49+00:00Z x", "2026-11-23T09:30:49",
            "[2026-11-23 09:30:49.000] [INFO    ] [-] logger - x", "INFO:     2026-11-23 09:30:49 x",
            "web-1  | 2026-11-23T09:30:49Z x", "2026/11/23 09:30:49 [error] 17#17: x",
            "Nov 23 09:30:49 host sshd[17]: x", "<34>Nov 23 09:30:49 host x", "<34>1 2026-11-23T09:30:49.000Z host x",
            "[Mon Nov 23 09:30:49.000 2026] [core:error] x", "Mon Nov 23 09:30:49 2026 x",
            "1234:M 23 Nov 2026 09:30:49.000 * x",
            #"10.1.2.3 - bob [23/Nov/2026:09:30:49 +0000] "GET / HTTP/1.1" 200 1"#,
            #"2001:db8::1 - - [23/Nov/2026:10:30:49 +0100] "GET / HTTP/1.1" 200 1"#,
            "1795426249 x", "1795426249.000 x", "[1795426249000] x", #"{"level":"info","ts":1795426249.000,"msg":"x"}"#,
            #"{"msg":"x","time":"2026-11-23T09:30:49Z"}"#, #"{"@timestamp": "2026-11-23T09:30:49.000Z"}"#,
            #"level=warn time="2026-11-23T09:30:49Z" msg=x"#, #"ts=2026-11-23T09:30:49Z caller=x"#,
            "type=USER_LOGIN msg=audit(1795426249.000:456): pid=1", "\u{FEFF}2026-11-23T09:30:49Z x",
        ])
    func readsForm(line: String) {
        #expect(moment(line) == time("2026-11-23T09:30:49Z"))
    }

    @Test("A fraction counts", arguments: [("2026-11-23T09:30:49.25Z", 0.25), ("2026-11-23 09:30:49,5", 0.5)])
    func readsFraction(line: String, fraction: Double) {
        #expect(moment(line) == time("2026-11-23T09:30:49Z") + fraction)
    }

    @Test(
        "What is no stamp is not taken for one",
        arguments: [
            "", "    at Server.handle (server.js:17)", "Traceback (most recent call last):",
            "the certificate ends 2026-11-23 09:30:49", "2026-13-23T09:30:49Z", "2026-02-29 09:30:49",
            "2026-11-23 24:30:49", "2026-11-23", "12026-11-23T09:30:49Z", "Nov 31 09:30:49 host x",
            "Now 23 09:30:49 host",
            "17954262490 x", "795426249 x", "10.1.2.3 - - [23/Nov/2026]", "\u{0}\u{1}\u{2}", "2026-11-23T09:3",
        ])
    func refuses(line: String) {
        #expect(moment(line) == nil)
    }

    @Test(
        "A stamp without a year is of the latest year that isn't in the future",
        arguments: [
            ("Dec 31 23:59:58 h x", "2026-01-01T00:00:03Z", "2025-12-31T23:59:58Z"),
            ("Jan  1 00:00:01 h x", "2026-01-01T00:00:03Z", "2026-01-01T00:00:01Z"),
            ("Jan  1 00:00:00 h x", "2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z"),
            ("Nov 25 09:30:49 h x", "2026-11-23T09:30:49Z", "2025-11-25T09:30:49Z"),
            ("Feb 29 12:00:00 h x", "2026-11-23T09:30:49Z", "2024-02-29T12:00:00Z"),
        ])
    func choosesYear(line: String, now: String, expected: String) {
        #expect(moment(line, at: now) == time(expected))
    }

    @Test(
        "Times of a zone with daylight saving are read by the clock on the wall",
        arguments: [
            ("2026-03-29 01:59:59", "2026-03-29T00:59:59Z"), ("2026-03-29 03:00:00", "2026-03-29T01:00:00Z"),
            // Left out by the clock that is put forward.
            ("2026-03-29 02:30:00", "2026-03-29T01:30:00Z"),
            ("2026-10-25 01:59:59", "2026-10-24T23:59:59Z"), ("2026-10-25 03:00:00", "2026-10-25T02:00:00Z"),
            ("2026-07-01 12:00:00", "2026-07-01T10:00:00Z"), ("2026-12-01 12:00:00", "2026-12-01T11:00:00Z"),
        ])
    func readsBerlin(line: String, expected: String) {
        #expect(moment(line, at: "2026-12-31T00:00:00Z", zone: berlin) == time(expected))
    }

    @Test("The hour that happens twice is the second one, unless that is still to come")
    func hourThatHappensTwice() {
        let line = "2026-10-25 02:30:00"
        #expect(moment(line, at: "2026-10-25T00:31:00Z", zone: berlin) == time("2026-10-25T00:30:00Z"))
        #expect(moment(line, at: "2026-10-25T01:31:00Z", zone: berlin) == time("2026-10-25T01:30:00Z"))
    }

    @Test("This machine's zone is the one that the C library uses", arguments: [1, 4, 7, 10])
    func localZone(month: Int) {
        var parts = tm()
        parts.tm_year = 126
        parts.tm_mon = CInt(month - 1)
        parts.tm_mday = 15
        parts.tm_hour = 12
        parts.tm_isdst = -1
        let expected = Double(mktime(&parts))
        var clock = LineClock(now: time("2026-12-31T00:00:00Z"), zone: LogTimeZone.local)
        let civil = CivilTime(year: 2026, month: month, day: 15, hour: 12, minute: 0, second: 0, offset: nil)
        #expect(clock.moment(.civil(civil)) == expected)
    }

    @Test(
        "A zone is set as people write it",
        arguments: [
            ("local", .local), ("UTC", .utc), ("+01:00", .offset(seconds: 3600)), ("-0530", .offset(seconds: -19800)),
        ]
            as [(String, LogTimeZone)])
    func zoneTexts(text: String, zone: LogTimeZone) throws {
        #expect(try LogTimeZone(text) == zone)
    }

    @Test("What is no zone is said so", arguments: ["", "CET", "+1", "+15:00", "01:00", "+01:60"])
    func noZone(text: String) {
        #expect(throws: ProbeError.self) { try LogTimeZone(text) }
    }

    @Test("An offset in the line beats the zone that is set")
    func offsetInTheLine() {
        #expect(moment("2026-07-01T12:00:00Z", zone: berlin) == time("2026-07-01T12:00:00Z"))
    }
}

/// Central European time, by the rule that holds since 1996; for 2026.
private let berlin: LineClock.Zone = { moment in
    let summer = time("2026-03-29T01:00:00Z").secondsSinceEpoch..<time("2026-10-25T01:00:00Z").secondsSinceEpoch
    return summer.contains(Double(moment)) ? 7200 : 3600
}

private func moment(
    _ line: String, at now: String = "2026-11-23T09:31:00Z", zone: @escaping LineClock.Zone = { _ in 0 }
) -> Timestamp? {
    var clock = LineClock(now: time(now), zone: zone)
    let stamp = Array(line.utf8).withUnsafeBytes { StampReader.stamp(of: $0) }
    return stamp.flatMap { clock.moment($0) }.map(Timestamp.init(secondsSinceEpoch:))
}
