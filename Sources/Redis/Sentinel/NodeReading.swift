import Diagnostics
import Network

/// What a Redis server that Sentinels watch says of itself.
struct NodeReading: Sendable {
    enum Answer: Sendable {
        /// INFO, or as much of it as ROLE tells.
        case told(RedisInfo)
        /// It answers, and wants a password that we do not have.
        case locked
        case silent(ProbeError)
    }

    /// As the Sentinels name it.
    let address: String
    let answer: Answer

    var info: RedisInfo? { if case .told(let info) = answer { info } else { nil } }
    var isSilent: Bool { if case .silent = answer { true } else { false } }
    /// Nil when it does not say.
    var isMaster: Bool? { info.flatMap { info in info.replication.role.map { $0 == "master" } } }
    /// Whom it follows; nil on a master.
    var upstream: RedisInfo.Upstream? { info?.replication.upstream }
}

extension NodeReading {
    /// - Parameter settings: how to get in; nil where the address is none.
    static func read(_ address: String, _ settings: RedisSettings?, until deadline: Deadline) async -> NodeReading {
        guard let settings else {
            let error = ProbeError(.misconfigured, step: "connect", message: "'\(address)' is no address to connect to")
            return NodeReading(address: address, answer: .silent(error))
        }
        do throws(ProbeError) {
            var connection = try await RedisConnection.connect(settings, until: deadline)
            let session = await RedisSession.open(
                &connection, settings, asking: [RedisCommand("INFO"), RedisCommand("ROLE")], until: deadline)
            return NodeReading(address: address, answer: try answer(session))
        } catch {
            return NodeReading(address: address, answer: error.kind == .unauthenticated ? .locked : .silent(error))
        }
    }

    private static func answer(_ session: RedisSession) throws(ProbeError) -> Answer {
        if let text = session.replies[0]?.text { return .told(RedisInfo(text)) }
        if let role = session.replies[1]?.array, let info = RedisInfo(role: role) { return .told(info) }
        _ = try session.text(0)
        return .locked
    }
}

extension RedisInfo {
    /// What ROLE says, as INFO would say it: `master`, offset, replicas; or `slave`, host, port, state of the link, offset.
    fileprivate init?(role parts: [RESPValue]) {
        switch parts.first?.text {
        case "master" where parts.count >= 3:
            let replicas = (parts[2].array ?? []).enumerated().compactMap { index, replica -> String? in
                let words = (replica.array ?? []).compactMap(\.text)
                return words.count == 3
                    ? "slave\(index):ip=\(words[0]),port=\(words[1]),state=online,offset=\(words[2])" : nil
            }
            self.init(
                (["role:master", "master_repl_offset:\(parts[1].integer ?? 0)"] + replicas).joined(separator: "\n"))
        case "slave" where parts.count >= 5:
            self.init(
                [
                    "role:slave", "master_host:\(parts[1].text ?? "?")", "master_port:\(parts[2].integer ?? 0)",
                    "master_link_status:\(parts[3].text == "connected" ? "up" : "down")",
                    "slave_repl_offset:\(parts[4].integer ?? 0)",
                ].joined(separator: "\n"))
        default: return nil
        }
    }
}
