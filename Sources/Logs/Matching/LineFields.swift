/// What stands where in one line.
struct LineFields {
    private let line: Bytes

    init(_ line: Bytes) { self.line = line }

    /// Longer texts are cut: what a client sends must not fill the memory, nor the screen.
    static let longest = 200

    func source(_ field: LogField) -> String? {
        if field == .automatic { return automaticSource().map { text($0) } }
        return range(field).flatMap { value(Address.host(in: line, $0)) }
    }

    func endpoint(_ field: LogField) -> String? {
        switch field {
        case .automatic: (Self.requestPath(in: line) ?? path()).flatMap(value)
        case .request: Self.requestPath(in: line).flatMap(value)
        default: range(field).flatMap { value(trimmed($0)) }
        }
    }

    func user(_ field: LogField) -> String? {
        let found = field == .automatic ? automaticUser() : range(field)
        return found.flatMap { value(trimmed($0)) }
    }

    /// How many events the line stands for: syslog daemons write `message repeated 5 times: [ … ]`.
    var weight: Int {
        guard let start = line.first(Array("message repeated ".utf8)) else { return 1 }
        let digits = line.part(start + 17..<line.count).prefix { $0.isDigit }
        guard (1...6).contains(digits.count), line.starts(with: " times: [", at: start + 17 + digits.count) else {
            return 1
        }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private func text(_ range: Range<Int>) -> String {
        line.part(range.lowerBound..<min(range.upperBound, range.lowerBound + Self.longest)).text
    }

    /// Nil for what is empty or, as web servers write what isn't there, a dash.
    private func value(_ range: Range<Int>) -> String? {
        guard !range.isEmpty, line.part(range).count > 1 || line[range.lowerBound] != UInt8(ascii: "-") else {
            return nil
        }
        return text(range)
    }
}

extension LineFields {
    private func range(_ field: LogField) -> Range<Int>? {
        switch field {
        case .first: word(1)
        case .last: words.last
        case .word(let number): word(number)
        case .after(let word): self.word(after: word)
        case .key(let name): self.value(behind: name)
        case .request: Self.requestPath(in: line)
        case .forwarded: forwarded() ?? word(1)
        case .automatic, .none: nil
        }
    }

    /// An address behind a key that is known for it, or else the line's first word if it is an address, or the last one
    /// that is.
    private func automaticSource() -> Range<Int>? {
        for key in ["ip", "client", "rhost", "remote_addr", "client_ip", "src", "addr"] {
            if let found = value(behind: key), Address.isAddress(in: line, found) {
                return Address.host(in: line, found)
            }
        }
        if let found = word(after: "from") {
            let host = Address.host(in: line, found)
            if Address.isAddress(in: line, found) || line.part(host).contains(UInt8(ascii: ".")) { return host }
        }
        let words = words
        let found =
            words.first.flatMap { Address.isAddress(in: line, $0) ? $0 : nil }
            ?? words.last { Address.isAddress(in: line, $0) }
        return found.map { Address.host(in: line, $0) }
    }

    private func automaticUser() -> Range<Int>? {
        for key in ["user", "username", "login", "acct"] {
            if let found = value(behind: key, allowsSpace: false), !found.isEmpty { return found }
        }
        if let user = word(after: "user") { return user }
        // sshd: Failed password for bob from …
        guard let name = word(after: "for"), line.starts(with: " from ", at: name.upperBound) else { return nil }
        return name
    }

    /// The seventh word, where access logs have it, or else the first that begins with a slash.
    private func path() -> Range<Int>? {
        let words = words
        let candidates = (words.count >= 7 ? [words[6]] : []) + words
        let path = candidates.lazy.map(trimmed).first { $0.count > 1 && line[$0.lowerBound] == UInt8(ascii: "/") }
        return path.map(withoutQuery)
    }

    private func withoutQuery(_ path: Range<Int>) -> Range<Int> {
        path.lowerBound..<(line.part(path).first(UInt8(ascii: "?")).map { path.lowerBound + $0 } ?? path.upperBound)
    }

