import Diagnostics

/// How a connection began. It is told at the end, when TCP knows the way: see `way`.
public struct ConnectionStart: Sendable, Hashable {
    let resolve: Duration?
    public let connect: Duration
    let descriptor: CInt

    /// As it is now. The connection must still be open: its number may be another's later.
    public var way: ConnectionWay { ConnectionWay(resolve: resolve, connect: connect, descriptor: descriptor) }
}

/// Where the time to a server went on a connection that a probe has made anyway: name, handshake, round trips.
public struct ConnectionWay: Sendable, Hashable {
    /// Of the look-up by the system's own rules; nil for an address in digits, or where it was not measured.
    public var resolve: Duration?
    /// Of the TCP handshake.
    public var connect: Duration?
    public var info: TCPInfo?

    /// - Parameter descriptor: of the connection, once the probe's work is done.
    public init(resolve: Duration? = nil, connect: Duration?, descriptor: CInt) {
        self.init(resolve: resolve, connect: connect, info: TCPInfo(of: descriptor))
    }

    public init(resolve: Duration? = nil, connect: Duration?, info: TCPInfo?) {
        self.resolve = resolve
        self.connect = connect
        self.info = info
    }

    /// Evidence `net.way`, and the samples of `ConnectionMetrics`; nothing for a unix socket.
    public func report(to content: inout Observation.Content) {
        if let resolve { content.add(ConnectionMetrics.resolve, resolve.seconds) }
        if let info {
            content.add(ConnectionMetrics.roundTrip, info.roundTrip.seconds)
            content.add(ConnectionMetrics.retransmits, Double(info.retransmits))
        }
        let sentence = sentence
        if !sentence.isEmpty { content.evidence.append(.fact("net.way", "The way there", sentence)) }
    }

    /// `name 2 ms, connect 1.0 s, round trips 0.4 ms ± 0.1 ms; 1 segment sent again`.
    public var sentence: String {
        let times = [
            resolve.map { "name \(Units.seconds($0.seconds))" }, connect.map { "connect \(Units.seconds($0.seconds))" },
            info.map {
                "round trips \(Units.seconds($0.roundTrip.seconds)) ± \(Units.seconds($0.roundTripVariation.seconds))"
            },
        ].compactMap(\.self).joined(separator: ", ")
        guard let info, info.retransmits > 0 else { return times }
        return times + "; \(info.retransmits) segment\(info.retransmits == 1 ? "" : "s") sent again: packets are lost"
    }
}

/// What a probe can tell of its own connection, whatever the protocol on it.
public enum ConnectionMetrics {
    public static let resolve = Metric(
        "diag_tcp_resolve_seconds", .gauge, "Time to resolve the target's name by the system's rules.")
    public static let roundTrip = Metric(
        "diag_tcp_round_trip_seconds", .gauge, "Smoothed round-trip time of the probe's own connection (TCP_INFO).")
    public static let retransmits = Metric(
        "diag_tcp_retransmitted_segments", .gauge, "Segments that were sent again on the probe's own connection.")

    public static let all = [resolve, roundTrip, retransmits]
}
