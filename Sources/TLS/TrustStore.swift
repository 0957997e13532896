import COpenSSL
import Diagnostics
import Network
import Synchronization

/// Which authorities are trusted: the system's, or those of a file or a folder instead.
public struct Trust: Sendable, Hashable {
    /// A PEM file with one or more authorities.
    public var file: String?
    /// A folder of PEM files named by hash, as `openssl rehash` makes it.
    public var directory: String?

    public init(file: String? = nil, directory: String? = nil) {
        self.file = file
        self.directory = directory
    }

    public static let system = Trust()

    public var isSystem: Bool { file == nil && directory == nil }

    /// Nothing is read from a disk once it is loaded.
    var isInMemory: Bool { file != nil && directory == nil }

    /// Lets an `SSL_CTX` of another library verify by these authorities, in place of what it has. They are read once a
    /// process; each user has a reference to the same store.
    ///
    /// - Throws: `.misconfigured` when they cannot be loaded.
    public func install(in context: OpaquePointer) throws(ProbeError) {
        try TrustStore.install(self, in: context)
    }
}

/// The authorities of one `Trust`, loaded once a process and shared by all targets that trust alike.
///
/// Loading reads files and verifying may read more of them (a folder is read certificate by certificate), so both run
/// on blocking threads, unless all is in memory.
final class TrustStore: Sendable {
    private let handle: Mutex<StoreHandle>

    private init(owning handle: consuming sending StoreHandle) { self.handle = Mutex(handle) }

    private static let threads = BlockingThreads(name: "diag-tls", limit: 16)
    private static let loaded = Mutex<[Trust: TrustStore]>([:])

    /// Judges a chain as it was sent, the leaf first, with what the server stapled.
    ///
    /// - Throws: `.misconfigured` when the authorities cannot be loaded, `.timedOut`, `.cancelled`.
    static func verify(
        _ chain: SentChain, staple: [UInt8]? = nil, for name: ServerName, trusting trust: Trust, at time: Timestamp,
        until deadline: Deadline
    ) async throws(ProbeError) -> Verification {
        // With all authorities in memory it is a fraction of a millisecond of computing: no thread is worth that.
        if trust.isInMemory, let store = loaded.withLock({ $0[trust] }) {
            return store.share().verify(chain, staple: staple, for: name, at: time)
        }
        let result = try await threads.run("verify the certificate", until: deadline) {
            () -> Result<Verification, ProbeError> in
            do throws(ProbeError) {
                let store = try store(for: trust)
                return .success(store.share().verify(chain, staple: staple, for: name, at: time))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    static func install(_ trust: Trust, in context: OpaquePointer) throws(ProbeError) {
        SSL_CTX_set1_cert_store(context, try store(for: trust).share().pointer)
    }

    /// A reference of its own, so that nobody waits for another's verification: OpenSSL locks an `X509_STORE` itself.
    private func share() -> StoreHandle { handle.withLock { $0.sharing() } }

    /// Two first users may both load it; the later one then gives way to the earlier.
    private static func store(for trust: Trust) throws(ProbeError) -> TrustStore {
        if let known = loaded.withLock({ $0[trust] }) { return known }
        let store = TrustStore(owning: try StoreHandle.load(trust))
        return loaded.withLock { stores in
            if let known = stores[trust] { return known }
            stores[trust] = store
            return store
        }
    }
}

/// Sole owner of one `X509_STORE`.
struct StoreHandle: ~Copyable {
    let pointer: OpaquePointer

    /// An intermediate authority named in the settings is trusted as it is, without its root; curl and Go do the same.
    let acceptsPartialChains: Bool

    private init(owning pointer: OpaquePointer, acceptsPartialChains: Bool) {
        self.pointer = pointer
        self.acceptsPartialChains = acceptsPartialChains
    }

    deinit { X509_STORE_free(pointer) }

    /// Another owner of the same store.
    borrowing func sharing() -> StoreHandle {
        X509_STORE_up_ref(pointer)
        return StoreHandle(owning: pointer, acceptsPartialChains: acceptsPartialChains)
    }

    static func load(_ trust: Trust) throws(ProbeError) -> StoreHandle {
        ERR_clear_error()
        guard let pointer = X509_STORE_new() else {
            throw ProbeError(.local, step: "load the trusted authorities", message: drainErrors())
        }
        let store = StoreHandle(owning: pointer, acceptsPartialChains: !trust.isSystem)
        let done =
            trust.isSystem
            ? X509_STORE_set_default_paths(pointer)
            : X509_STORE_load_locations(pointer, trust.file, trust.directory)
        let words = drainErrors()
        guard done == 1 else { throw unreadable(trust, words) }
        return store
    }

    private static func unreadable(_ trust: Trust, _ words: String) -> ProbeError {
        let place = trust.file ?? trust.directory ?? "the system's certificates"
        return ProbeError(
            .misconfigured, step: "load the trusted authorities", message: "\(place): \(words)",
            advice:
                "ca_file must name a readable PEM file with at least one certificate, ca_dir a folder that openssl rehash has seen"
        )
    }
}
