import COpenSSL
import Glibc

@testable import TLS

/// OCSP responses, good ones and others.
enum StapleFactory {
    /// - Parameters:
    ///   - signer: who signs; a delegate's certificate comes along.
    ///   - seconds: this and next update, from now.
    static func response(
        about leaf: Issued, of issuer: Issued, status: CInt = V_OCSP_CERTSTATUS_GOOD, signer: Issued? = nil,
        seconds: ClosedRange<Int> = -3600...3600 * 72
    ) -> [UInt8] {
        let subject = X509Handle(der: leaf.der)!
        let authority = X509Handle(der: issuer.der)!
        let basic = OCSP_BASICRESP_new()
        defer { OCSP_BASICRESP_free(basic) }
        let id = OCSP_cert_to_id(EVP_sha1(), subject.pointer, authority.pointer)
        defer { OCSP_CERTID_free(id) }
        let (this, next) = (time(seconds.lowerBound), time(seconds.upperBound))
        let revoked = status == V_OCSP_CERTSTATUS_REVOKED ? time(-7200) : nil
        OCSP_basic_add1_status(basic, id, status, OCSP_REVOKED_STATUS_KEYCOMPROMISE, revoked, this, next)
        let own = X509Handle(der: (signer ?? issuer).der)!
        let key = (signer ?? issuer).key
        OCSP_basic_sign(basic, own.pointer, key.pointer, key.signsWithoutHash ? nil : EVP_sha256(), nil, 0)
        let response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic)
        defer { OCSP_RESPONSE_free(response) }
        return bytes(response)
    }

    /// The responder's error in place of an answer.
    static var tryLater: [UInt8] {
        let response = OCSP_response_create(OCSP_RESPONSE_STATUS_TRYLATER, nil)
        defer { OCSP_RESPONSE_free(response) }
        return bytes(response)
    }

    private static func time(_ seconds: Int) -> UnsafeMutablePointer<ASN1_TIME>? {
        ASN1_GENERALIZEDTIME_set(nil, Glibc.time(nil) + seconds)
    }

    private static func bytes(_ response: OpaquePointer?) -> [UInt8] {
        var start: UnsafeMutablePointer<UInt8>?
        let count = i2d_OCSP_RESPONSE(response, &start)
        defer { CRYPTO_free(start, nil, 0) }
        return Array(UnsafeBufferPointer(start: start, count: Int(count)))
    }
}

/// Has a server staple a response to its certificate.
func staple(_ response: [UInt8], in context: OpaquePointer?) {
    let kept = Unmanaged.passRetained(StapledResponse(response))
    _ = SSL_CTX_ctrl(context, SSL_CTRL_SET_TLSEXT_STATUS_REQ_CB_ARG, 0, kept.toOpaque())
    let answer: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> CInt = { ssl, argument in
        let response = Unmanaged<StapledResponse>.fromOpaque(argument!).takeUnretainedValue().bytes
        // The session frees it.
        let copy = CRYPTO_malloc(response.count, nil, 0)!
        response.withUnsafeBytes { copy.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        _ = SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_STATUS_REQ_OCSP_RESP, response.count, copy)
        return SSL_TLSEXT_ERR_OK
    }
    _ = SSL_CTX_callback_ctrl(
        context, SSL_CTRL_SET_TLSEXT_STATUS_REQ_CB, unsafeBitCast(answer, to: (@convention(c) () -> Void).self))
}

private final class StapledResponse: Sendable {
    let bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
}
