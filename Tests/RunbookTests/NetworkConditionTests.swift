import Diagnostics
import Testing

@testable import Runbook

@Suite("Conditions on answers, resolvers and the network")
struct NetworkConditionTests {
    private func watch(_ name: String) throws -> Watch { Watch([name: AlertOverride(holdFor: .zero)]) }

    private func verdict(_ name: String, _ findings: [Finding]) -> Verdict? {
        findings.first { $0.alert == name }?.verdict
    }

    @Test(arguments: [
        ("HTTPResponseSlow", Target.Kind.http, "diag_http_health_seconds", 1.0, 1.01),
        ("DNSResolverDown", .host, "diag_dns_resolver_up", 1, 0),
        ("ConntrackTableFull", .host, "diag_host_conntrack_used_ratio", 0.75, 0.76),
    ])
    func `both sides of a threshold`(name: String, kind: Target.Kind, metric: String, fine: Double, bad: Double) throws
    {
        var calm = try watch(name)
        #expect(verdict(name, calm.sweep(seen(target(kind), at(0), [sample(metric, fine)]))) == .ok)
        var ill = try watch(name)
        #expect(verdict(name, ill.sweep(seen(target(kind), at(0), [sample(metric, bad)]))) == .firing)
    }

    @Test(arguments: [(19.0, Verdict.ok), (21, .firing)])
    func `retransmits are a share of what was sent since the last sweep`(again: Double, expected: Verdict) throws {
        let (sent, lost) = ("diag_host_tcp_segments_sent_total", "diag_host_tcp_segments_retransmitted_total")
        let name = "TCPRetransmitsHigh"
        var watch = try watch(name)
        _ = watch.sweep(seen(target(.host), at(0), [sample(sent, 50_000), sample(lost, 9000)]))
        let findings = watch.sweep(seen(target(.host), at(60), [sample(sent, 51_000), sample(lost, 9000 + again)]))
        #expect(verdict(name, findings) == expected)
    }

    @Test func `of few segments nothing is said`() throws {
        let (sent, lost) = ("diag_host_tcp_segments_sent_total", "diag_host_tcp_segments_retransmitted_total")
        var watch = try watch("TCPRetransmitsHigh")
        _ = watch.sweep(seen(target(.host), at(0), [sample(sent, 50_000), sample(lost, 9000)]))
        let findings = watch.sweep(seen(target(.host), at(60), [sample(sent, 50_010), sample(lost, 9010)]))
        #expect(verdict("TCPRetransmitsHigh", findings) != .firing)
    }

    @Test func `an interface is judged by itself`() throws {
        let (errors, packets) = ("diag_host_network_errors_total", "diag_host_network_packets_total")
        func samples(_ bad: Double, _ all: Double) -> [Sample] {
            ["eth0", "eth1"].flatMap { device in
                [
                    sample(errors, device == "eth1" ? bad : 0, ["device": device, "direction": "receive"]),
                    sample(packets, all, ["device": device, "direction": "receive"]),
                ]
            }
        }
        var watch = try watch("NetworkInterfaceErrors")
        _ = watch.sweep(seen(target(.host), at(0), samples(0, 0)))
        let findings = watch.sweep(seen(target(.host), at(60), samples(100, 5000)))
        let firing = findings.filter { $0.alert == "NetworkInterfaceErrors" && $0.verdict == .firing }
        #expect(firing.map { $0.labels["device"] } == ["eth1"])
    }
}
