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
}
