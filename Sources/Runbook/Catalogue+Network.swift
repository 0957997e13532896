import Diagnostics

/// Conditions on HTTP answers, resolvers and this machine's network beside the runbook's, off unless the configuration or
/// `--only` names them. Above each entry stands where its numbers come from.
extension Catalogue {
    static let network: [Alert] = [
        // Rules built on blackbox_exporter's probe_http_duration_seconds take 1 s; a minute of one slow answer is no news.
        Alert("HTTPResponseSlow", .p3, .httpResponseSlow, for: minutes(5))
            .when(.http, measured: "answer after", answerTime, is: .above, 1, .duration, .optional),
        // glibc waits 5 s for each resolver that is silent (resolv.conf(5)): a minute lets one restart.
        Alert("DNSResolverDown", .p2, .dnsResolverDown, for: minutes(1))
            .when(.host, measured: "resolver", resolver, is: .below, 1, answers, .optional),
        // None has a default. Throughput falls with the root of loss (Mathis et al. 1997): at 2 % a LAN's is down to a tenth.
        Alert("TCPRetransmitsHigh", .p3, .tcpRetransmitsHigh, for: minutes(5), atLeast: 1000)
            .when(
                .host, measured: "segments sent again", retransmits, is: .above, 0.02, .ratio, .optional,
                volume: segments),
        // node_exporter's mixin takes 1 % of the packets for an hour; errors of a cable do not wait so long.
        Alert("NetworkInterfaceErrors", .p3, .networkInterfaceErrors, for: minutes(15), atLeast: 1000)
            .when(
                .host, measured: "packets with errors", interfaceErrors, is: .above, 0.01, .ratio, .optional,
                volume: packets),
        // node_exporter's mixin: 75 %.
        Alert("ConntrackTableFull", .p2, .conntrackTableFull)
            .when(.host, measured: "tracked connections", conntrack, is: .above, 0.75, .ratio, .optional),
    ]
}

// MARK: - Expressions

extension Catalogue {
    private static let answerTime = Expression.latest("diag_http_health_seconds")
    private static let resolver = Expression.latest("diag_dns_resolver_up")
    private static let conntrack = Expression.latest("diag_host_conntrack_used_ratio")

    private static let retransmits = Expression.ratio(
        .sum(.increase("diag_host_tcp_segments_retransmitted_total", fiveMinutes)), of: segments.expression,
        empty: "nothing was sent")

    private static let segments = Condition.Volume(
        expression: .sum(.increase("diag_host_tcp_segments_sent_total", fiveMinutes)), noun: "segments")

    private static let interfaceErrors = Expression.ratio(
        .sum(.increase("diag_host_network_errors_total", fiveMinutes), by: ["device"]), of: packets.expression,
        empty: "no packets")

    private static let packets = Condition.Volume(
        expression: .sum(.increase("diag_host_network_packets_total", fiveMinutes), by: ["device"]), noun: "packets")
}
