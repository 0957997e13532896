/// A name and password that some server knows, and the file that clients can read the password from.
public struct Account: Sendable {
    public let name: String
    public let password: String
    public let passwordFile: String

    /// A new random password.
    init(_ name: String, for service: String, on ground: Ground) throws {
        self.name = name
        password = Self.randomPassword()
        passwordFile = try ground.writeSecret(password, named: "\(service)-\(name).password")
    }

    private static func randomPassword() -> String {
        let letters = Array("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789")
        return String((0..<20).map { _ in letters[Int.random(in: letters.indices)] })
    }
}
