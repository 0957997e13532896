import COpenSSL
import Diagnostics

extension Staple {
    /// Reads a response and checks it: whether it is about `leaf`, and signed by `issuer` or by a responder that `issuer`
    /// certified for that (RFC 6960, 4.2.2.2). Who is trusted here is of no matter to that.
    static func read(_ bytes: [UInt8], of leaf: OpaquePointer, by issuer: OpaquePointer?, at now: Timestamp) -> Staple {
        ERR_clear_error()
        defer { ERR_clear_error() }
        let response = bytes.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return d2i_OCSP_RESPONSE(nil, &start, buffer.count)
        }
        guard let response else { return Staple(defect: .unreadable) }
        defer { OCSP_RESPONSE_free(response) }
        let code = OCSP_response_status(response)
        guard code == OCSP_RESPONSE_STATUS_SUCCESSFUL else {
            let word = OCSP_response_status_str(Int(code)).map { String(cString: $0) } ?? "status \(code)"
            return Staple(defect: .failed(word))
        }
        guard let basic = OCSP_response_get1_basic(response) else { return Staple(defect: .unreadable) }
        defer { OCSP_BASICRESP_free(basic) }
        return read(basic, of: leaf, by: issuer, at: now)
    }

    private static func read(
        _ basic: OpaquePointer, of leaf: OpaquePointer, by issuer: OpaquePointer?, at now: Timestamp
    ) -> Staple {
        let produced = Timestamp(OCSP_resp_get0_produced_at(basic))
        guard let single = single(for: leaf, by: issuer, in: basic) else {
            return Staple(produced: produced, defect: .otherCertificate)
        }
        var reason: CInt = -1
        var revoked: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
        var this: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
        var next: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
        let code = OCSP_single_get0_status(single, &reason, &revoked, &this, &next)
        let status: Status =
            switch code {
            case V_OCSP_CERTSTATUS_GOOD: .good
            case V_OCSP_CERTSTATUS_REVOKED: .revoked(Timestamp(revoked), reason: word(ofReason: reason))
            default: .unknown
            }
        return Staple(
            status: status, produced: produced, thisUpdate: Timestamp(this), nextUpdate: Timestamp(next),
            defect: isSigned(basic, by: issuer, at: now) ? nil : .badSignature)
    }

    private static func word(ofReason reason: CInt) -> String? {
        reason < 0 ? nil : OCSP_crl_reason_str(Int(reason)).map { String(cString: $0) }
    }

    /// The response for one certificate, whatever hash it names the issuer by.
    private static func single(
        for leaf: OpaquePointer, by issuer: OpaquePointer?, in basic: OpaquePointer
    ) -> OpaquePointer? {
        (0..<max(0, OCSP_resp_count(basic))).lazy.compactMap { OCSP_resp_get0(basic, $0) }.first { single in
            guard let id = OCSP_SINGLERESP_get0_id(single) else { return false }
            return names(id, leaf, issuer)
        }
    }

    private static func names(_ id: OpaquePointer, _ leaf: OpaquePointer, _ issuer: OpaquePointer?) -> Bool {
        var hash: OpaquePointer?
        var serial: UnsafeMutablePointer<ASN1_INTEGER>?
        OCSP_id_get0_info(nil, &hash, nil, &serial, id)
        // Without the issuer's key there is only the number to go by.
        guard let issuer else { return ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(leaf)) == 0 }
        guard let algorithm = OBJ_nid2sn(OBJ_obj2nid(hash)).flatMap({ EVP_get_digestbyname($0) }),
            let expected = OCSP_cert_to_id(algorithm, leaf, issuer)
        else { return false }
        defer { OCSP_CERTID_free(expected) }
        return OCSP_id_cmp(expected, id) == 0
    }

    /// With the issuer as the only one who is trusted.
    private static func isSigned(_ basic: OpaquePointer, by issuer: OpaquePointer?, at now: Timestamp) -> Bool {
        guard let issuer, let store = X509_STORE_new() else { return false }
        defer { X509_STORE_free(store) }
        X509_STORE_add_cert(store, issuer)
        X509_STORE_set_flags(store, UInt(X509_V_FLAG_PARTIAL_CHAIN))
        X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), time_t(now.secondsSinceEpoch))
        let known = X509Stack()
        known.share(issuer)
        return OCSP_basic_verify(basic, known.pointer, store, 0) == 1
    }
}
