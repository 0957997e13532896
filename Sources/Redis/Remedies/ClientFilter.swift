import Diagnostics
import Network

/// Which clients are to be closed, where they are not named one by one.
public struct ClientFilter: Sendable, Hashable {
    /// Empty: any; else one of these. So with the others.
    public var addresses: [AddressRange]
    public var users: [String]
    public var names: [String]
    public var idleLongerThan: Duration?
    /// At most so many, the longest idle first.
    public var limit: Int?

    public init(
        addresses: [AddressRange] = [], users: [String] = [], names: [String] = [], idleLongerThan: Duration? = nil,
        limit: Int? = nil
    ) {
        self.addresses = addresses
        self.users = users
        self.names = names
        self.idleLongerThan = idleLongerThan
        self.limit = limit
    }

    public var isEmpty: Bool { addresses.isEmpty && users.isEmpty && names.isEmpty && idleLongerThan == nil }

    func matches(_ client: ClientEntry) -> Bool {
        isIdle(client) && (users.isEmpty || users.contains(client.user ?? ""))
            && (names.isEmpty || names.contains(client.name ?? ""))
            && (addresses.isEmpty || addresses.contains { $0.contains(client.isUnix ? nil : client.host) })
    }

    private func isIdle(_ client: ClientEntry) -> Bool {
        guard let idleLongerThan else { return true }
        return (client.idle ?? 0) > idleLongerThan.seconds
    }

    /// What is quiet on purpose, and would be missed: only by its id.
    static func purpose(of client: ClientEntry) -> String? {
        if client.isReplica { return "it is a replica" }
        if client.isMaster { return "it is the link to this replica's master" }
        if client.isBlocked { return "it waits in \(client.command ?? "a blocking command")" }
        if client.isSubscriber { return "it listens for messages" }
        return nil
    }
}
