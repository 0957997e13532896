import Diagnostics
import Testing

@testable import HTTP

@Suite("Metrics of any size", .serialized)
struct LargeMetricsTests {
    /// A release build takes 100 MB in the same way; a debug build would take its time.
    private static let lines = 200_000

    @Test func `are read over a connection without being held`() async {
        let server = ScriptedServer { question, connection in
            connection.write("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n")
            for number in 0..<(Self.lines / 1000) where !connection.write(block(number)) { return false }
            return false
        }
        var settings = HTTPSettings(baseURL: server.url)
        settings.metricsPaths = ["/metrics"]
        let inquiry = MetricsInquiry(settings)
        await HTTPClient.carryOut([inquiry], until: .after(.seconds(120)))
        #expect(inquiry.problem == nil)
        #expect(inquiry.length > 15_000_000)
        #expect(inquiry.reader.samples == Self.lines)
        #expect(inquiry.reader.heldBytes < 1024)
        let requests = inquiry.tally.family(for: .requests)?.series(.value) ?? [:]
        #expect(requests.count == 50)
        #expect(requests.values.reduce(0, +) == Double(Self.lines / 2))
    }

    @Test func `are not used when they end at the limit`() async {
        let server = ScriptedServer { question, connection in
            guard question.path == "/metrics" else { return connection.write(answer(404)) }
            connection.write("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n")
            while connection.write(block(0)) {}
            return false
        }
        let observation = await observe(server.url) { $0.metricsLimit = 1 << 20 }
        #expect(observation.gap(HTTPMetrics.requests)?.contains("longer than 1048576 bytes") == true)
        #expect(observation.sum(HTTPMetrics.requests) == 0)
    }

    @Test func `endpoints beyond counting are put together`() {
        var tally = ApplicationTally(ApplicationSeries())
        var reader = PrometheusReader()
        for number in 0..<3000 {
            let line = #"app_http_requests_total{endpoint="/debates/\#(number)",status="200"} 1"# + "\n"
            Array(line.utf8).withUnsafeBytes { reader.read($0, into: &tally) }
        }
        #expect(tally.family(for: .requests)?.series(.value).count == ApplicationTally.maximumEndpoints + 1)
        var content = Observation.Content()
        ApplicationFacts(tally, ApplicationSeries()).report(to: &content, servedAt: "/metrics")
        let requests = content.samples.filter { $0.metric == HTTPMetrics.requests }
        #expect(requests.map(\.value) == [3000])
        #expect(requests.map(\.labels) == [["code": "200"]])
    }

    @Test func `a server cannot make us remember whatever it likes`() {
        var tally = ApplicationTally(ApplicationSeries())
        var reader = PrometheusReader()
        let long = String(repeating: "x", count: 30_000)
        for number in 0..<200 {
            let text = """
                process_\(number)_\(long) 1
                name_\(number)_\(long) 1
                http_requests_total{endpoint="\(number)/\(long)",status="\(long)"} 1

                """
            Array(text.utf8).withUnsafeBytes { reader.read($0, into: &tally) }
        }
        #expect(tally.process.isEmpty)
        let keys = tally.family(for: .requests)?.series(.value).keys.map { $0 } ?? []
        #expect(keys.count == 200)
        #expect(keys.allSatisfy { $0.main?.utf8.count == 256 && $0.endpoint?.utf8.count == 256 })
    }
}

/// A thousand lines, half of them of a counter that is wanted.
private func block(_ block: Int) -> [UInt8] {
    let pairs = (0..<500).map { number in
        """
        app_http_requests_total{method="GET",endpoint="/e\(number % 50)",status="200",pod="pod-\(block)-\(number)"} 1
        other_series_with_a_long_name{pod="pod-\(block)-\(number)",shard="\(block)"} 0.25

        """
    }
    return Array(pairs.joined().utf8)
}
