import Diagnostics
import Glibc

/// Resolves names by the system's own rules (hosts file, nsswitch, DNS), off the cooperative pool.
public enum Resolver {
    private static let threads = BlockingThreads(name: "diag-resolver", limit: 32)

    /// All stream addresses of a host in the system's order of preference (RFC 6724); a numeric host is only parsed.
    ///
    /// - Throws: `.unresolved` with the resolver's own words, `.timedOut`, `.cancelled`.
    public static func addresses(
        of host: String, port: UInt16, until deadline: Deadline
    ) async throws(ProbeError) -> [SocketAddress] {
        if let address = numeric(host, port: port) { return [address] }
        let result = try await threads.run("resolve \(host)", until: deadline) { lookUp(host, port, 0) }
        switch result {
        case .success(let addresses): return addresses
        case .failure(let error): throw error
        }
    }

    /// An address in digits, IPv6 with its zone where it has one; nil for a name.
    public static func numeric(_ host: String, port: UInt16) -> SocketAddress? {
        guard case .success(let addresses) = lookUp(host, port, AI_NUMERICHOST) else { return nil }
        return addresses.first
    }

    /// AI_ADDRCONFIG is left out on purpose: a machine with loopback only must still resolve `localhost`.
    private static func lookUp(_ host: String, _ port: UInt16, _ flags: CInt) -> Result<[SocketAddress], ProbeError> {
        var hints = addrinfo()
        hints.ai_flags = flags | AI_NUMERICSERV
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else { return .failure(unresolved(host, code)) }
        defer { freeaddrinfo(list) }
        return .success(sequence(first: list, next: { $0?.pointee.ai_next }).compactMap { $0.flatMap(address) })
    }

    private static func unresolved(_ host: String, _ code: CInt) -> ProbeError {
        let words = code == EAI_SYSTEM ? describe(errno: errno) : String(cString: gai_strerror(code))
        return ProbeError(
            .unresolved, step: "resolve \(host)", message: words,
            advice: code == EAI_AGAIN
                ? "the name servers of /etc/resolv.conf did not answer" : "check the name, /etc/hosts and DNS")
    }

    private static func address(_ entry: UnsafeMutablePointer<addrinfo>) -> SocketAddress? {
        entry.pointee.ai_addr.flatMap { SocketAddress($0, length: entry.pointee.ai_addrlen) }
    }
}
