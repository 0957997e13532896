import Foundation
import Glibc

/// The orders that a running playground takes, a line each, from its terminal or from another shell: a unix socket
/// named `control` in its folder.
public struct Control: Sendable {
    private let playground: Playground

    public init(of playground: Playground) { self.playground = playground }

    /// Does what a line says and tells how that went, in a few lines of text.
    /// - Returns: `nil` for `quit`.
    public func answer(to line: String) async -> String? {
        let words = line.split(separator: " ").map(String.init)
        switch (words.first ?? "", words.dropFirst().first) {
        case ("", _): return ""
        case ("quit", _): return nil
        case ("list", _): return list()
        case ("bring", let name?): return await change(name, "brought") { try await playground.bring($0) }
        case ("mend", let name?): return await change(name, "mended") { try await playground.mend($0) }
        default: return "bring FAULT, mend FAULT, list or quit"
        }
    }

    /// Takes orders from other processes. `quit` is called when one of them is to end the playground.
    public func listen(quit: @escaping @Sendable () -> Void) async throws {
        let path = Self.path(in: try await playground.folder())
        let descriptor = try Self.bound(to: path)
        detach("control") {
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { continue }
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                detach("order") { serve(connection, quit: quit) }
            }
        }
    }

    /// Sends one order to a playground that runs in another process. Blocks.
    /// - Throws: when no playground listens there.
    public static func send(_ line: String, toFolder folder: String) throws -> String {
        let descriptor = try Socket.makeUnix()
        defer { close(descriptor) }
        let path = path(in: folder)
        guard withUnixAddress(path, { connect(descriptor, $0, $1) }) == 0 else {
            throw PlaygroundError.system("connect to \(path)")
        }
        Socket.send(Array((line + "\n").utf8), to: descriptor)
        var answer: [UInt8] = []
        while true {
            let bytes = Socket.receive(from: descriptor)
            if bytes.isEmpty { return String(decoding: answer, as: UTF8.self) }
            answer += bytes
        }
    }

    /// The folders of the playgrounds that take orders on this machine.
    public static func folders() -> [String] {
        let root = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return names.filter { $0.hasPrefix("diag-playground-") }.map { root + "/" + $0 }
            .filter { FileManager.default.fileExists(atPath: path(in: $0)) }
    }

    private static func path(in folder: String) -> String { folder + "/control" }

    private func list() -> String {
        let brought = Set(playground.faults)
        let width = Fault.allCases.map(\.rawValue.count).max() ?? 0
        return Fault.allCases.map { fault in
            let name = fault.rawValue.padding(toLength: width, withPad: " ", startingAt: 0)
            return "\(brought.contains(fault) ? "*" : " ") \(name)  \(fault.alert)"
        }.joined(separator: "\n")
    }

    private func change(_ name: String, _ done: String, _ body: (Fault) async throws -> Void) async -> String {
        guard let fault = Fault(rawValue: name) else { return "no fault is named \(name); see list" }
        do {
            try await body(fault)
            return "\(name): \(done)"
        } catch {
            return "\(name): \(error)"
        }
    }

    private func serve(_ connection: CInt, quit: @escaping @Sendable () -> Void) {
        let line = String(decoding: Socket.receive(from: connection), as: UTF8.self)
        Task {
            let answer = await answer(to: line.trimmingCharacters(in: .whitespacesAndNewlines))
            Socket.send(Array(((answer ?? "goodbye") + "\n").utf8), to: connection)
            close(connection)
            if answer == nil { quit() }
        }
    }

    private static func bound(to path: String) throws -> CInt {
        let descriptor = try Socket.makeUnix()
        guard withUnixAddress(path, { bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, 8) == 0 else {
            defer { close(descriptor) }
            throw PlaygroundError.system("listen on \(path)")
        }
        return descriptor
    }
}
