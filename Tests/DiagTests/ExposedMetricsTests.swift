import Foundation
import Playground
import Testing

/// All that a sweep can measure: every target of the playground, every condition that there is, and a question of a user's
/// own, looked at twice so that increases are there too.
private enum Everything {
    static let pages = Task { try await (prometheus: page("prometheus"), openMetrics: page("openmetrics")) }

    private static func page(_ format: String) async throws -> String {
        let outcome = try await Diag.run(
            ["sweep", "--no-state", "--timeout", "30s", "--config", try await configuration(), "-f", format])
        #expect([1, 2, 3].contains(outcome.status), "\(outcome.errors)")
        return outcome.output
    }

    private static func configuration() async throws -> String {
        let usual = try String(contentsOfFile: try await Playground.shared.writeConfiguration(), encoding: .utf8)
        let rules = try await Diag.run("rules", "--all").output
        let names = rules.matches(of: /- alert: ([A-Za-z]+)/).map { String($0.1) }.filter { !$0.hasPrefix("Diag") }
        let folder = try await Playground.shared.folder() + "/everything"
        _ = try await Playground.shared.write(question, to: "everything/orders_waiting.sql")
        let text =
            usual + "queries: \(folder)\nalerts:\n"
            + Set(names).sorted().map { "  \($0): {enabled: true}\n" }.joined()
            + "conditions:\n  - {name: OrdersWaiting, metric: orders_waiting, above: 100}\n"
        return try await Playground.shared.write(text, to: "everything/diag.yaml")
    }

    private static let question = """
        -- Orders that wait, by queue.
        --
        -- servers: 13-
        -- role: any
        -- column: queue text; the queue
        -- column: waiting bigint; orders in it
        -- metric: orders_waiting gauge from waiting by queue; Orders that wait.
        SELECT E'say "hello"\\\\\\n'::text AS queue, 7::bigint AS waiting;
        """
}

@Suite("What Prometheus and its tools say of a whole sweep")
struct ExposedMetricsTests {
    @Test func promtoolIsSilent() async throws {
        let page = try await Everything.pages.value.prometheus
        let lint = try await Playground.shared.run(
            "promtool", of: "prometheus", ["check", "metrics"], input: page)
        #expect(lint.status == 0)
        #expect(lint.output == "")
        #expect(page.contains(#"orders_waiting{kind="postgresql",queue="say \"hello\"\\\n",target="primary"} 7"#))
    }

    @Test func openMetricsReferenceParserTakesIt() async throws {
        let page = try await Everything.pages.value.openMetrics
        let outcome = try await Playground.shared.parsedStrictly(page)
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(page.hasSuffix("\n# EOF\n"))
        #expect(page.contains("_created{"))
    }

    @Test func nothingCarriesATimeAndNoSeriesComesTwice() async throws {
        let lines = try await Everything.pages.value.prometheus.split(separator: "\n").filter { !$0.hasPrefix("#") }
        let series = lines.compactMap { line in line.lastIndex(of: " ").map { line[..<$0] } }
        #expect(Set(series).count == series.count)
        // What stands behind the labels is one number.
        for line in lines { #expect(line.drop { $0 != "}" }.filter { $0 == " " }.count <= 1, "\(line)") }
    }

    /// A new label is to be looked at before it is added here: how many values can it have? Never an id of a process or
    /// session, a query, a key, a message or a name that anybody can make up. A `user` is one of a pooler's pools, an `error`
    /// one of those four that refuse a write.
    private static let bounded: Set<String> = [
        "address", "alert", "application_name", "cause", "client_addr", "code", "config_epoch", "database", "db",
        "error", "from", "datname", "device", "fstype", "identity", "kind", "le",
        "limit", "master", "mode", "mountpoint", "outcome", "phase", "position", "priority", "provider", "q", "queue",
        "reason", "replica", "resolver",
        "resource", "role", "run_id", "severity", "slot_name", "source", "stalled", "state", "status", "target",
        "user", "verdict", "version",
    ]

    @Test func labelsAreBounded() async throws {
        let page = try await Everything.pages.value.prometheus
        var names: Set<String> = []
        for line in page.split(separator: "\n") where !line.hasPrefix("#") {
            for match in line.matches(of: /[{,]([a-zA-Z_][a-zA-Z0-9_]*)="/) { names.insert(String(match.1)) }
        }
        #expect(names.subtracting(Self.bounded) == [])
    }

    @Test func nodeExporterServesAllOfIt() async throws {
        let page = try await Everything.pages.value.prometheus
        let exporter = try await Playground.shared.nodeExporter()
        try page.write(toFile: exporter.textfiles + "/diag.prom", atomically: true, encoding: .utf8)
        let served = try await exporter.metrics()
        #expect(served.contains("node_textfile_scrape_error 0"))
        let ours = Set(page.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(Self.series))
        let theirs = Set(served.split(separator: "\n").map(Self.series))
        #expect(ours.subtracting(theirs) == [])
    }

    /// Two sweeps with files of their own, of the same target even: a series in both would make node_exporter serve none.
    @Test func twoTextfilesLiveTogether() async throws {
        let exporter = try await Playground.shared.nodeExporter()
        for name in ["diag", "other"] {
            let home = Home()
            try home.configure(VerdictTests.site(try await Playground.shared.tls(), .good))
            _ = try await Diag.run(
                "sweep", "--no-state", "-q", "--textfile", exporter.textfiles + "/\(name).prom", in: home)
        }
        let served = try await exporter.metrics()
        #expect(served.contains("node_textfile_scrape_error 0"))
        #expect(served.contains(#"diag_target_up{kind="tls",target="web",team="core"} 1"#))
        #expect(served.contains(#"diag_target_up{kind="tls",sweep="other",target="web",team="core"} 1"#))
    }

    /// Name and labels, in the order of their names. node_exporter gives all series of a family the same labels, those that
    /// one lacks with an empty value, which means none.
    private static func series(_ line: Substring) -> String {
        let name = line.prefix { $0 != "{" && $0 != " " }
        let labels = line.matches(of: /([a-zA-Z_]+)="((?:[^"\\]|\\.)*)"/).map { "\($0.1)=\($0.2)" }
        return name + "{" + labels.filter { !$0.hasSuffix("=") }.sorted().joined(separator: ",") + "}"
    }
}
