import Testing

@testable import Report

@Suite("What makes a scheduler sweep")
struct ScheduleTests {
    private func schedule(_ seconds: Int, _ arguments: [String] = []) throws -> Schedule {
        Schedule(
            interval: try Interval(seconds: seconds), program: "/usr/local/bin/diag",
            configuration: "/etc/diag/diag.yaml", history: "/var/lib/diag/diag.sqlite", arguments: arguments)
    }

    @Test(
        arguments: [
            (60, "* * * * *", "*-*-* *:*:00", 55), (300, "*/5 * * * *", "*-*-* *:00/5:00", 275),
            (3600, "0 * * * *", "*-*-* *:00:00", 600), (7200, "0 */2 * * *", "*-*-* 00/2:00:00", 600),
            (86_400, "0 0 * * *", "*-*-* 00:00:00", 600),
        ])
    func evenIntervalsAreThoseOfTheClock(seconds: Int, cron: String, calendar: String, limit: Int) throws {
        let interval = try Interval(seconds: seconds)
        #expect(try interval.cron("cron") == cron)
        #expect(interval.calendar == calendar)
        #expect(interval.runLimit == limit)
    }

    @Test(arguments: [0, 1, 7 * 60, 90, 5 * 3600, 2 * 86_400]) func otherOnesAreNone(seconds: Int) {
        #expect(throws: ScheduleError.self) { try Interval(seconds: seconds) }
    }

    @Test func belowAMinuteOnlyATimerWill() throws {
        let interval = try Interval(seconds: 30)
        #expect(interval.calendar == "*-*-* *:*:00/30")
        #expect(throws: ScheduleError.self) { try interval.cron("cron") }
    }

    @Test func aSweepThatMayTakeTooLongIsHurried() throws {
        #expect(try schedule(60).command().contains("--deadline") == false)
        #expect(try schedule(30).command().suffix(2) == ["--deadline", "21s"])
    }

    @Test func cronGetsALockATimeOutAndItsPercentSignsEscaped() throws {
        let text = try schedule(60, ["--skip", "team=50% of 'us'"]).cron(mailTo: "oncall@example.org")
        #expect(text.hasSuffix("\n"))
        let line = try #require(text.split(separator: "\n").last)
        #expect(
            line == """
                * * * * * diag flock --nonblock --conflict-exit-code 0 /var/lib/diag/diag.sqlite.cron timeout --kill-after=5 55 \
                /usr/local/bin/diag sweep --quiet --format line --every 1m --config /etc/diag/diag.yaml \
                --state /var/lib/diag/diag.sqlite --changes --skip 'team=50\\% of '\\''us'\\'''
                """)
    }

    @Test(arguments: [
        ("plain/word", "plain/word"), ("50%", "\"50%%\""), ("$HOME", "\"$$HOME\""), ("a \"b\"", "\"a \\\"b\\\"\""),
        ("", "\"\""),
    ]) func systemdReadsAWordAsItIs(word: String, quoted: String) {
        #expect(word.quotedForSystemd == quoted)
    }

    @Test func yamlReadsAWordAsItIs() {
        #expect("a: \"b\" #c\n".quotedForYAML == "\"a: \\\"b\\\" #c\\n\"")
    }
}
