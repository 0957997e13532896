/// The words of the optional conditions on HTTP answers, resolvers and this machine's network.
extension AlertText {
    static let httpResponseSlow = AlertText(
        .application, "An HTTP endpoint answers slowly",
        meaning: "Whoever waits for it waits that long at least; a health check this slow is soon taken for a failure.",
        evidence: ["http.health", "net.way", "container."],
        nextSteps: [
            .look("See which phase takes the time: name, connection, TLS, the application", "diag http {target}"),
            .look("See whether it is the way there", "diag net {target}"),
            .look("See whether its machine is short of something", "diag host"),
            .act(
                "Add replicas if the load is legitimate", "kubectl scale deployment/aragora --replicas=5 -n production"),
        ])

    static let dnsResolverDown = AlertText(
        .infrastructure, "A DNS resolver does not answer",
        meaning: """
            Look-ups that reach this resolver of /etc/resolv.conf wait for it, five seconds by default, before they ask the \
            next one: connections begin slowly or not at all.
            """,
        evidence: ["dns."],
        nextSteps: [
            .look("See what each resolver says of a name, and how long it takes", "diag net <host>:<port>"),
            .look("See who is asked, and in which order", "cat /etc/resolv.conf"),
            .look("See whether it is reached at all", "diag net {resolver}:53"),
            .act("Take it out of /etc/resolv.conf, or start it again (the tool that manages the file may undo it)"),
        ])

    static let tcpRetransmitsHigh = AlertText(
        .infrastructure, "Packets are lost",
        meaning: "TCP sends many segments again: connections become slow long before they break.",
        evidence: ["host.network"],
        nextSteps: [
            .look("See this machine's interfaces, their errors and drops", "diag host"),
            .look("See the ways to all targets, with losses and routers", "diag net --count 50"),
            .look("Ask the network team and look for notices of maintenance"),
            .act("Take the path, the cable or the host that loses them out of use"),
        ])

    static let networkInterfaceErrors = AlertText(
        .infrastructure, "An interface counts errors",
        meaning:
            "Packets arrive or leave damaged: a cable, a connector, a switch port, a mismatch of duplex, or a driver.",
        evidence: ["host.network"],
        nextSteps: [
            .look("See all of its counters, and which of them grow", "diag net --watch 10"),
            .look("See what the device itself says", "ethtool -S {device}"),
            .act("Change the cable, then the switch port"),
        ])

    static let conntrackTableFull = AlertText(
        .infrastructure, "The firewall's table of connections is nearly full",
        meaning:
            "When it is full, packets of new connections are dropped without a word, at random for those who wait.",
        evidence: ["host.network.conntrack"],
        nextSteps: [
            .look("See how full it is", "diag host"),
            .look(
                "See whose connections they are",
                "conntrack -L | awk '{print $1, $4}' | sort | uniq -c | sort -rn | head"),
            .act("Let it hold more", "sysctl -w net.netfilter.nf_conntrack_max=<entries>"),
        ])
}
