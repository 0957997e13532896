import Diagnostics
import Glibc
import Network

/// A certificate that certbot keeps renewed: `renewal/NAME.conf` and what lies in `live/NAME`.
struct CertbotLineage: Sendable {
    let name: String
    /// `live/NAME/fullchain.pem`, as servers are to name it.
    let path: String
    let holding: Holding?
    let authenticator: String?
    let isRenewed: Bool
    /// How long before its end certbot renews it.
    let renewBefore: Double?
    /// `live` points at another version than the newest one in `archive`.
    let isBehindArchive: Bool
    let problem: String?

    /// Seconds before the end at which certbot renews: as configured, or a third of a lifetime of more than ten days, half of a
    /// shorter one (certbot 4; earlier ones took 30 days, which of 90 is the third).
    var renewsBefore: Double? {
        if let renewBefore { return renewBefore }
        return holding?.leaf?.lifetime.map { $0 > 10 * 86_400 ? $0 / 3 : $0 / 2 }
    }

    /// When it will be renewed, or should have been.
    var renewsAt: Timestamp? {
        guard let end = holding?.leaf?.notAfter, let before = renewsBefore else { return nil }
        return end - before
    }
}

extension CertbotLineage {
    /// All of a certbot's folder, by name. Blocks.
    static func all(in folder: String) -> [CertbotLineage] {
        (Folder.files(in: "\(folder)/renewal") ?? []).filter { $0.hasSuffix(".conf") }.map { read($0, folder) }
    }

    private static func read(_ path: String, _ folder: String) -> CertbotLineage {
        let name = String(path.dropLast(".conf".count).split(separator: "/").last ?? "")
        let text = (try? TextFile.read(path, upTo: TextFile.largest)).map { String(decoding: $0, as: UTF8.self) }
        let keys = INIText.values(in: text ?? "")
        let chain = keys["fullchain"] ?? "\(folder)/live/\(name)/fullchain.pem"
        var files = CertificateFiles(patterns: [chain]).read().first
        if let key = keys["privkey"], let held = CertificateFiles(patterns: [key]).read().first {
            files?.keys = held.keys
        }
        return CertbotLineage(
            name: name, path: chain, holding: files, authenticator: keys["authenticator"],
            isRenewed: keys["autorenew"]?.lowercased() != "false",
            renewBefore: keys["renew_before_expiry"].flatMap(seconds),
            isBehindArchive: isBehind(
                keys["cert"] ?? "\(folder)/live/\(name)/cert.pem", keys["archive_dir"] ?? "\(folder)/archive/\(name)"),
            problem: text == nil ? "\(path) cannot be read" : files?.problems.first.map { "\(chain): \($0)" })
    }

    /// `30 days`.
    private static func seconds(_ text: String) -> Double? {
        let words = text.split(separator: " ")
        guard let number = words.first.flatMap({ Double($0) }) else { return nil }
        let units = ["day": 86_400.0, "hour": 3600, "week": 604_800, "minute": 60]
        return words.dropFirst().first.flatMap { word in units.first { word.hasPrefix($0.key) }?.value }.map {
            number * $0
        }
    }

    /// `cert12.pem` is newer than `cert9.pem`.
    private static func isBehind(_ live: String, _ archive: String) -> Bool {
        guard let room = realpath(live, nil) else { return false }
        defer { free(room) }
        let versions = (Folder.files(in: archive) ?? []).compactMap(version)
        return version(String(cString: room)).map { own in versions.contains { $0 > own } } ?? false
    }

    private static func version(_ path: String) -> Int? {
        guard let name = path.split(separator: "/").last, name.hasPrefix("cert"), name.hasSuffix(".pem") else {
            return nil
        }
        return Int(name.dropFirst(4).dropLast(4))
    }
}

/// `key = value`, in whatever section; `#` begins a comment.
enum INIText {
    static func values(in text: String) -> [String: String] {
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.drop(while: \.isWhitespace)
            guard !words.hasPrefix("#"), let equals = words.firstIndex(of: "=") else { continue }
            let key = words[..<equals].split(separator: " ").first.map(String.init) ?? ""
            let value = words[words.index(after: equals)...].drop(while: \.isWhitespace)
            values[key] = String(value.reversed().drop(while: \.isWhitespace).reversed())
        }
        return values
    }
}
