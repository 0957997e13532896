extension String {
    /// Everything but letters, digits, `-`, `.`, `_` and `~` as `%XX` (RFC 3986, 2.3): part of a URL's path or query.
    public var percentEncoded: String {
        utf8.map { byte in
            let scalar = Unicode.Scalar(byte)
            if scalar.isASCII,
                "-._~".unicodeScalars.contains(scalar) || Character(scalar).isLetter || Character(scalar).isNumber
            {
                return String(scalar)
            }
            let digits = String(byte, radix: 16, uppercase: true)
            return byte < 16 ? "%0\(digits)" : "%\(digits)"
        }.joined()
    }
}
