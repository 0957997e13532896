import Testing

@testable import HTTP

@Suite("Reading metrics in text form")
struct PrometheusReaderTests {
    @Test(arguments: [
        ("up 1", "up 1.0"),
        ("  up\t 1  ", "up 1.0"),
        ("up 1\r", "up 1.0"),
        ("up{} 1", "up 1.0"),
        ("a:b_c9 -2.5e-3", "a:b_c9 -0.0025"),
        (#"x{a="1",b="2"} 3"#, #"x{a="1",b="2"} 3.0"#),
        (#"x { a = "1" , b="2", } 3"#, #"x{a="1",b="2"} 3.0"#),
        (#"x{a="1"}3"#, #"x{a="1"} 3.0"#),
        (#"x{a="}, # \"{"} 3"#, #"x{a="}, # \"{"} 3.0"#),
        (#"x{a="b\\n\n\q"} 3"#, #"x{a="b\\n\n\\q"} 3.0"#),
        (#"x{a="grün 🙂"} 3"#, #"x{a="grün 🙂"} 3.0"#),
        ("x 3 1395066363000", "x 3.0 at 1395066363000.0"),
        ("x 3 -17", "x 3.0 at -17.0"),
        (#"x_bucket{le="1"} 3 # {trace_id="a b"} 0.67 1520879607.789"#, #"x_bucket{le="1"} 3.0"#),
        (#"x 3 1520879607.5 # {} 0.67"#, "x 3.0 at 1520879607.5"),
        (#"{"my.metric","a.b"="1"} 3"#, #"my.metric{a.b="1"} 3.0"#),
    ])
    func `a well-formed line is one sample`(line: String, expected: String) {
        let (reader, collector) = read(line + "\n")
        #expect(collector.samples == [expected])
        #expect(reader.malformedLines == 0)
    }

    @Test(arguments: [
        "NaN", "+Inf", "-Inf", "inf", "Infinity", "0x1p-2", "1e400", "5e-324", "0.1", "123456789012345678",
        "9007199254740993", "1.7976931348623157e+308", "2.2250738585072011e-308", "1.7954263100931041e+09", ".5",
        "5.", "-0", "8.41e+22", "1e23", "0.000000000000000000000000000001", "+7", "1E3", "-1e-5", "00012.50",
    ])
    func `a value is right to the last bit`(text: String) throws {
        let value = try #require(Array(text.utf8).withUnsafeBytes { DecimalText.number($0) })
        let expected = try #require(Double(text))
        #expect(value.bitPattern == expected.bitPattern || (value.isNaN && expected.isNaN))
    }

    @Test(arguments: ["", "+", ".", "e5", "1e", "1e+", "1_000", "1,5", "nan(1)", "0x", "1 2", "--1", "1.2.3", "ten"])
    func `what is not a number is none`(text: String) {
        #expect(Array(text.utf8).withUnsafeBytes { DecimalText.number($0) } == nil)
    }

    @Test(arguments: [
        ("up", "no value"), ("up one", "the value is not a number: one"),
        ("9up 1", "a metric name cannot begin with a digit"),
        ("=1", "no metric name"), ("{} 1", "no metric name"), (#"x{a="1" 2"#, "no comma between two labels"),
        (#"x{a="1"b="2"} 2"#, "no comma between two labels"), (#"x{a="1"#, "a quoted value does not end"),
        (#"x{a="1","#, "a label without a name"), ("x{a=1} 2", "a label value without quotes"),
        ("x{a} 2", "a label without ="), (#"x{="1"} 2"#, "a label without a name"),
        ("x 1 2 3", "text behind value and time"), ("x 1 soon", "the time is not a number: soon"),
        ("# TYPE", "a TYPE line without name or type"), (#"x{a="1"}_count"#, "no value"),
    ])
    func `a bad line costs itself alone`(line: String, reason: String) {
        let (reader, collector) = read("a 1\n\(line)\nb 2\n")
        #expect(collector.samples == ["a 1.0", "b 2.0"])
        #expect(reader.malformed.map(\.line) == [2])
        #expect(reader.malformed.map(\.reason) == [reason])
        #expect(reader.malformedLines == 1)
    }

    @Test func `comments, blank lines and units are no samples`() {
        let text = "# HELP up Is it \\\\ up?\n# TYPE up gauge\n\n# UNIT up seconds\n#\n# free text\nup 1\n# EOF\n"
        let (reader, collector) = read(text)
        #expect(collector.samples == ["up 1.0"])
        #expect(collector.types == ["up": "gauge"])
        #expect(reader.hasEnd)
        #expect(reader.lines == 8)
        #expect(reader.malformedLines == 0)
    }

    @Test(arguments: [1, 2, 3, 7, 64, 1000])
    func `pieces may end anywhere`(size: Int) throws {
        let bytes = try capture("metrics-prometheus-client.txt")
        let (reader, collector) = read(bytes, inPiecesOf: size)
        #expect(collector.samples == read(bytes).collector.samples)
        #expect(reader.lines == 536)
        #expect(reader.samples == 182)
        #expect(reader.malformedLines == 0)
    }

    @Test func `a suffix behind the labels is understood and said once`() throws {
        let (reader, collector) = read(try capture("metrics-fallback-malformed.txt"), inPiecesOf: 100)
        #expect(reader.samples == 61)
        #expect(reader.malformedLines == 36)
        #expect(reader.malformed.map(\.line) == [25, 26])
        #expect(reader.malformed.first?.reason == "the suffix _count stands behind the labels")
        let login = #"{endpoint="/api/v1/auth/login",method="POST",status="200"} 103.0"#
        #expect(collector.samples.contains("aragora_http_request_duration_seconds_count" + login))
        #expect(collector.samples.contains("aragora_http_requests_total" + login))
    }

    @Test func `a last line without an end may have been cut and is not taken`() {
        let (reader, collector) = read("a 1\nb 2")
        #expect(collector.samples == ["a 1.0"])
        #expect(reader.malformed.map(\.reason) == ["the text ends in the middle of the line"])
        #expect(read("a 1\n# EOF").reader.malformedLines == 0)
    }

    @Test(arguments: [1, 1000, .max])
    func `a line without end takes no memory`(size: Int) {
        let long = #"x{a=""# + String(repeating: "y", count: 70_000) + #""} 1"#
        let (reader, collector) = read("a 1\n\(long)\nb 2\n", inPiecesOf: size)
        #expect(collector.samples == ["a 1.0", "b 2.0"])
        #expect(reader.malformed.map(\.line) == [2])
        #expect(reader.malformed.allSatisfy { $0.text.utf8.count <= 200 })
    }

    @Test func `only wanted names are handed over`() {
        var reader = PrometheusReader()
        var collector = Collector(isWanted: { $0 == "b" })
        Array("a 1\nb 2\nb{x=\"1\"} 3\nc 4\nb 5\n".utf8).withUnsafeBytes { reader.read($0, into: &collector) }
        #expect(collector.samples == ["b 2.0", #"b{x="1"} 3.0"#, "b 5.0"])
        #expect(reader.samples == 5)
    }

    @Test(arguments: [
        "\u{0}\u{1}\n", "\n\n\n", "{{{{\n", "\"\"\"\n", "}\n", "\\\n", "#\n", "# TYPE a\n", "a{\n", "{\n",
    ])
    func `rubbish does no harm`(text: String) {
        let (reader, collector) = read(text + "a 1\n")
        #expect(collector.samples == ["a 1.0"])
        #expect(reader.samples == 1)
    }

    @Test func `any text reads the same in any pieces`() {
        var generator = Seeded(state: 42)
        let parts = [
            "a", "b_total", "{", "}", "\"", "\\", ",", "=", " ", "\t", "\r", "\n", "\n", "1", "-2.5", "e9", "NaN", "#",
            "# TYPE ", "_count", "é", "\u{0}", "x=\"1\"", "{le=\"1\"} 2\n",
        ]
        for _ in 0..<300 {
            let text = (0..<60).map { _ in parts.randomElement(using: &generator) ?? "" }.joined()
            let whole = read(text)
            let pieces = read(text, inPiecesOf: Int.random(in: 1...9, using: &generator))
            #expect(whole.collector.samples == pieces.collector.samples)
            #expect(whole.reader.malformed == pieces.reader.malformed)
            #expect(whole.reader.lines == pieces.reader.lines)
            #expect(whole.reader.malformedLines == pieces.reader.malformedLines)
        }
    }
}

/// The same numbers in each run.
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
