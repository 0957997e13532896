import Diagnostics
import Glibc
import Testing

@testable import Network

@Suite("Connecting")
struct ConnectorTests {
    @Test func connectsAndMeasuresTheTime() async throws {
        let listener = Listener()
        let connection = try await Connector.connect(host: "127.0.0.1", port: listener.port, until: .after(.seconds(5)))
        #expect(connection.address.description == "127.0.0.1:\(listener.port)")
        #expect(connection.connectTime > .zero)
    }

    @Test func namesAreResolvedByTheHostsFile() async throws {
        let listener = Listener()
        let connection = try await Connector.connect(host: "localhost", port: listener.port, until: .after(.seconds(5)))
        #expect(connection.address.port == listener.port)
    }

    @Test func aRefusedConnectionSaysSoWithItsAddress() async {
        let port = Listener.refusingPort()
        let error = await failure {
            try await Connector.connect(host: "127.0.0.1", port: port, until: .after(.seconds(5)))
        }
        #expect(error?.kind == .refused)
        #expect(error?.step == "connect to 127.0.0.1:\(port)")
        #expect(error?.message == "Connection refused")
    }

    @Test func anUnknownNameSaysSo() async {
        let error = await failure {
            try await Connector.connect(host: "no-such-host.invalid", port: 1, until: .after(.seconds(20)))
        }
        #expect(error?.kind == .unresolved || error?.kind == .timedOut)
        #expect(error?.step == "resolve no-such-host.invalid")
    }

    @Test func allAddressesAreTried() async throws {
        let listener = Listener()
        let dead = try await Resolver.addresses(
            of: "127.0.0.1", port: Listener.refusingPort(), until: .after(.seconds(5)))
        let alive = try await Resolver.addresses(of: "127.0.0.1", port: listener.port, until: .after(.seconds(5)))
        let connection = try await Connector.connect(to: dead + alive, until: .after(.seconds(5)))
        #expect(connection.address.port == listener.port)
    }

    @Test func aSilentFirstAddressLeavesTimeForTheSecond() async throws {
        let full = FullListener()
        let listener = Listener()
        let silent = try await Resolver.addresses(of: "127.0.0.1", port: full.port, until: .after(.seconds(5)))
        let alive = try await Resolver.addresses(of: "127.0.0.1", port: listener.port, until: .after(.seconds(5)))
        let connection = try await Connector.connect(to: silent + alive, until: .after(.seconds(8)))
        #expect(connection.address.port == listener.port)
    }

    @Test func whenAllFailEachIsNamed() async throws {
        let ports = [Listener.refusingPort(), Listener.refusingPort()]
        var addresses: [SocketAddress] = []
        for port in ports {
            addresses += try await Resolver.addresses(of: "127.0.0.1", port: port, until: .after(.seconds(5)))
        }
        let all = addresses
        let error = await failure { try await Connector.connect(to: all, until: .after(.seconds(5))) }
        for port in ports { #expect(error?.message.contains("127.0.0.1:\(port) Connection refused") == true) }
    }

    @Test func aMissingUnixSocketIsRefused() async throws {
        let address = try #require(SocketAddress(unixPath: "/nonexistent/socket"))
        let error = await failure { try await Connector.connect(to: [address], until: .after(.seconds(5))) }
        #expect(error?.kind == .refused)
        #expect(SocketAddress(unixPath: String(repeating: "x", count: 108)) == nil)
    }

    @Test func aDroppedSocketIsClosed() async throws {
        let listener = Listener()
        try await connectAndDrop(listener.port)
        let accepted = listener.accept()
        var byte: UInt8 = 0
        // The end of the stream shows that our side is closed.
        #expect(read(accepted, &byte, 1) == 0)
        close(accepted)
    }

    private func connectAndDrop(_ port: UInt16) async throws {
        _ = try await Connector.connect(host: "127.0.0.1", port: port, until: .after(.seconds(5)))
    }

    private func failure(_ attempt: () async throws -> Connection) async -> ProbeError? {
        do {
            _ = try await attempt()
            return nil
        } catch {
            return error as? ProbeError
        }
    }
}

/// A listener whose queue of connections is full, so that further attempts get no answer at all.
private final class FullListener: Sendable {
    private let listener = Listener(backlog: 0)
    private let fillers: [CInt]
    var port: UInt16 { listener.port }

    init() {
        let port = listener.port
        fillers = (0..<4).map { _ in
            let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            address.sin_port = port.bigEndian
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            return descriptor
        }
    }

    deinit { for filler in fillers { close(filler) } }
}
