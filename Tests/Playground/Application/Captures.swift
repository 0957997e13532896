import Foundation

/// What a running application was seen to answer, and to log.
enum Captures {
    static func text(_ name: String) throws -> String {
        guard let url = Bundle.module.url(forResource: "Captures/" + name, withExtension: nil) else {
            throw PlaygroundError("no capture named \(name)", isFinal: true)
        }
        return try String(contentsOf: url, encoding: .utf8)
    }
}
