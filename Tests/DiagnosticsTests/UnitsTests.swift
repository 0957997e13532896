import Diagnostics
import Testing

@Suite("Numbers with units")
struct UnitsTests {
    @Test(arguments: [
        (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1_572_864, "1.5 MiB"), (1_073_741_823, "1.0 GiB"),
        (-2048, "-2.0 KiB"), (Int64.max, "8192.0 PiB"),
    ])
    func bytes(count: Int64, expected: String) { #expect(Units.bytes(count) == expected) }

    @Test(arguments: [
        (0.0, "0 s"), (0.000_002, "2 µs"), (0.0123, "12.3 ms"), (0.25, "250 ms"), (0.9996, "1 s"), (2.0, "2 s"),
        (59.94, "59.9 s"), (59.96, "1 min"), (143.0, "2 min 23 s"), (3600.0, "1 h"), (7500.0, "2 h 5 min"),
        (777_600.0, "9.0 days"), (-3.0, "-3 s"), (.infinity, "∞"), (.nan, "?"),
    ])
    func seconds(length: Double, expected: String) { #expect(Units.seconds(length) == expected) }

    @Test(arguments: [(0.931, "93.1 %"), (1.0, "100 %"), (0.0, "0 %"), (.nan, "?")])
    func ratios(ratio: Double, expected: String) { #expect(Units.ratio(ratio) == expected) }

    @Test(arguments: [(29.0, "29"), (0.1235, "0.124"), (-1.5, "-1.5"), (1e20, "1e+20")])
    func plainNumbers(number: Double, expected: String) { #expect(Units.number(number) == expected) }
}
