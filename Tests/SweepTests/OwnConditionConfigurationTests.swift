import Diagnostics
import PostgreSQL
import Runbook
import Testing

@testable import Sweep

@Suite("Conditions and questions of a configuration's own")
struct OwnConditionConfigurationTests {
    private let folder = TemporaryFolder()

    private func read(_ yaml: String) throws(ConfigurationError) -> Configuration {
        try Configuration(text: yaml, source: ConfigurationSource(file: folder.path("diag.yaml"), environment: [:]))
    }

    private func problems(_ yaml: String) -> [String] {
        do {
            _ = try read(yaml)
            return []
        } catch {
            return error.problems.map { $0.description.replacing(folder.path(""), with: "") }
        }
    }

    private static let query = """
        -- Orders that wait.
        --
        -- servers: 13-
        -- role:    any
        --
        -- column: queue text; its name
        -- column: waiting bigint; orders
        --
        -- metric: orders_waiting gauge from waiting by queue; Orders that wait.
        SELECT 'mail' AS queue, 5::bigint AS waiting
        """

    @Test func areReadWithTheirUnits() throws {
        folder.write(Self.query, to: "orders.sql")
        let yaml = """
            targets: {postgresql: {name: db, host: h}}
            queries: "*.sql"
            conditions:
              - name: OrdersWaiting
                metric: orders_waiting
                match: {queue: mail}
                above: 100
                for: 5m
                severity: p2
                title: Orders wait
                next:
                  - {text: See them, command: "psql -h {host}"}
              - {name: MuchWAL, metric: diag_postgresql_slot_retained_bytes, above: 5GiB}
            """
        let configuration = try read(yaml)
        #expect(configuration.targets.first?.ownQueries.map(\.name) == ["orders"])
        let orders = try #require(configuration.overrides.alerts.first { $0.name == "OrdersWaiting" })
        #expect(orders.severity == .p2 && orders.threshold == 100 && orders.holdFor == .seconds(300))
        #expect(orders.evidence == ["postgresql.own.orders"])
        #expect(orders.nextSteps.map(\.text) == ["See them"])
        #expect(configuration.overrides.known.alert(named: "MuchWAL")?.threshold == 5_368_709_120)
    }

    @Test(arguments: [
        ("{metric: diag_host_memory_used_ratio, above: 1}", "conditions[0]: name is missing"),
        ("{name: A, metric: diag_host_memory_used_rato, above: 1}", "metric: nothing measures"),
        ("{name: A, metric: diag_host_memory_used_ratio}", "one of above, below and at_most is needed"),
        ("{name: A, metric: diag_tcp_connect_seconds, above: 1}", "say at: postgresql"),
        ("{name: DiskSpaceLow, metric: diag_host_memory_used_ratio, above: 1}", "another condition is called"),
        ("{name: A, metric: diag_host_memory_used_ratio, above: 1, severity: P7}", "severity: 'P7' is none of"),
        ("{name: A, metric: diag_host_memory_used_ratio, above: 1, fr: 5m}", "fr: unknown key (did you mean 'for'?)"),
        ("{name: A b, metric: diag_host_memory_used_ratio, above: 1}", "is no name such as OrdersWaiting"),
    ])
    func mistakesAreNamedWithTheirPlace(entry: String, expected: String) {
        let found = problems("conditions:\n  - \(entry)\n")
        #expect(found.contains { $0.contains("diag.yaml:2") && $0.contains(expected) }, "\(found)")
    }

    @Test func aQuestionsMistakeIsNamedInItsOwnFile() throws {
        folder.write("SELECT 1", to: "bad.sql")
        let found = problems("queries: bad.sql\n")
        #expect(found.contains { $0.contains("bad.sql:1: ") }, "\(found)")
    }
}