    /// The first entry of the last quoted part.
    private func forwarded() -> Range<Int>? {
        guard let close = line.last(.quote, before: line.count), let open = line.last(.quote, before: close) else {
            return nil
        }
        let entry = line.part(open + 1..<close).prefix { $0 != UInt8(ascii: ",") && !$0.isBlank }
        return entry.isEmpty || entry.elementsEqual([UInt8(ascii: "-")]) ? nil : open + 1..<open + 1 + entry.count
    }
}

extension LineFields {
    private var words: [Range<Int>] { line.words(limit: .max) }

    private func word(_ number: Int) -> Range<Int>? {
        let words = line.words(limit: number)
        return number <= words.count ? words[number - 1] : nil
    }

    private func word(after wanted: String) -> Range<Int>? {
        let words = words
        let wanted = Array(wanted.utf8)
        guard let index = words.firstIndex(where: { line.part($0).elementsEqual(wanted) }) else { return nil }
        return index + 1 < words.count ? words[index + 1] : nil
    }

    /// Behind `name=`, `name:` or `"name":`, where the name is a whole word.
    private func value(behind name: String, allowsSpace: Bool = true) -> Range<Int>? {
        let name = Array(name.utf8)
        var position = 0
        while let found = line.first(name, from: position) {
            position = found + name.count
            guard !line.byte(found - 1).isWordPart, line.byte(found - 1) != 0x5F else { continue }
            if let start = valueStart(position, allowsSpace: allowsSpace) { return value(from: start) }
        }
        return nil
    }

    private func valueStart(_ keyEnd: Int, allowsSpace: Bool) -> Int? {
        var index = keyEnd
        let isQuoted = line.byte(index) == .quote
        if isQuoted { index += 1 }
        guard line.byte(index) == UInt8(ascii: "=") || line.byte(index) == UInt8(ascii: ":") else { return nil }
        index += 1
        while isQuoted || allowsSpace, line.byte(index) == .space { index += 1 }
        return index
    }

    private func value(from start: Int) -> Range<Int> {
        let isQuoted = line.byte(start) == .quote
        let begin = start + (isQuoted ? 1 : 0)
        var end = begin
        while end < line.count, isQuoted ? line[end] != .quote : !line[end].isBlank && !Self.ends.contains(line[end]) {
            end += 1
        }
        return begin..<end
    }

    private static let ends = Array(",;\"}".utf8)

    /// Without the quotes, brackets and punctuation around it.
    private func trimmed(_ range: Range<Int>) -> Range<Int> { line.trimmed(range) }

    /// The path behind the first method that is a word of its own.
    static func requestPath(in line: Bytes) -> Range<Int>? {
        for method in methods {
            var position = 0
            while let found = line.first(method, from: position) {
                position = found + method.count
                guard !line.byte(found - 1).isWordPart, line.byte(position) == UInt8(ascii: "/") else { continue }
                let path = line.part(position..<line.count).prefix { !$0.isBlank && $0 != 0x3F && $0 != .quote }
                return position..<position + path.count
            }
        }
        return nil
    }

    /// In both cases, as lines are searched in lower case and read as they are.
    private static let methods = ["GET ", "POST ", "PUT ", "PATCH ", "DELETE ", "HEAD ", "OPTIONS "].flatMap {
        [Array($0.utf8), $0.utf8.map(\.lowered)]
    }
}

extension UnsafeRawBufferPointer {
    func words(limit: Int) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var index = 0
        while index < count, words.count < limit {
            while index < count, self[index].isBlank { index += 1 }
            let start = index
            while index < count, !self[index].isBlank { index += 1 }
            if index > start { words.append(start..<index) }
        }
        return words
    }

    func trimmed(_ range: Range<Int>) -> Range<Int> {
        let wrapping = Array("\"'`,;()[]{}<>".utf8)
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, wrapping.contains(self[start]) { start += 1 }
        while start < end, wrapping.contains(self[end - 1]) || self[end - 1] == UInt8(ascii: ":") { end -= 1 }
        return start..<end
    }
}
