import Diagnostics
import Glibc
import Network
import Synchronization

/// The routers on the way to an address, as far as they can be seen without privileges.
///
/// Packets are sent that live for one hop, two hops, and so on; whoever drops one says so by ICMP, and the kernel hands
/// that to the socket that sent it (IP_RECVERR). Each hop has a socket of its own, so that all of its packets take the
/// same way where routers spread flows.
struct PathTrace: Sendable {
    enum Method: String, Sendable, Hashable {
        case udp = "UDP"
        case tcp = "TCP"
    }

    struct Plan: Sendable, Hashable {
        var method = Method.udp
        var rounds = 3
        var mostHops = 30
        /// How long to wait for each answer.
        var patience = Duration.seconds(1)
    }

    struct Hop: Sendable, Hashable {
        /// From 1.
        let number: Int
        /// Who answered, in digits, in the order of first sight; several where the way changes.
        var addresses: [String] = []
        var sent = 0
        /// In seconds, of the answers in their order.
        var times: [Double] = []
        /// That the way ends here, and why.
        var note: String?
        /// The address itself answered.
        var isEnd = false
    }

    let address: SocketAddress
    let method: Method
    /// Up to the last one that somebody answered at, or all where nobody did.
    let hops: [Hop]

    var isComplete: Bool { hops.last?.isEnd ?? false }

    /// The last router that was seen before the end, or before silence.
    var lastRouter: Hop? { hops.last { !$0.addresses.isEmpty && !$0.isEnd } }

    private init(_ address: SocketAddress, _ method: Method, _ hops: [Hop]) {
        self.address = address
        self.method = method
        let sorted = hops.filter { $0.sent > 0 }.sorted { $0.number < $1.number }
        let end = sorted.first { $0.isEnd || $0.note != nil }?.number ?? .max
        let last = sorted.last { !$0.addresses.isEmpty && $0.number <= end }?.number ?? 0
        self.hops = sorted.filter { $0.number <= last }
    }

    static func take(to address: SocketAddress, _ plan: Plan, until deadline: Deadline) async -> PathTrace {
        let hops: [Hop]
        switch plan.method {
        case .udp: hops = await overUDP(address, plan, deadline)
        case .tcp: hops = await overTCP(address, plan, deadline)
        }
        return PathTrace(address, plan.method, hops)
    }
}

// MARK: - By UDP, all hops at once

extension PathTrace {
    /// Where traceroute begins: ports that nobody listens at.
    private static let firstPort: UInt16 = 33434

    /// The nearest hop that is the end, as far as anybody has found out.
    private final class Horizon: Sendable {
        private let hop = Mutex(Int.max)
        func draw(_ number: Int) { hop.withLock { $0 = min($0, number) } }
        func isBeyond(_ number: Int) -> Bool { hop.withLock { number > $0 } }
    }

    private static func overUDP(_ address: SocketAddress, _ plan: Plan, _ deadline: Deadline) async -> [Hop] {
        let (horizon, start) = (Horizon(), ContinuousClock.now)
        return await withTaskGroup(of: Hop.self) { group in
            for number in 1...plan.mostHops {
                // A little apart: the end is then found before all that lies beyond it is asked.
                let begin = Deadline(start + .milliseconds(12) * (number - 1))
                group.addTask {
                    guard (try? await Reactor.shared.sleep(until: begin)) != nil else { return Hop(number: number) }
                    return await hop(number, address, plan, horizon, deadline)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    private static func hop(
        _ number: Int, _ address: SocketAddress, _ plan: Plan, _ horizon: Horizon, _ deadline: Deadline
    ) async -> Hop {
        var hop = Hop(number: number)
        let place = address.at(port: firstPort + UInt16(number))
        guard let socket = try? DatagramSocket.connected(to: place, tellErrors: true) else { return hop }
        socket.set(.timeToLive, CInt(number))
        for _ in 0..<plan.rounds where !horizon.isBeyond(number) && !deadline.hasPassed && hop.note == nil {
            while socket.nextError() != nil {}
            let start = ContinuousClock.now
            guard socket.send([UInt8](repeating: 0, count: 32)) == 0 else { break }
            hop.sent += 1
            guard let answer = await answer(at: socket, until: deadline.within(plan.patience)) else { continue }
            hop.note(answer, after: start.duration(to: .now), of: address)
            if hop.isEnd || hop.note != nil { horizon.draw(number) }
        }
        return hop
    }

    /// What is said against the packet; a datagram that comes back in its place is an answer of the end itself.
    private static func answer(at socket: borrowing DatagramSocket, until deadline: Deadline) async -> PacketError? {
        while true {
            if let error = socket.nextError() { return error }
            if let bytes = try? socket.received(limit: 1, step: "trace"), bytes.count >= 0 {
                return PacketError(meaning: .arrived, from: socket.peer.host)
            }
            let wait = try? await Reactor.shared.wait(
                for: socket.descriptor, .readable, until: deadline, step: "trace")
            if wait == nil { return socket.nextError() }
        }
    }
}

extension PathTrace.Hop {
    /// Takes note of an answer.
    mutating func note(_ answer: PacketError, after time: Duration, of address: SocketAddress) {
        guard let from = answer.from else {
            note = "this machine: no way to there"
            return
        }
        if !addresses.contains(from) { addresses.append(from) }
        times.append(time.seconds)
        switch answer.meaning {
        case .expired, .tooLarge: break
        case .arrived: isEnd = true
        case .refused(let words): if from == address.host { isEnd = true } else { note = words }
        }
    }
}

// MARK: - By TCP, hop by hop

extension PathTrace {
    /// One after the other, so that the end sees one connection only, which is closed at once.
    private static func overTCP(_ address: SocketAddress, _ plan: Plan, _ deadline: Deadline) async -> [Hop] {
        var (hops, silent) = ([Hop](), 0)
        for number in 1...plan.mostHops where silent < 5 && !deadline.hasPassed {
            var hop = Hop(number: number)
            for _ in 0..<plan.rounds where !hop.isEnd && hop.note == nil && !deadline.hasPassed {
                let start = ContinuousClock.now
                let end = deadline.within(plan.patience)
                guard let reply = try? await LimitedHandshake.attempt(address, hops: CInt(number), until: end) else {
                    hop.sent += 1
                    continue
                }
                hop.sent += 1
                let time = start.duration(to: .now)
                switch reply {
                case .arrived: hop.note(PacketError(meaning: .arrived, from: address.host), after: time, of: address)
                case .stopped(let error): hop.note(error, after: time, of: address)
                }
            }
            hops.append(hop)
            silent = hop.addresses.isEmpty ? silent + 1 : 0
            if hop.isEnd || hop.note != nil { break }
        }
        return hops
    }
}
