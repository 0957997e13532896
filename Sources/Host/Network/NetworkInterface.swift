/// A network interface as `/proc/net/dev` counts it and `/sys/class/net` describes it (the kernel's
/// Documentation/networking/statistics.rst).
struct NetworkInterface: Sendable, Hashable {
    /// What has passed in one direction since the interface came up.
    struct Traffic: Sendable, Hashable {
        let bytes: Int64
        let packets: Int64
        let errors: Int64
        /// Also packets that nobody here wanted.
        let dropped: Int64
    }

    let name: String
    let received: Traffic
    let sent: Traffic
    /// `up`, `down`, `unknown` (which loopback and tunnels always are); nil where `/sys` does not have it.
    var state: String?
    /// Whether a cable, or what stands for one, is plugged in.
    var hasCarrier: Bool?
    /// How often the carrier came or went; a number that grows is a cable or switch that fails.
    var carrierChanges: Int64?
    /// Megabits a second; nil where the device does not say.
    var speed: Int64?
    var mtu: Int64?
    var duplex: String?

    /// A line of `/proc/net/dev`: `eth0: ` and sixteen numbers, the first of which may follow the colon at once.
    init?(line: Substring) {
        guard let colon = line.lastIndex(of: ":") else { return nil }
        let numbers = line[line.index(after: colon)...].split(whereSeparator: \.isWhitespace).compactMap { Int64($0) }
        guard numbers.count >= 16 else { return nil }
        name = String(line[..<colon].drop(while: \.isWhitespace))
        received = Traffic(bytes: numbers[0], packets: numbers[1], errors: numbers[2], dropped: numbers[3])
        sent = Traffic(bytes: numbers[8], packets: numbers[9], errors: numbers[10], dropped: numbers[11])
    }

    static func all(_ files: HostFiles) -> [NetworkInterface] {
        (files.readNetwork("dev") ?? "").split(separator: "\n").dropFirst(2).compactMap { NetworkInterface(line: $0) }
            .map { $0.isGuests ? $0 : $0.described(by: files) }
    }

    private func described(by files: HostFiles) -> NetworkInterface {
        let folder = "/sys/class/net/\(name)"
        var interface = self
        interface.state = files.read(folder + "/operstate").map { String($0.prefix { $0 != "\n" }) }
        // Reading these of an interface that is down fails: EINVAL.
        interface.hasCarrier = files.number(folder + "/carrier").map { $0 == 1 }
        interface.carrierChanges = files.number(folder + "/carrier_changes")
        interface.speed = files.number(folder + "/speed").flatMap { $0 > 0 ? $0 : nil }
        interface.mtu = files.number(folder + "/mtu")
        interface.duplex = files.read(folder + "/duplex").map { String($0.prefix { $0 != "\n" }) }
        return interface
    }

    /// The ends of containers' and virtual machines' cables: hundreds on some hosts, come and gone with them.
    var isGuests: Bool { ["veth", "cali", "lxc", "tap", "vnet", "cilium_lxc"].contains(where: name.hasPrefix) }

    var isLoopback: Bool { name == "lo" }
}

extension HostFiles {
    /// Of the network that the first process sees. `/proc/net` is the reader's own, which from inside of a container says
    /// nothing of the host.
    func readNetwork(_ name: String) -> String? {
        (isThisHost ? nil : read("/proc/1/net/\(name)")) ?? read("/proc/net/\(name)")
    }
}
