import Diagnostics
import Glibc
import Network

/// What was seen at one address of a server.
struct Sighting: Sendable {
    let address: SocketAddress
    let result: Result<Survey, ProbeError>

    var survey: Survey? { try? result.get() }

    var failure: ProbeError? {
        if case .failure(let error) = result { error } else { nil }
    }

    /// Looks at all addresses at once; every one has the whole time that is left.
    static func all(
        at addresses: [SocketAddress], _ settings: TLSSettings, _ offer: TLSOffer, _ deadline: Deadline
    ) async -> [Sighting] {
        // Most have one: no need of a group then.
        if addresses.count == 1 { return [await take(at: addresses[0], settings, offer, deadline)] }
        return await withTaskGroup(of: (Int, Sighting).self) { group in
            for (index, address) in addresses.enumerated() {
                group.addTask { (index, await take(at: address, settings, offer, deadline)) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private static func take(
        at address: SocketAddress, _ settings: TLSSettings, _ offer: TLSOffer, _ deadline: Deadline
    ) async -> Sighting {
        do throws(ProbeError) {
            return Sighting(
                address: address, result: .success(try await Survey.take(at: address, settings, offer, deadline)))
        } catch {
            return Sighting(address: address, result: .failure(error))
        }
    }
}

extension [Sighting] {
    /// Addresses that a client may be sent to and that do not answer, where others do.
    ///
    /// An address of a kind that this machine has no way to is not the server's fault, nor is `localhost` having two
    /// addresses when a server listens on one.
    var dead: [Sighting] {
        let isLocal = allSatisfy { $0.address.isLoopback }
        return filter { sighting in
            guard let failure = sighting.failure else { return false }
            return !(isLocal && failure.kind == .refused) && !failure.isAboutOurOwnRoutes
        }
    }

    /// Why nothing was seen at any of them.
    var failure: ProbeError {
        let failed = compactMap { sighting in sighting.failure.map { (sighting.address, $0) } }
        let telling = failed.filter { !$0.1.isAboutOurOwnRoutes }
        return Connector.summary(of: telling.isEmpty ? failed : telling)
    }
}

extension ProbeError {
    /// This machine has no address or route of that kind.
    fileprivate var isAboutOurOwnRoutes: Bool {
        [ENETUNREACH, EADDRNOTAVAIL, EAFNOSUPPORT].contains { message == describe(errno: $0) }
    }
}
