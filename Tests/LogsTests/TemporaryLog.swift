import CZlib
import Diagnostics
import Glibc

@testable import Logs

/// A folder of its own with a log in it; both are removed with this value.
final class TemporaryLog: Sendable {
    let folder: String
    let path: String

    init(_ name: String = "server.log") throws {
        var template = Array("/tmp/diag-logs-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemFailure(errno) }
        folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        path = folder + "/" + name
    }

    deinit {
        for name in names { unlink(folder + "/" + name) }
        rmdir(folder)
    }

    private var names: [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }

    func append(_ lines: [String]) throws { try write(lines.map { $0 + "\n" }.joined()) }

    func write(_ text: String, to suffix: String = "") throws { try write(Array(text.utf8), to: suffix) }

    func write(_ bytes: [UInt8], to suffix: String = "") throws {
        guard let file = fopen(path + suffix, "a") else { throw SystemFailure(errno) }
        defer { fclose(file) }
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw SystemFailure(errno) }
    }

    /// A predecessor, compressed when its suffix says so. Each is a little newer than the one before.
    func rotate(_ lines: [String], to suffix: String) throws {
        let text = lines.map { $0 + "\n" }.joined()
        guard suffix.hasSuffix(".gz") else { return try write(text, to: suffix) }
        guard let stream = gzopen(path + suffix, "w") else { throw SystemFailure(errno) }
        defer { gzclose(stream) }
        gzputs(stream, text)
    }

    func copy(to suffix: String, truncating: Bool) throws {
        guard let file = fopen(path, "r") else { throw SystemFailure(errno) }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&buffer, 1, buffer.count, file)
        try write(Array(buffer.prefix(count)), to: suffix)
        if truncating, truncate(path, 0) != 0 { throw SystemFailure(errno) }
    }

    /// The log as it would be seen at this moment; stamps without a zone are UTC.
    func observe(
        at moment: String, _ change: (inout LogSettings) -> Void = { _ in }, within duration: Duration = .seconds(30)
    ) async -> Observation {
        var settings = LogSettings(path: path, timeZone: .utc)
        change(&settings)
        let target = Target(kind: .log, name: "log", address: path)
        let probe = LogProbe(target: target, settings: settings) { time(moment) }
        return await probe.observe(until: .after(duration))
    }
}

struct SystemFailure: Error {
    let code: CInt
    init(_ code: CInt) { self.code = code }
}

/// The moment of an ISO 8601 text that says its zone.
func time(_ text: String) -> Timestamp {
    var clock = LineClock(now: Timestamp(secondsSinceEpoch: 0), zone: .utc)
    let moment = Array(text.utf8).withUnsafeBytes { StampReader.stamp(of: $0) }.flatMap { clock.moment($0) }
    return Timestamp(secondsSinceEpoch: moment ?? .nan)
}

extension Observation {
    func value(_ metric: String) -> Double? { samples.first { $0.metric.name == metric }?.value }

    func gap(_ metric: String) -> String? { gaps.first { $0.metric == metric }?.reason }

    /// A table's rows with their cells as words.
    func rows(_ id: String) -> [String] {
        guard case .table(let table) = evidence.first(where: { $0.id == id })?.body else { return [] }
        return table.rows.map { $0.map(\.words).joined(separator: " ") }
    }

    func fact(_ id: String) -> String? {
        guard case .fact(let text) = evidence.first(where: { $0.id == id })?.body else { return nil }
        return text
    }
}

extension Cell {
    fileprivate var words: String {
        switch self {
        case .text(let text): text
        case .integer(let number): "\(number)"
        case .time(let time): "\(time)"
        case .none: "-"
        default: "\(self)"
        }
    }
}
