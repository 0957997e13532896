import Diagnostics
import Glibc
import Network

/// The largest packet that passes to an address whole, sent as datagrams that must not be fragmented (RFC 1191, 8201).
struct PathMTU: Sendable, Hashable {
    enum Verdict: Sendable, Hashable {
        /// A packet of the link's own size has arrived.
        case whole
        /// A router said that less passes.
        case narrowed(by: String?)
        /// Small packets arrive, large ones do not, and nobody says so: connections begin well and then hang.
        case blackHole
        /// Nothing answers to datagrams of any size.
        case unknown
    }

    let address: SocketAddress
    /// Of the first link, in bytes.
    let link: Int
    /// What is known to pass, in bytes.
    let passes: Int
    let verdict: Verdict

    /// - Parameter answers: whether the address is known to answer datagrams; then one without an answer is sent again,
    ///   since hosts answer only about one a second.
    /// - Returns: nil without a route to there.
    static func find(to address: SocketAddress, answers: Bool, until deadline: Deadline) async -> PathMTU? {
        guard let socket = try? DatagramSocket.connected(to: address.at(port: port), tellErrors: true) else {
            return nil
        }
        socket.set(.discoverMTU, 3)
        guard let known = socket.value(of: .mtu), known > 0 else { return nil }
        let device = socket.localHost().flatMap(LocalInterface.init(ofHost:))
        // What the kernel has learnt of the way may be out of date. An IP packet has 16 bits for its length.
        let search = Search(socket: socket, link: min(device?.mtu ?? Int(known), 65_535), tries: answers ? 3 : 1)
        return await search.run(until: deadline)
    }

    private static let port: UInt16 = 33_433
}

/// The search for one address.
private struct Search: ~Copyable {
    private let socket: DatagramSocket
    private let link: Int
    private let tries: Int

    /// What links and tunnels usually take: Ethernet, PPPoE, GRE, VXLAN, WireGuard, IPv6's least, the least of old.
    private static let sizes = [1500, 1492, 1480, 1476, 1450, 1420, 1400, 1280, 576]

    init(socket: consuming DatagramSocket, link: Int, tries: Int) {
        self.socket = socket
        self.link = link
        self.tries = tries
    }

    private var least: Int { socket.peer.isIPv6 ? 1280 : 576 }

    private func result(_ passes: Int, _ verdict: PathMTU.Verdict) -> PathMTU {
        PathMTU(address: socket.peer, link: link, passes: passes, verdict: verdict)
    }

    func run(until deadline: Deadline) async -> PathMTU {
        var (size, narrower) = (link, String?.none)
        for _ in 0..<8 where !deadline.hasPassed {
            switch await outcome(of: size, until: deadline) {
            case .arrived: return result(size, size == link ? .whole : .narrowed(by: narrower))
            case .silent where tries > 1: return await belowSilence(size, deadline)
            case .silent, .refused: return result(size, narrower == nil ? .unknown : .narrowed(by: narrower))
            case .tooLarge(let mtu, let router):
                narrower = router ?? narrower
                // Some routers do not say how much (RFC 1191, 4): the next of the usual sizes, then.
                let next = mtu > 0 && mtu < size ? mtu : Self.sizes.first { $0 < size } ?? least
                guard next < size, next >= least else { return result(size, .narrowed(by: narrower)) }
                size = next
            }
        }
        return result(size, .unknown)
    }

    /// The largest of the usual sizes that arrives, where larger ones vanish without a word.
    private func belowSilence(_ silent: Int, _ deadline: Deadline) async -> PathMTU {
        let candidates = Self.sizes.filter { $0 < silent && $0 >= least }
        // Begin with what must pass anywhere: where it does not, nothing is known.
        guard let smallest = candidates.last, await outcome(of: smallest, until: deadline) == .arrived else {
            return result(silent, .unknown)
        }
        // Between `low`, which arrives, and `high`, which does not.
        var (low, high) = (candidates.count - 1, -1)
        while low - high > 1, !deadline.hasPassed {
            let middle = (low + high) / 2
            if await outcome(of: candidates[middle], until: deadline) == .arrived {
                low = middle
            } else {
                high = middle
            }
        }
        return result(candidates[low], .blackHole)
    }

    private enum Outcome: Equatable {
        case arrived
        case tooLarge(mtu: Int, by: String?)
        case refused
        case silent
    }

    private func outcome(of size: Int, until deadline: Deadline) async -> Outcome {
        for _ in 0..<tries where !deadline.hasPassed {
            let outcome = await attempt(size, until: deadline.within(.milliseconds(800)))
            if outcome != .silent { return outcome }
        }
        return .silent
    }

    /// One packet of that size, headers included.
    private func attempt(_ size: Int, until deadline: Deadline) async -> Outcome {
        let headers = (socket.peer.isIPv6 ? 40 : 20) + 8
        while socket.nextError() != nil {}
        if socket.send([UInt8](repeating: 0, count: max(0, size - headers))) == EMSGSIZE {
            while socket.nextError() != nil {}
            return .tooLarge(mtu: Int(socket.value(of: .mtu) ?? 0), by: nil)
        }
        while true {
            if let error = socket.nextError() { return outcome(error) }
            if let bytes = try? socket.received(limit: 1, step: "MTU"), bytes.count >= 0 { return .arrived }
            let wait = try? await Reactor.shared.wait(for: socket.descriptor, .readable, until: deadline, step: "MTU")
            if wait == nil { return .silent }
        }
    }

    private func outcome(_ error: PacketError) -> Outcome {
        switch error.meaning {
        case .tooLarge(let mtu): .tooLarge(mtu: mtu, by: error.from)
        case .arrived: .arrived
        case .expired: .refused
        case .refused: error.from == socket.peer.host ? .arrived : .refused
        }
    }
}

extension PathMTU {
    var evidence: Evidence {
        let link = "this machine's link takes packets of \(link) bytes"
        let sentence =
            switch verdict {
            case .whole: "\(link), and they arrive whole"
            case .narrowed(let router):
                "\(link); \(passes) pass\(router.map { ", says \($0)" } ?? ""), and senders are told"
            case .blackHole:
                "\(link), but only \(passes) bytes arrive and no router says so: large answers hang while small ones "
                    + "come; let ICMP \"fragmentation needed\" pass, or set the link's MTU to \(passes)"
            case .unknown: "\(link); whether they arrive whole cannot be seen, as the host does not answer datagrams"
            }
        return .fact("net.mtu", "Path MTU", sentence)
    }

    var judgement: [String] {
        verdict == .blackHole
            ? ["packets of more than \(passes) bytes vanish on the way to \(address.host), and nobody says so"] : []
    }
}
