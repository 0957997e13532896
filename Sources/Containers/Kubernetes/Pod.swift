import Diagnostics
import HTTP

/// A pod as the API shows it, as far as diagnosis needs it.
struct Pod: Sendable, Hashable {
    struct Container: Sendable, Hashable {
        let name: String
        let hasEndedBefore: Bool
        let isTroubled: Bool
    }

    let name: String
    let instances: [Instance]
    let containers: [Container]
    /// What keeps it running, where that is a replica set.
    let replicaSet: String?

    /// The container whose log is worth reading.
    var troubledContainer: Container {
        containers.first(where: \.isTroubled) ?? containers.first
            ?? Container(name: "", hasEndedBefore: false, isTroubled: false)
    }

    static func list(_ answer: JSONValue) -> [Pod] { (answer["items"]?.array ?? []).compactMap(Pod.init) }

    init?(_ value: JSONValue) {
        guard let name = value["metadata"]?["name"]?.string else { return nil }
        self.name = name
        let owners = value["metadata"]?["ownerReferences"]?.array ?? []
        replicaSet = owners.first { $0["kind"]?.string == "ReplicaSet" }?["name"]?.string
        let node = value["spec"]?["nodeName"]?.string
        let limits = Self.limits(value)
        let statuses = value["status"]?["containerStatuses"]?.array ?? []
        guard !statuses.isEmpty else {
            // Not placed on a node yet, or thrown out of one.
            var instance = Instance(name: name)
            instance.state = value["status"]?["reason"]?.string ?? value["status"]?["phase"]?.string ?? "?"
            instance.message = Self.obstacle(value)
            instance.node = node
            (instances, containers) = ([instance], [])
            return
        }
        let read = statuses.map { Instance(status: $0, pod: name, node, limits) }
        instances = read
        containers = zip(statuses, read).map { status, instance in
            Container(
                name: status["name"]?.string ?? "", hasEndedBefore: status["lastState"]?["terminated"] != nil,
                isTroubled: instance.isTroubled)
        }
    }

    private static func limits(_ value: JSONValue) -> [String: Int64] {
        let containers = value["spec"]?["containers"]?.array ?? []
        let pairs = containers.compactMap { container -> (String, Int64)? in
            guard let name = container["name"]?.string, let text = container["resources"]?["limits"]?["memory"]?.string,
                let bytes = KubernetesQuantity(text)?.wholeBytes
            else { return nil }
            return (name, bytes)
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    /// Why it is not placed: the scheduler's own words.
    private static func obstacle(_ value: JSONValue) -> String? {
        let conditions = value["status"]?["conditions"]?.array ?? []
        return conditions.first { $0["status"]?.string == "False" }?["message"]?.string
            ?? value["status"]?["message"]?.string
    }
}

extension Instance {
    /// Of a pod's `containerStatuses`.
    fileprivate init(status: JSONValue, pod: String, _ node: String?, _ limits: [String: Int64]) {
        let own = status["name"]?.string ?? ""
        self.init(name: "\(pod)/\(own)")
        image = status["image"]?.string ?? ""
        isReady = status["ready"].map { $0 == .bool(true) }
        restarts = status["restartCount"]?.number.flatMap { Int(exactly: $0) }
        self.node = node
        memoryLimit = limits[own]
        let (now, last) = (status["state"], status["lastState"]?["terminated"])
        if let running = now?["running"] {
            (state, isRunning) = ("running", true)
            started = Timestamp(ofRuntime: running["startedAt"]?.string)
        } else if let waiting = now?["waiting"] {
            state = waiting["reason"]?.string ?? "waiting"
            message = waiting["message"]?.string
        } else if let ended = now?["terminated"] {
            state = ended["reason"]?.string ?? "terminated"
            message = ended["message"]?.string
        }
        let end = now?["terminated"] ?? last
        exitCode = end?["exitCode"]?.number.flatMap { Int(exactly: $0) }
        finished = Timestamp(ofRuntime: end?["finishedAt"]?.string)
        wasKilledForMemory = end?["reason"]?.string == "OOMKilled"
    }
}

/// A quantity of Kubernetes: `250m` is a quarter, `512Mi` is in bytes ("Quantity", API conventions).
struct KubernetesQuantity: Sendable, Hashable {
    let value: Double

    init?(_ text: String) {
        let number = text.prefix { ("0"..."9").contains($0) || $0 == "." || $0 == "-" }
        guard let base = Double(number), let factor = Self.factors[String(text.dropFirst(number.count))] else {
            return nil
        }
        value = base * factor
    }

    var wholeBytes: Int64? { Int64(exactly: value.rounded()) }

    private static let factors: [String: Double] = [
        "": 1, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "Ki": 1024, "Mi": 1_048_576,
        "Gi": 1_073_741_824, "Ti": 1_099_511_627_776, "e3": 1e3, "e6": 1e6, "e9": 1e9,
    ]
}
