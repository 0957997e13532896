import Diagnostics
import TLS
import Yams

/// Certificates in YAML and JSON: Kubernetes' Secrets and ConfigMaps, lists of them, and kubeconfig files.
public enum CertificateDocuments {
    /// How files are taken apart that have such documents in them.
    public static let unpacking = CertificateFiles.Unpacking("yaml") { bytes in
        looksLikeDocument(bytes) ? pieces(String(decoding: bytes, as: UTF8.self)) : nil
    }

    /// Without it every file of text would be parsed.
    private static func looksLikeDocument(_ bytes: [UInt8]) -> Bool {
        let start = Array(bytes.prefix(1 << 16))
        return ["apiVersion", "client-certificate", "certificate-authority", "tls.crt"].contains {
            start.firstRange(of: Array($0.utf8)) != nil
        }
    }

    /// Nil for what is no YAML.
    static func pieces(_ text: String) -> [CertificateFiles.Unpacking.Piece]? {
        guard let documents = try? Array(compose_all(yaml: text, .basic)) else { return nil }
        let found = documents.flatMap(pieces(in:))
        return found.isEmpty ? nil : found
    }

    private static func pieces(in node: Node) -> [CertificateFiles.Unpacking.Piece] {
        switch node["kind"]?.string {
        case "List"?, "SecretList"?, "ConfigMapList"?: (node["items"]?.sequence.map(Array.init) ?? []).flatMap(pieces)
        case "Secret"?: secret(node)
        case "ConfigMap"?: configMap(node)
        default: kubeconfig(node)
        }
    }

    // MARK: Secrets

    private static func secret(_ node: Node) -> [CertificateFiles.Unpacking.Piece] {
        let name = "Secret \(title(of: node))"
        var values: [(String, [UInt8])] = pairs(node["data"]).compactMap { key, text in
            Base64Text.bytes(text).map { (key, $0) }
        }
        values += pairs(node["stringData"]).map { ($0, Array($1.utf8)) }
        // The key belongs to the certificate beside it.
        let own = values.filter { $0.0 == "tls.crt" || $0.0 == "tls.key" }.sorted { $0.0 < $1.0 }
        let others = values.filter { $0.0 != "tls.crt" && $0.0 != "tls.key" && looksLikeCertificate($0.1, named: $0.0) }
        let pair = own.isEmpty ? [] : [piece("\(name), tls.crt", "Secret", own.map(\.1))]
        return pair + others.map { piece("\(name), \($0.0)", "Secret", [$0.1]) }
    }

    private static func configMap(_ node: Node) -> [CertificateFiles.Unpacking.Piece] {
        pairs(node["data"]).map { ($0, Array($1.utf8)) }.filter { looksLikeCertificate($0.1, named: $0.0) }.map {
            piece("ConfigMap \(title(of: node)), \($0.0)", "ConfigMap", [$0.1])
        }
    }

    private static func looksLikeCertificate(_ bytes: [UInt8], named name: String) -> Bool {
        if bytes.firstRange(of: Array("-----BEGIN ".utf8)) != nil { return true }
        return bytes.first == 0x30 && [".p12", ".pfx", ".der", ".crt", ".cer"].contains { name.hasSuffix($0) }
    }

    private static func title(of node: Node) -> String {
        let metadata = node["metadata"]
        let name = metadata?["name"]?.string ?? "without a name"
        return metadata?["namespace"]?.string.map { "\($0)/\(name)" } ?? name
    }

    // MARK: kubeconfig

    private static func kubeconfig(_ node: Node) -> [CertificateFiles.Unpacking.Piece] {
        entries(node, "clusters", "cluster").flatMap { name, cluster in
            data(cluster, "certificate-authority").map { piece("cluster \(name)", "kubeconfig", content: [$0]) }
        }
            + entries(node, "users", "user").flatMap { name, user in
                let content = data(user, "client-certificate") + data(user, "client-key")
                return content.isEmpty ? [] : [piece("user \(name)", "kubeconfig", content: content)]
            }
    }

    private static func entries(_ node: Node, _ list: String, _ key: String) -> [(String, Node)] {
        (node[list]?.sequence.map(Array.init) ?? []).compactMap { entry in
            entry[key].map { (entry["name"]?.string ?? "without a name", $0) }
        }
    }

    /// What stands there itself, in Base64, or the file that is named.
    private static func data(_ node: Node, _ key: String) -> [CertificateFiles.Unpacking.Piece.Content] {
        if let text = node["\(key)-data"]?.string { return [.bytes(Base64Text.bytes(text) ?? [])] }
        return node[key]?.string.map { [.file($0)] } ?? []
    }

    // MARK: Both

    private static func pairs(_ node: Node?) -> [(String, String)] {
        (node?.mapping.map(Array.init) ?? []).compactMap { key, value in
            key.string.flatMap { name in value.string.map { (name, $0) } }
        }
    }

    private static func piece(
        _ place: String, _ format: String, _ bytes: [[UInt8]]
    ) -> CertificateFiles.Unpacking.Piece { piece(place, format, content: bytes.map { .bytes($0) }) }

    private static func piece(
        _ place: String, _ format: String, content: [CertificateFiles.Unpacking.Piece.Content]
    ) -> CertificateFiles.Unpacking.Piece { .init(place: place, format: format, content: content) }
}

/// RFC 4648, 4; line breaks are left out.
enum Base64Text {
    static func bytes(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (bits, count) = (0, 0)
        for character in text.utf8 {
            if [UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: " "), UInt8(ascii: "=")].contains(character) {
                continue
            }
            guard let value = value(of: character) else { return nil }
            bits = bits << 6 | value
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            bits &= (1 << count) - 1
        }
        return bytes
    }

    private static func value(of character: UInt8) -> Int? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(character) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(character) - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(character) + 4
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
