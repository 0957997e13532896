import Diagnostics
import Testing

@Suite("Moments of the wall clock")
struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (1_798_761_599.9, "2026-12-31T23:59:59Z"),
    ])
    func printAsISO8601InUTC(seconds: Double, expected: String) {
        #expect(Timestamp(secondsSinceEpoch: seconds).description == expected)
    }

    @Test(
        arguments: [
            ("2026-11-26T17:00:00Z", 1_795_712_400), ("2026-11-26t18:00:00.5+01:00", 1_795_712_400.5),
            ("2026-11-26T16:30:00-00:30", 1_795_712_400), ("0001-01-01T00:00:00Z", -62_135_596_800),
            ("2016-12-31T23:59:60Z", 1_483_228_800), ("", nil), ("2026-11-26T17:00:00", nil),
            ("2026-13-01T00:00:00Z", nil), ("2026-11-26T24:00:00Z", nil), ("2026-11-26T17:00:00.Z", nil),
            ("2026-11-26 17:00:00Z", nil), ("2026-11-26T17:00:00+1:00", nil), ("+026-11-26T17:00:00Z", nil),
        ] as [(String, Double?)])
    func areReadAsRFC3339HasThem(text: String, seconds: Double?) {
        #expect(Timestamp(rfc3339: text)?.secondsSinceEpoch == seconds)
    }
}
