import Glibc

/// The name that a server is asked for (SNI) and that its certificate must carry.
struct ServerName: Sendable, Hashable {
    let text: String
    /// An address in digits: it is compared with the certificate's IP names and never sent as SNI (RFC 6066, 3).
    let isAddress: Bool

    init(_ text: String) {
        // A scope (`fe80::1%eth0`) is this machine's own business, a final dot that of DNS.
        let bare = text.prefix { $0 != "%" }
        self.text = String(bare.hasSuffix(".") ? bare.dropLast() : bare)
        var room = in6_addr()
        isAddress = inet_pton(AF_INET, self.text, &room) == 1 || inet_pton(AF_INET6, self.text, &room) == 1
    }
}
