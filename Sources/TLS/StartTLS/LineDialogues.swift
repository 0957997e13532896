/// RFC 9051, 6.2.1.
struct IMAPDialogue: StartTLSDialogue {
    private var hasGreeted = false

    mutating func begin() -> [UInt8] { [] }

    mutating func receive(_ bytes: inout [UInt8]) -> StartTLSAction {
        while let line = takeLine(&bytes) {
            if !hasGreeted {
                guard line.uppercased().hasPrefix("* OK") else {
                    return line.hasPrefix("* ") ? .refused(line) : .foreign
                }
                hasGreeted = true
                return .send("d1 STARTTLS")
            }
            if line.hasPrefix("* ") { continue }
            return line.uppercased().hasPrefix("D1 OK") ? .begin : line.hasPrefix("d1 ") ? .refused(line) : .foreign
        }
        return bytes.count > 64 << 10 ? .foreign : .wait
    }
}

/// RFC 2595, 4.
struct POP3Dialogue: StartTLSDialogue {
    private var hasGreeted = false

    mutating func begin() -> [UInt8] { [] }

    mutating func receive(_ bytes: inout [UInt8]) -> StartTLSAction {
        guard let line = takeLine(&bytes) else { return bytes.count > 64 << 10 ? .foreign : .wait }
        guard line.hasPrefix("+OK") else { return line.hasPrefix("-ERR") ? .refused(line) : .foreign }
        if hasGreeted { return .begin }
        hasGreeted = true
        return .send("STLS")
    }
}

/// ManageSieve (RFC 5804, 2.2): capabilities until OK, before and after.
struct SieveDialogue: StartTLSDialogue {
    private var hasGreeted = false

    mutating func begin() -> [UInt8] { [] }

    mutating func receive(_ bytes: inout [UInt8]) -> StartTLSAction {
        while let line = takeLine(&bytes) {
            let word = line.uppercased()
            if word.hasPrefix("OK") {
                if hasGreeted { return .begin }
                hasGreeted = true
                return .send("STARTTLS")
            }
            if word.hasPrefix("NO") || word.hasPrefix("BYE") { return .refused(line) }
            guard line.hasPrefix("\"") else { return .foreign }
        }
        return bytes.count > 64 << 10 ? .foreign : .wait
    }
}
