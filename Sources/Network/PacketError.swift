import Glibc

/// What a router, the far end or our own kernel said against a packet.
public struct PacketError: Sendable, Hashable {
    public enum Meaning: Sendable, Hashable {
        /// Its time to live was over on the way.
        case expired
        /// It has arrived: nothing listens at the port.
        case arrived
        /// It is larger than what passes; the MTU where that was said.
        case tooLarge(mtu: Int)
        /// Somebody on the way refuses: in words.
        case refused(String)
    }

    public let meaning: Meaning
    /// Who said it, in digits; nil for our own kernel.
    public let from: String?

    public init(meaning: Meaning, from: String?) {
        self.meaning = meaning
        self.from = from
    }
}

extension PacketError {
    /// Takes one off the error queue of a socket that has IP_RECVERR (ip(7)) or IPV6_RECVERR on; nil when there is none.
    public init?(nextOf descriptor: CInt) {
        guard let (level, type, data) = Self.nextControl(of: descriptor), data.count >= Self.headSize else {
            return nil
        }
        guard (level, type) == (CInt(IPPROTO_IP), IP_RECVERR) || (level, type) == (CInt(IPPROTO_IPV6), IPV6_RECVERR)
        else { return nil }
        // `struct sock_extended_err` of <linux/errqueue.h>: errno, origin, type, code, a byte of padding, info, data.
        let (code, info) = data.withUnsafeBytes {
            ($0.loadUnaligned(as: UInt32.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        }
        let isIPv6 = data[4] == Self.originICMPv6
        self.init(
            meaning: Meaning(code: CInt(code), isIPv6: isIPv6, type: data[5], number: data[6], info: Int(info)),
            from: Self.offender(data[Self.headSize...]))
    }

    private static let headSize = 16
    /// SO_EE_ORIGIN_ICMP6.
    private static let originICMPv6: UInt8 = 3

    /// The first control message of the queue's next entry, without its head (`struct cmsghdr`, cmsg(3)): the macros that
    /// would take it apart do not import.
    private static func nextControl(of descriptor: CInt) -> (level: CInt, type: CInt, data: [UInt8])? {
        var (payload, control) = ([UInt8](repeating: 0, count: 64), [UInt8](repeating: 0, count: 512))
        let head = 16
        let length: Int = payload.withUnsafeMutableBytes { payload in
            control.withUnsafeMutableBytes { control in
                var part = iovec(iov_base: payload.baseAddress, iov_len: payload.count)
                return withUnsafeMutablePointer(to: &part) { part in
                    var message = msghdr()
                    (message.msg_iov, message.msg_iovlen) = (part, 1)
                    (message.msg_control, message.msg_controllen) = (control.baseAddress, control.count)
                    let flags = CInt(MSG_ERRQUEUE) | CInt(MSG_DONTWAIT)
                    return recvmsg(descriptor, &message, flags) < 0 ? 0 : Int(message.msg_controllen)
                }
            }
        }
        guard length >= head else { return nil }
        return control.withUnsafeBytes { bytes in
            let size = min(bytes.loadUnaligned(as: Int.self), length)
            guard size >= head else { return nil }
            return (
                bytes.loadUnaligned(fromByteOffset: 8, as: CInt.self),
                bytes.loadUnaligned(fromByteOffset: 12, as: CInt.self), Array(bytes[head..<size])
            )
        }
    }

    /// SO_EE_OFFENDER: an address right behind the error, of the family AF_UNSPEC where there is none.
    private static func offender(_ bytes: ArraySlice<UInt8>) -> String? {
        let bytes = Array(bytes)
        guard bytes.count >= MemoryLayout<sockaddr_in>.size else { return nil }
        return bytes.withUnsafeBytes { raw in
            raw.baseAddress.flatMap {
                SocketAddress($0.assumingMemoryBound(to: sockaddr.self), length: socklen_t(bytes.count))?.host
            }
        }
    }
}

extension PacketError.Meaning {
    /// Types and codes of ICMP (RFC 792, 1812) and ICMPv6 (RFC 4443).
    init(code: CInt, isIPv6: Bool, type: UInt8, number: UInt8, info: Int) {
        switch (isIPv6, type, number) {
        case _ where code == EMSGSIZE: self = .tooLarge(mtu: info)
        case (false, 11, _), (true, 3, _): self = .expired
        case (false, 3, 3), (true, 1, 4): self = .arrived
        case (false, 3, 9), (false, 3, 10), (false, 3, 13), (true, 1, 1):
            self = .refused("a firewall there refuses (administratively prohibited)")
        case (false, 3, 0), (false, 3, 6), (false, 3, 11), (true, 1, 0):
            self = .refused("it has no route to there (network unreachable)")
        case (false, 3, 1), (false, 3, 7), (false, 3, 12), (true, 1, 3):
            self = .refused("the host does not answer its neighbours (host unreachable)")
        default: self = .refused(describe(errno: code))
        }
    }
}
