/// A key as bytes, which it is: binary, with line feeds, with escape codes for a terminal.
public struct KeyName: Sendable, Hashable {
    /// Longer keys are kept by their beginning only, so that a few of 512 MB cannot fill the memory.
    static let longest = 512

    public let bytes: [UInt8]
    /// Of the whole key.
    public let length: Int

    public init(_ key: [UInt8]) {
        bytes = key.count > Self.longest ? Array(key.prefix(Self.longest)) : key
        length = key.count
    }

    /// - Parameter length: of the whole key, of which `start` may be the beginning only.
    init(_ start: UnsafeRawBufferPointer, length: Int) {
        bytes = Array(start.prefix(Self.longest))
        self.length = max(length, start.count)
    }
}

extension KeyName: CustomStringConvertible {
    /// The key with everything escaped that is not printable text, so that it is one line and harms no terminal.
    public var description: String {
        let rest = length > bytes.count ? "… (\(length) bytes)" : ""
        return Self.escaped(bytes) + rest
    }

    /// `\n`, `\r`, `\t`, `\\`, and `\xNN` for each byte that is neither printable ASCII nor part of a printable
    /// character in UTF-8. Nothing that reorders text or takes no space is let through.
    public static func escaped(_ bytes: [UInt8]) -> String {
        var result = ""
        var rest = bytes[...]
        while let scalar = firstScalar(of: rest) {
            switch scalar {
            case .printable(let scalar, let width):
                if scalar == "\\" { result += "\\" }
                result.unicodeScalars.append(scalar)
                rest = rest.dropFirst(width)
            case .bytes(let width):
                for byte in rest.prefix(width) { result += escape(byte) }
                rest = rest.dropFirst(width)
            }
        }
        return result
    }

    private enum Piece {
        case printable(Unicode.Scalar, width: Int)
        case bytes(Int)
    }

    private static func firstScalar(of rest: ArraySlice<UInt8>) -> Piece? {
        guard let first = rest.first else { return nil }
        if first < 0x80 {
            return first >= 0x20 && first < 0x7f ? .printable(Unicode.Scalar(first), width: 1) : .bytes(1)
        }
        var decoder = UTF8()
        var source = rest.makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&source) else { return .bytes(1) }
        let width = UTF8.width(scalar)
        return scalar.isPrintable ? .printable(scalar, width: width) : .bytes(width)
    }

    private static func escape(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "\n"): return "\\n"
        case UInt8(ascii: "\r"): return "\\r"
        case UInt8(ascii: "\t"): return "\\t"
        default: return (byte < 16 ? "\\x0" : "\\x") + String(byte, radix: 16)
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isPrintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
