/// What equal waiters have in common: whose they are, what they want, and what they do but for its literals.
struct LockLikeness: Hashable {
    private let who: [String?]
    private let object: LockedObject
    private let modes: [LockMode]
    private let kind: Blocker.Kind?
    private let statement: String?

    init(_ wait: LockGraph.Wait, _ blocker: Blocker?, _ party: LockParty?) {
        who = [party?.role, party?.database, party?.application, party?.backendType]
        object = wait.object
        modes = [wait.mode] + (blocker.map { [$0.mode] } ?? [])
        kind = blocker?.kind
        statement = party?.query.map(Self.withoutLiterals)
    }

    /// Strings and numbers as question marks: statements that differ in those only are one statement here.
    private static func withoutLiterals(_ statement: String) -> String {
        var text = ""
        var isInString = false
        for character in statement {
            if character == "'" {
                isInString.toggle()
                if isInString { text += "?" }
            } else if !isInString {
                let isDigit = character.isASCII && character.isNumber
                if !isDigit { text.append(character) } else if text.last != "?" { text += "?" }
            }
        }
        return text
    }
}
