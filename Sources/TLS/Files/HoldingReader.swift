import COpenSSL

/// Takes a file's bytes apart, whatever form they have: PEM, DER or PKCS#12.
struct HoldingReader {
    let path: String
    var place = ""
    var password: String?

    /// - Returns: nil for bytes that hold neither a certificate nor a key.
    func read(_ bytes: [UInt8]) -> Holding? {
        if bytes.firstRange(of: "-----BEGIN ".utf8) != nil { return pem(bytes) }
        guard bytes.first == 0x30 else { return nil }
        return certificate(bytes) ?? PKCS12(path: path, password: password).read(bytes) ?? key(bytes)
    }

    private func pem(_ bytes: [UInt8]) -> Holding {
        var holding = Holding(path: path, place: place, format: "PEM")
        let blocks = PEM.blocks(in: bytes)
        for block in blocks {
            if block.isCertificate {
                if let one = Certificate(der: block.der) {
                    holding.certificates.append(one)
                } else {
                    holding.problems.append("a \(block.label) block holds no certificate")
                }
            } else if block.isPrivateKey {
                holding.keys.append(key(of: block, in: bytes))
            }
        }
        let begun = count(of: "-----BEGIN ", in: bytes)
        if begun > blocks.count { holding.problems.append("block \(blocks.count + 1) of \(begun) is damaged") }
        return holding
    }

    private func count(of text: String, in bytes: [UInt8]) -> Int { bytes.ranges(of: Array(text.utf8)).count }

    private func key(of block: PEM.Block, in text: [UInt8]) -> HeldKey {
        guard block.isEncrypted else { return HeldKey(PrivateKey(der: block.der), isEncrypted: false) }
        guard let password else { return HeldKey(nil, isEncrypted: true) }
        return HeldKey(PrivateKey(pem: text, password: password), isEncrypted: true)
    }

    private func certificate(_ bytes: [UInt8]) -> Holding? {
        guard let one = Certificate(der: bytes) else { return nil }
        var holding = Holding(path: path, place: place, format: "DER")
        holding.certificates = [one]
        return holding
    }

    private func key(_ bytes: [UInt8]) -> Holding? {
        guard let key = PrivateKey(der: bytes) else { return nil }
        var holding = Holding(path: path, place: place, format: "DER")
        holding.keys = [HeldKey(key, isEncrypted: false)]
        return holding
    }
}

extension HeldKey {
    init(_ key: consuming PrivateKey?, isEncrypted: Bool) {
        switch consume key {
        case .some(let key): self.init(key: Certificate.PublicKey(key.pointer), pin: key.pin, isEncrypted: isEncrypted)
        case .none: self.init(key: nil, pin: nil, isEncrypted: isEncrypted)
        }
    }
}
