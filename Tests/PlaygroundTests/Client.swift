import Foundation
import Glibc

@testable import Playground

/// The simplest of clients, apart from what the playground itself uses.
enum Client {
    /// Sends `text` and gives what comes back until the other side closes, or until `limit` has passed.
    static func talk(to port: UInt16, _ text: String, limit: Duration = .seconds(5)) throws -> String {
        let descriptor = try Socket.connected(to: port, limit: limit)
        defer { close(descriptor) }
        Socket.send(Array(text.utf8), to: descriptor)
        var answer: [UInt8] = []
        while true {
            let bytes = Socket.receive(from: descriptor)
            if bytes.isEmpty { return String(decoding: answer, as: UTF8.self) }
            answer += bytes
        }
    }

    static func get(_ path: String, from port: UInt16, token: String? = nil) throws -> HTTPAnswer {
        let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        let answer = try talk(to: port, "GET \(path) HTTP/1.1\r\nHost: app\r\n\(authorization)\r\n")
        let parts = answer.split(separator: "\r\n\r\n", maxSplits: 1)
        return HTTPAnswer(Int(answer.dropFirst(9).prefix(3)) ?? 0, body: parts.count == 2 ? String(parts[1]) : "")
    }

    /// The sum of all samples of a metric whose labels contain `label`.
    static func sum(_ name: String, _ label: String, in page: String) -> Double {
        page.split(separator: "\n").filter { $0.hasPrefix(name + "{") && (label.isEmpty || $0.contains(label)) }
            .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
    }

    /// Runs a shell script and gives its status and what it printed.
    static func shell(_ script: String) throws -> (status: CInt, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
