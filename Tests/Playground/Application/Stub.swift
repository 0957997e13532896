import Foundation

public final class RecordedHost: Sendable {
    static func start(on ground: Ground) throws -> RecordedHost { RecordedHost() }
}
final class Episodes: Sendable {}
