import ConciergeKit

/// Text with all but its letters and digits left out, and these folded: a fast way to see that a word is not in a JSON text.
enum Squeezed {
    /// The folded letters and digits of a JSON text, its names and values one after the other.
    ///
    /// Whatever word is in a value is in the result. What is in the result need not be in one value.
    static func bytes(of json: [UInt8]) -> [UInt8] {
        latin(json)
            ?? SearchWords.tokens(of: String(decoding: json, as: UTF8.self)).flatMap { $0.parts.flatMap(\.utf8) }
    }

    /// The result for ASCII and Latin letters, which nearly all records consist of; nil for any other text.
    private static func latin(_ json: [UInt8]) -> [UInt8]? {
        var squeezed: [UInt8] = []
        squeezed.reserveCapacity(json.count)
        var index = 0
        while index < json.count {
            let byte = json[index]
            index += 1
            switch byte {
            case 0x30...0x39, 0x61...0x7A: squeezed.append(byte)
            case 0x41...0x5A: squeezed.append(byte | 0x20)
            // An escaped character: it is a quotation mark, a line end or another control character.
            case UInt8(ascii: "\\"):
                guard index < json.count else { return nil }
                index += json[index] == UInt8(ascii: "u") ? 5 : 1
            case 0x00..<0x80: break
            case 0xC2...0xC9:
                guard index < json.count else { return nil }
                let scalar = Int(byte & 0x1F) << 6 | Int(json[index] & 0x3F)
                index += 1
                guard scalar - 0x80 < letters.count else { return nil }
                squeezed += letters[scalar - 0x80]
            // Typographic spaces, hyphens, apostrophes and quotation marks: U+2000 to U+203F.
            case 0xE2:
                guard index + 1 < json.count, json[index] == 0x80 else { return nil }
                index += 2
            default: return nil
            }
        }
        return squeezed
    }

    /// What each character from U+0080 to U+024F folds to.
    private static let letters: [[UInt8]] = (0x80...0x24F).map { value in
        guard let scalar = Unicode.Scalar(UInt32(value)) else { return [] }
        return SearchWords.tokens(of: String(scalar)).flatMap { $0.parts.flatMap(\.utf8) }
    }
}
