import COpenSSL
import Diagnostics

/// Turns OpenSSL's codes into flaws, one of a kind and certificate, with what would mend each.
struct FlawReader {
    let name: String
    let path: [Certificate]
    let sent: [Certificate]

    func read(_ found: [(code: CInt, depth: Int)], _ staple: Staple?) -> [Verification.Flaw] {
        var flaws: [Verification.Flaw] = []
        for (code, depth) in found {
            for flaw in all(code, path.indices.contains(depth) ? path[depth] : path.first) {
                // A missing issuer shows a second time as a signature that could not be checked.
                if !flaws.contains(where: { $0 == flaw || ($0.kind.isAboutIssuer && flaw.kind.isAboutIssuer) }) {
                    flaws.append(flaw)
                }
            }
        }
        // What breaks the chain comes before what only this name, or this key, is about.
        let all = revocation(staple) + flaws
        return all.filter { !$0.kind.leavesChain } + all.filter(\.kind.leavesChain)
    }

    private func all(_ code: CInt, _ certificate: Certificate?) -> [Verification.Flaw] {
        switch code {
        case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL, X509_V_ERR_CA_MD_TOO_WEAK:
            let flaws = certificate.map(weaknesses) ?? []
            return flaws.isEmpty ? [flaw(code, certificate)] : flaws
        default: return [flaw(code, certificate)]
        }
    }

    private func weaknesses(_ certificate: Certificate) -> [Verification.Flaw] {
        certificate.weaknesses.map {
            .init(kind: .weak, sentence: "\(certificate.title) is weak: \($0.words)", advice: $0.advice)
        }
    }

    private func revocation(_ staple: Staple?) -> [Verification.Flaw] {
        guard let staple, staple.isRevoking, case .revoked(let time, let reason)? = staple.status else { return [] }
        let since = time.map { " at \($0)" } ?? ""
        return [
            .init(
                kind: .revoked,
                sentence: "\(path.first?.title ?? "the certificate") was revoked by its issuer\(since)"
                    + (reason.map { " (\($0))" } ?? ""),
                advice: "have a new one issued, with a new key where the old one may be known to others")
        ]
    }

    private func flaw(_ code: CInt, _ certificate: Certificate?) -> Verification.Flaw {
        let title = certificate?.title ?? "a certificate"
        switch code {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return .init(
                kind: .expired, sentence: "\(title) expired at \(certificate?.notAfter?.description ?? "?")",
                advice: renewal(certificate))
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return .init(
                kind: .notYetValid,
                sentence: "\(title) is not valid before \(certificate?.notBefore?.description ?? "?")",
                advice: "compare the clocks of this machine and of the one that issued it")
        case X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD, X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD:
            return .init(
                kind: .invalidTime, sentence: "\(title) has a date that is no date", advice: "have it issued anew")
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            return mismatch(certificate)
        default:
            return issuerFlaw(code, title) ?? otherFlaw(code, title)
        }
    }

    private func renewal(_ certificate: Certificate?) -> String {
        let isLeaf = certificate == path.first
        return isLeaf
            ? "renew the certificate and reload the server"
            : "have the server send an intermediate that is still valid, or update the trusted authorities"
    }

    private func mismatch(_ certificate: Certificate?) -> Verification.Flaw {
        let names = certificate?.names ?? []
        let more = names.count > 5 ? " and \(names.count - 5) more" : ""
        let has = names.isEmpty ? "no names at all" : names.prefix(5).joined(separator: ", ") + more
        return .init(
            kind: .nameMismatch, sentence: "the certificate is not for \(name): it has \(has)", advice: naming(names))
    }

    private func naming(_ names: [String]) -> String {
        // Clients look at the common name no more (RFC 9525, 2).
        let isOnlyCommon = names.isEmpty && path.first?.commonName?.lowercased() == name.lowercased()
        return isOnlyCommon
            ? "its common name is, but clients look at the subject alternative names only: issue it with DNS:\(name) there"
            : "issue it for \(name), or set server_name to a name that clients use"
    }

    private func issuerFlaw(_ code: CInt, _ title: String) -> Verification.Flaw? {
        switch code {
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            return .init(
                kind: .selfSigned, sentence: "\(title) is signed by itself and not trusted here",
                advice: "have an authority sign it, or name it in ca_file")
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            return .init(
                kind: .unknownAuthority, sentence: "the chain ends at \(title), which is not trusted here",
                advice: "name the authority's certificate in ca_file")
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return missingIssuer()
        default: return nil
        }
    }

    /// A server that sends nothing but its own certificate, which says where its issuer's can be fetched, forgot the
    /// intermediate: roots sign no servers. Where intermediates were sent, what is missing above them is the root, which
    /// nobody sends, and which this machine doesn't know. A leaf that gives no hint may be a private authority's.
    private func missingIssuer() -> Verification.Flaw {
        guard let top = path.last else { return .noCertificate }
        if path.count == 1, let address = top.issuerAddress {
            return .init(
                kind: .missingIntermediate,
                sentence:
                    "\(top.title) was issued by \(top.issuer), which the server does not send (it sent \(sent.count))",
                advice: "add the issuer's certificate to the server's chain file; it can be had at \(address)")
        }
        let hint = top.issuerAddress.map { "; its issuer is at \($0)" } ?? ""
        return .init(
            kind: .unknownAuthority,
            sentence:
                "\(top.title) was issued by \(top.issuer), which the server does not send and which is not trusted here",
            advice: "have the server send its whole chain, or name the authority's certificate in ca_file" + hint)
    }

    private func otherFlaw(_ code: CInt, _ title: String) -> Verification.Flaw {
        let words = X509_verify_cert_error_string(Int(code)).map { String(cString: $0) } ?? "error \(code)"
        let kind: Verification.Flaw.Kind =
            switch code {
            case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL, X509_V_ERR_CA_MD_TOO_WEAK: .weak
            case X509_V_ERR_INVALID_PURPOSE, X509_V_ERR_INVALID_CA, X509_V_ERR_CERT_UNTRUSTED,
                X509_V_ERR_CERT_REJECTED:
                .wrongPurpose
            case X509_V_ERR_CERT_SIGNATURE_FAILURE: .badSignature
            default: .other
            }
        return .init(
            kind: kind, sentence: "\(title): \(words)", advice: "have it issued anew in a way that clients accept")
    }
}

extension Verification.Flaw.Kind {
    /// The path to a trusted authority holds all the same.
    var leavesChain: Bool { self == .nameMismatch || self == .weak }

    var isAboutIssuer: Bool { self == .selfSigned || self == .unknownAuthority || self == .missingIntermediate }
}

extension Verification.Flaw {
    static let noCertificate = Verification.Flaw(
        kind: .other, sentence: "the server showed no certificate that can be read",
        advice: "look at the server's certificate file with openssl x509 -text")
}
