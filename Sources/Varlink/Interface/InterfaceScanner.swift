/// Splits the text of an interface definition into words and signs, and collects the comments.
struct InterfaceScanner {
    private let bytes: [UInt8]
    private var next = 0
    private var line = 1
    /// The comment lines that stand directly before the next word.
    private var comments: [String] = []

    init(_ source: String) { bytes = Array(source.utf8) }

    var isAtEnd: Bool { next == bytes.count }

    /// Takes the comment that belongs to the next word.
    mutating func takeComment() -> String {
        skipBlanks()
        defer { comments = [] }
        return comments.joined(separator: "\n")
    }

    /// The next sequence of letters, digits and other bytes that `isPart` accepts; empty if there is none.
    mutating func word(_ isPart: (UInt8) -> Bool = { $0 == UInt8(ascii: "_") }) -> String {
        skipBlanks()
        let start = next
        while next < bytes.count, bytes[next].isLetterOrDigit || isPart(bytes[next]) { next += 1 }
        if next > start { comments = [] }
        return String(decoding: bytes[start..<next], as: UTF8.self)
    }

    /// Moves past a sign if it comes next.
    mutating func take(_ sign: String) -> Bool {
        skipBlanks()
        guard bytes[next...].starts(with: sign.utf8) else { return false }
        next += sign.utf8.count
        comments = []
        return true
    }

    mutating func require(_ sign: String) throws(InterfaceSyntaxError) {
        guard take(sign) else { throw expected("'\(sign)'") }
    }

    /// Whether a sign comes next.
    mutating func isAt(_ sign: String) -> Bool {
        skipBlanks()
        return bytes[next...].starts(with: sign.utf8)
    }

    /// An error that says what was expected at the scanner's position.
    func expected(_ what: String) -> InterfaceSyntaxError {
        var ahead = self
        var found = ahead.word()
        if found.isEmpty {
            found = String(String(decoding: bytes[ahead.next...].prefix(16), as: UTF8.self).prefix(1))
        }
        let quoted = found.isEmpty ? "the end" : "'\(found)'"
        return InterfaceSyntaxError(line: ahead.line, reason: "expected \(what), found \(quoted)")
    }

    /// An error about the word that was read last.
    func error(_ reason: String) -> InterfaceSyntaxError { InterfaceSyntaxError(line: line, reason: reason) }

    private mutating func skipBlanks() {
        var newlines = 0
        while next < bytes.count {
            switch bytes[next] {
            case UInt8(ascii: "\n"):
                line += 1
                newlines += 1
                if newlines > 1 { comments = [] }
                next += 1
            case 0x20, 0x09, 0x0d: next += 1
            case UInt8(ascii: "#"):
                let text = bytes[(next + 1)...].prefix { $0 != UInt8(ascii: "\n") }
                next = text.endIndex
                newlines = 0
                comments.append(Self.trim(text))
            default: return
            }
        }
    }

    private static func trim(_ comment: ArraySlice<UInt8>) -> String {
        var comment = comment
        if comment.first == 0x20 { comment.removeFirst() }
        while let last = comment.last, last == 0x20 || last == 0x0d || last == 0x09 { comment.removeLast() }
        return String(decoding: comment, as: UTF8.self)
    }
}

extension UInt8 {
    var isLetter: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }

    var isLetterOrDigit: Bool {
        isLetter || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
    }
}
