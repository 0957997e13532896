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
        if case .success(let addresses) = lookUp(host, port, AI_NUMERICHOST) { return addresses }
        let result = try await threads.run("resolve \(host)", until: deadline) { lookUp(host, port, 0) }
        switch result {
        case .success(let addresses): return addresses
        case .failure(let error): throw error
        }
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
        guard let address = entry.pointee.ai_addr else { return nil }
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var service = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        let flags = NI_NUMERICHOST | NI_NUMERICSERV
        let length = entry.pointee.ai_addrlen
        guard
            getnameinfo(
                address, length, &host, socklen_t(host.count), &service, socklen_t(service.count), flags) == 0
        else { return nil }
        let bytes = Array(UnsafeRawBufferPointer(start: address, count: Int(length)))
        return SocketAddress(bytes: bytes, host: text(host), port: UInt16(text(service)) ?? 0)
    }

    private static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
