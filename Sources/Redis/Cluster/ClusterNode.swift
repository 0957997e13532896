/// A node as another one of its cluster sees it: a line of CLUSTER NODES.
///
///     <id> <ip:port@cport[,hostname[,name=value]*]> <flags> <master> <ping-sent> <pong-recv> <config-epoch> <link-state> <slot>…
public struct ClusterNode: Sendable, Hashable {
    /// A slot on its way to another node.
    public struct OpenSlot: Sendable, Hashable {
        public let slot: Int
        /// The other node's id.
        public let other: String
    }

    public let id: String
    /// As the cluster announces it; empty where no address is known.
    public let host: String
    public let port: UInt16
    /// What the node calls itself to people (7.0 and later, where it is set).
    public let hostname: String?
    /// `myself`, `master`, `slave`, `fail?` (this node cannot reach it), `fail` (the cluster has agreed on that),
    /// `handshake`, `noaddr`, `nofailover`, `noflags`.
    public let flags: Set<String>
    /// Of a replica.
    public let masterID: String?
    public let configEpoch: Int64
    public let isLinked: Bool
    public let slots: SlotRanges
    /// Only of the node that was asked: slots that it gives away, and slots that it takes in.
    public let migrating: [OpenSlot]
    public let importing: [OpenSlot]

    public var isMyself: Bool { flags.contains("myself") }
    public var isMaster: Bool { flags.contains("master") }
    public var isReplica: Bool { flags.contains("slave") || flags.contains("replica") }
    public var hasFailed: Bool { flags.contains("fail") }
    public var isSuspected: Bool { flags.contains("fail?") }
    /// Neither failing nor half known.
    public var isHealthy: Bool { flags.isDisjoint(with: ["fail", "fail?", "handshake", "noaddr"]) }

    public var address: String { endpoint(host.isEmpty ? "?" : host, "\(port)") }

    /// Nil for a line of another shape.
    init?(line: Substring) {
        let parts = line.split(separator: " ")
        guard parts.count >= 8, let place = Place(parts[1]), let epoch = Int64(parts[6]) else { return nil }
        id = String(parts[0])
        (host, port, hostname) = (place.host, place.port, place.hostname)
        flags = Set(parts[2].split(separator: ",").map(String.init))
        masterID = parts[3] == "-" ? nil : String(parts[3])
        configEpoch = epoch
        isLinked = parts[7] == "connected"
        let slots = parts.dropFirst(8)
        self.slots = SlotRanges(slots.compactMap(Self.range))
        migrating = slots.compactMap { Self.openSlot($0, "->-") }
        importing = slots.compactMap { Self.openSlot($0, "-<-") }
    }

    /// All nodes that the asked one knows; a node that it has been told to forget may still be there.
    static func all(in text: String) -> [ClusterNode] {
        text.split(separator: "\n").compactMap(ClusterNode.init(line:))
    }

    private struct Place {
        let host: String
        let port: UInt16
        let hostname: String?

        init?(_ text: Substring) {
            let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            let address = (parts.first ?? "").prefix { $0 != "@" }
            guard let colon = address.lastIndex(of: ":"), let port = UInt16(address[address.index(after: colon)...])
            else { return nil }
            host = String(address[..<colon])
            self.port = port
            hostname = parts.count > 1 && !parts[1].isEmpty && !parts[1].contains("=") ? String(parts[1]) : nil
        }
    }

    private static func range(_ text: Substring) -> ClosedRange<Int>? {
        let ends = text.split(separator: "-").map { Int($0) }
        guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last,
            last < HashSlot.count
        else { return nil }
        return first...last
    }

    /// `[93->-<id>]` goes there, `[93-<-<id>]` comes from there.
    private static func openSlot(_ text: Substring, _ arrow: String) -> OpenSlot? {
        guard text.hasPrefix("["), text.hasSuffix("]") else { return nil }
        let inner = text.dropFirst().dropLast()
        guard let range = inner.firstRange(of: arrow), let slot = Int(inner[..<range.lowerBound]) else { return nil }
        return OpenSlot(slot: slot, other: String(inner[range.upperBound...]))
    }
}
