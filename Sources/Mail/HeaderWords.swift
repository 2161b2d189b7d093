import FoundationEssentials

/// Texts of people in a header: plain where that is safe, else as encoded words (RFC 2047).
///
/// Both are one line of a header or several that are folded, of at most 76 characters each. No text, whatever is in it,
/// can end the header.
enum HeaderWords {
    /// The most characters of a line that has encoded words (RFC 2047, section 2).
    private static let lineLength = 76
    /// `=?utf-8?B?` and `?=`.
    private static let frame = 12

    /// A subject, after the name of its header.
    ///
    /// - Parameter used: The characters that stand before it on its line.
    static func subject(_ text: String, after used: Int) -> String {
        let text = inOneLine(text)
        let isPlain =
            text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.contains("=?") && text.first != " "
            && text.last != " " && used + text.utf8.count <= lineLength
        return isPlain ? text : encoded(text, after: used)
    }

    /// The name before an address.
    ///
    /// Only letters, digits, spaces and hyphens stand plainly; all else would need quotes, and one that looks like an
    /// encoded word would be read as one.
    static func name(_ text: String, after used: Int) -> String {
        let text = inOneLine(text)
        let isPlain =
            text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: " "), UInt8(ascii: "-"): true
                default: false
                }
            } && text.first != " " && text.last != " " && used + text.utf8.count <= lineLength
        return isPlain ? text : encoded(text, after: used)
    }

    /// Control characters, and what parts lines and paragraphs, become spaces. Line ends are looked for among scalars:
    /// CR LF is one `Character`.
    private static func inOneLine(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: line.append(" ")
            default: line.append(scalar)
            }
        }
        return String(line)
    }

    /// Encoded words on folded lines. A word is cut between scalars, because each is decoded by itself.
    private static func encoded(_ text: String, after used: Int) -> String {
        var words: [String] = []
        var chunk: [UInt8] = []
        // Three bytes are four characters of base64.
        func room() -> Int { (lineLength - (words.isEmpty ? used : 1) - frame) / 4 * 3 }
        func close() {
            words.append("=?utf-8?B?\(Data(chunk).base64EncodedString())?=")
            chunk = []
        }
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if chunk.count + bytes.count > room() { close() }
            chunk += bytes
        }
        if !chunk.isEmpty { close() }
        return words.joined(separator: "\r\n ")
    }
}
