import Diagnostics

/// How a connection is made safe over which more is said than a handshake: whom to trust, what to show of ourselves.
public struct TLSClientSettings: Sendable, Hashable {
    /// What a server's certificate must stand up to.
    public enum Check: Sendable, Hashable {
        /// The chain ends at a trusted authority, and the certificate carries the server's name.
        case chainAndName
        /// The chain only, as redis-cli does it. A name that doesn't fit is told and not held against the server.
        case chain
        /// Nothing: whoever answers is taken for the server. What would be wrong is told all the same.
        case nothing
    }

    /// Our own certificate, in PEM, for servers that ask for one.
    public struct Identity: Sendable, Hashable {
        /// The certificate, behind it the intermediates that are to be sent with it.
        public var certificateFile: String
        /// Nil when the key stands in the certificate's file.
        public var keyFile: String?
        /// Of an encrypted key.
        public var keyPassword: String?

        public init(certificateFile: String, keyFile: String? = nil, keyPassword: String? = nil) {
            self.certificateFile = certificateFile
            self.keyFile = keyFile
            self.keyPassword = keyPassword
        }
    }

    /// The name to ask for (SNI) and to verify; without it the host's.
    public var serverName: String?
    public var trust: Trust
    /// Nil: `usualCheck`.
    public var check: Check?
    public var identity: Identity?

    public init(
        serverName: String? = nil, trust: Trust = .system, check: Check? = nil, identity: Identity? = nil
    ) {
        self.serverName = serverName
        self.trust = trust
        self.check = check
        self.identity = identity
    }

    /// A public authority signs for everybody, so that without a look at the name anybody could pass for the server. A
    /// private one signs for us alone, often under names that nobody connects by: then the name counts where one is given.
    public var usualCheck: Check { trust.isSystem || serverName != nil ? .chainAndName : .chain }

    func name(of host: String) -> ServerName {
        ServerName(serverName.flatMap { $0.isEmpty ? nil : $0 } ?? host)
    }
}

/// Shown without the key's password, also by `dump`, `print` and a failing test.
extension TLSClientSettings.Identity: CustomStringConvertible, CustomReflectable {
    public var description: String { certificateFile }

    public var customMirror: Mirror { Mirror(self, children: ["certificateFile": certificateFile]) }
}
