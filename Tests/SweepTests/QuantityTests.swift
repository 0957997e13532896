import Testing

@testable import Sweep

@Suite("Numbers as people write them")
struct QuantityTests {
    @Test(
        arguments: [
            ("500ms", .milliseconds(500)), ("5s", .seconds(5)), ("10m", .seconds(600)), ("24h", .seconds(86_400)),
            ("14d", .seconds(1_209_600)), ("1h30m", .seconds(5400)), ("7", .seconds(7)), ("0.5s", .milliseconds(500)),
            ("", nil), ("m", nil), ("5 s", nil), ("-5s", nil), ("5x", nil), ("1e9h", nil), ("..", nil),
        ] as [(String, Duration?)])
    func durations(text: String, expected: Duration?) { #expect(Quantity.duration(text) == expected) }

    @Test(
        arguments: [
            ("512", 512), ("1KiB", 1024), ("1.5MiB", 1_572_864), ("10MB", 10_000_000), ("2GiB", 2_147_483_648),
            ("x", nil), ("1XB", nil), ("", nil),
        ] as [(String, Int64?)])
    func sizes(text: String, expected: Int64?) { #expect(Quantity.bytes(text) == expected) }

    @Test(
        arguments: [
            ("90%", 0.9), ("0.9", 0.9), ("14d", 1_209_600), ("100ms", 0.1), ("10GiB", 10_737_418_240), ("x%", nil),
        ] as [(String, Double?)])
    func thresholds(text: String, expected: Double?) { #expect(Quantity.number(text) == expected) }
}
