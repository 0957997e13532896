/// Guesses a key's type from its name, so that its length can be asked for at once: keys of one shape are of one type.
///
/// A wrong guess costs an error reply (WRONGTYPE), which the server counts. So a shape is trusted only after so many keys
/// in a row were of one type, and sixteen times as many after each surprise: of a million keys of a shape at most five are
/// guessed wrong, however the types alternate. Whoever knows the length's command was taken knows the type.
struct TypePredictor: Sendable {
    private struct Guess {
        var shape: UInt32 = 0
        var type = KeyType.unknown
        /// 4 to the power of this many in a row are asked for.
        var caution: UInt8 = 0
        var inARow: UInt32 = 0
    }

    private var guesses = [Guess](repeating: Guess(), count: 1 << 12)
    private(set) var surprises: Int64 = 0

    private static let firstTrust: UInt32 = 16

    /// What keys of a name's shape were so far; `.unknown` where they are not trusted.
    func type(of shape: UInt32) -> KeyType {
        let guess = guesses[Self.place(shape)]
        guard guess.shape == shape, guess.inARow >= Self.trust(guess.caution) else { return .unknown }
        return guess.type
    }

    /// What a key of this shape turned out to be.
    mutating func learn(_ shape: UInt32, _ type: KeyType) {
        guard type.hasLength else { return }
        let place = Self.place(shape)
        if guesses[place].shape == shape, guesses[place].type == type {
            if guesses[place].inARow < .max { guesses[place].inARow += 1 }
        } else if guesses[place].shape == shape {
            guesses[place].type = type
            guesses[place].inARow = 1
        } else if guesses[place].inARow > 1 {
            // Another shape has its place: it must fall out of use before.
            guesses[place].inARow /= 2
        } else {
            guesses[place] = Guess(shape: shape, type: type, caution: 0, inARow: 1)
        }
    }

    /// A guess was wrong.
    mutating func wasWrong(_ shape: UInt32) {
        surprises += 1
        let place = Self.place(shape)
        guard guesses[place].shape == shape else { return }
        guesses[place].inARow = 0
        guesses[place].caution = min(6, guesses[place].caution + 1)
    }

    static func place(_ shape: UInt32) -> Int { Int((shape &* 0x9E37_79B1) >> 20) }

    private static func trust(_ caution: UInt8) -> UInt32 { firstTrust << (4 * UInt32(caution)) }

    /// Of a name: its first segment, its last one where that is a word, and how many there are. `debate:42:rounds` has the
    /// shape of `debate:7:rounds`, and `debate:open` another than `debate:42`.
    static func shape(of name: UnsafeRawBufferPointer) -> UInt32 {
        var first: UInt32 = 0x811C_9DC5
        var segment = first
        var segments: UInt32 = 0
        var hasDigit = false
        for byte in name.prefix(64) {
            if KeyPrefixes.isSeparator(byte) {
                if segments == 0 { first = segment }
                segments += 1
                (segment, hasDigit) = (0x811C_9DC5, false)
            } else {
                if byte &- UInt8(ascii: "0") < 10 { hasDigit = true }
                segment = (segment ^ UInt32(byte)) &* 0x0100_0193
            }
        }
        guard segments > 0 else { return hasDigit ? 1 : 2 }
        // The last of two segments is mostly an id, be it of digits or a name; of three or more mostly a word.
        let last = hasDigit ? 3 : (segments > 1 ? segment : 5)
        return (first &* 31 ^ last) &* 31 ^ segments
    }
}
