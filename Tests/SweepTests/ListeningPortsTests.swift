import Testing

@testable import Sweep

@Suite("What listens on this machine")
struct ListeningPortsTests {
    private let ports = ListeningPorts(
        tcp: """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000   107        0 18313 1
               1: 00000000:01BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 18314 1
               2: 0500000A:18EB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 18315 1
               3: 0100007F:9C40 0100007F:1538 01 00000000:00000000 00:00000000 00000000     0        0 18316 1
            """,
        tcp6: """
              sl  local_address                         remote_address                        st tx_queue rx_queue
               0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000
            """)

    @Test(
        arguments: [
            (5432, "127.0.0.1"), (443, "127.0.0.1"), (6379, "10.0.0.5"), (8080, "::1"), (40000, nil), (1, nil),
        ] as [(UInt16, String?)])
    func isReachedWhereItListens(port: UInt16, host: String?) { #expect(ports.host(at: port) == host) }
}
