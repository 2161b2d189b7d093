import Foundation

/// Folds texts that people typed or scanned, so that they can be compared. The stored text stays as it was typed.
///
/// ASCII and most French text needs no library; Foundation decomposes all other Unicode text.
public enum Folding {
    /// Returns the same bytes for texts that are canonically equivalent (Unicode NFC): `é` as one character or as two.
    ///
    /// It is for keys, in which case and accents count.
    public static func canonical(_ text: String) -> String {
        // Below U+0300 nothing composes: in UTF-8 these are the bytes up to 0xCB.
        let isComposed = text.utf8.allSatisfy { $0 < 0xCC }
        return isComposed ? text : text.precomposedStringWithCanonicalMapping
    }

    /// Folds a text for comparison with what somebody else typed. It ignores case, accents, ligatures, the kind of
    /// apostrophe, quotation mark, hyphen, digit and width, repeated spaces, and invisible characters.
    ///
    /// `L’Œuvre  d'Éléonore` and `l'oeuvre d’eleonore` are the same.
    public static func text(_ typed: String) -> String {
        foldedASCII(typed) ?? foldedLatin(typed) ?? words(of: typed, linesPartWords: true)
    }

    /// What ``text(_:)`` makes of printable ASCII, which most texts are, in one pass; nil for any other text.
    private static func foldedASCII(_ typed: String) -> String? {
        var typed = typed
        return typed.withUTF8 { bytes -> String? in
            guard bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return nil }
            return String(unsafeUninitializedCapacity: bytes.count) { folded in
                var count = 0
                var isSpaceDue = false
                func add(_ byte: UInt8) {
                    folded[count] = byte
                    count += 1
                }
                for byte in bytes {
                    if byte == 0x20 {
                        isSpaceDue = count > 0
                        continue
                    }
                    if isSpaceDue { add(0x20) }
                    isSpaceDue = false
                    switch byte {
                    case 0x41...0x5A: add(byte | 0x20)
                    // A grave accent that stands for an apostrophe.
                    case 0x60: add(0x27)
                    default: add(byte)
                    }
                }
                return count
            }
        }
    }

    /// What ``text(_:)`` makes of each letter of Latin-1 and Latin Extended A and B alone; nil for what is no letter there.
    private static let latin: [String?] = (0x80...0x24F).map { value in
        guard let scalar = Unicode.Scalar(UInt32(value)), scalar.properties.isAlphabetic else { return nil }
        return words(of: String(scalar), linesPartWords: true)
    }

    /// What ``text(_:)`` makes of printable ASCII, Latin letters and typographic apostrophes, as names have them: each
    /// folds by itself. Nil for any other text.
    private static func foldedLatin(_ typed: String) -> String? {
        var folded = ""
        folded.reserveCapacity(typed.utf8.count)
        var isSpaceDue = false
        for scalar in typed.unicodeScalars {
            if scalar == " " {
                isSpaceDue = !folded.isEmpty
                continue
            }
            if isSpaceDue { folded.append(" ") }
            isSpaceDue = false
            switch scalar.value {
            case 0x41...0x5A: folded.unicodeScalars.append(Unicode.Scalar(UInt8(scalar.value | 0x20)))
            case 0x60, 0x2019: folded.append("'")
            case 0x20..<0x7F: folded.unicodeScalars.append(scalar)
            case 0x80...0x24F:
                guard let letters = latin[Int(scalar.value) - 0x80] else { return nil }
                folded.append(letters)
            default: return nil
            }
        }
        return folded
    }

    /// Folds a number or code, read from a label by eye or by a scanner: like ``text(_:)``, but in capitals, without
    /// spaces, hyphens and full stops, control characters (a scanner's NUL, and the GS that stands for FNC1), and the
    /// AIM symbology identifier before it (ISO/IEC 15424): `]C1`.
    public static func code(_ scanned: String) -> String {
        var code = words(of: scanned, linesPartWords: false).uppercased()
        code.removeAll { $0 == " " || $0 == "-" || $0 == "." }
        return withoutSymbologyIdentifier(code)
    }

    static func words(of typed: String, linesPartWords: Bool) -> String {
        var folded = String.UnicodeScalarView()
        var isSpaceDue = false
        func add(_ scalar: Unicode.Scalar) {
            if isSpaceDue, !folded.isEmpty { folded.append(" ") }
            isSpaceDue = false
            folded.append(scalar)
        }
        let isPlain = typed.utf8.allSatisfy { $0 < 0x80 }
        // Decomposition turns some apostrophes into a space and an accent, so apostrophes are replaced first.
        let marked = isPlain ? typed : String(String.UnicodeScalarView(typed.unicodeScalars.map(mark)))
        let apart = isPlain ? marked : marked.decomposedStringWithCompatibilityMapping
        for scalar in apart.lowercased().unicodeScalars {
            let scalar = mark(scalar)
            if scalar.value > 0x20, scalar.value < 0x7F {
                add(scalar)
            } else if scalar.properties.isWhitespace || isControl(scalar) {
                if !isControl(scalar) || (linesPartWords && isLineControl(scalar)) { isSpaceDue = true }
            } else if isInvisible(scalar) || isAccent(scalar) {
                continue
            } else if let letters = letters[scalar] {
                for letter in letters.unicodeScalars { add(letter) }
            } else if scalar.properties.generalCategory == .decimalNumber, let digit = scalar.properties.numericValue {
                add(Unicode.Scalar(UInt8(ascii: "0") + UInt8(digit)))
            } else {
                add(scalar)
            }
        }
        return isPlain ? String(folded) : canonical(String(folded))
    }

    /// Replaces every kind of apostrophe, quotation mark or hyphen by the plain one.
    private static func mark(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0x60, 0xB4, 0x2B9, 0x2BB...0x2BF, 0x2C8, 0x2CA, 0x2CB, 0x2018...0x201B, 0x2032, 0x2035, 0xFF07,
            0xFF40:
            "'"
        case 0xAB, 0xBB, 0x2BA, 0x201C...0x201F, 0x2033, 0x2036, 0xFF02: "\""
        case 0x2D, 0x2D7, 0x2043, 0x207B, 0x208B, 0x2212, 0x2796: "-"
        case 0x80...: scalar.properties.generalCategory == .dashPunctuation ? "-" : scalar
        default: scalar
        }
    }

    /// Letters that have no decomposition.
    private static let letters: [Unicode.Scalar: String] = [
        "œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h",
        "ŋ": "ng", "ŧ": "t", "ς": "σ",
    ]

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
    }

    /// Tab, line feed and similar characters, which separate words.
    private static func isLineControl(_ scalar: Unicode.Scalar) -> Bool {
        (0x09...0x0D).contains(scalar.value) || scalar.value == 0x85
    }

    /// Zero-width characters, the byte order mark, soft hyphens, directional marks, variation selectors.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isDefaultIgnorableCodePoint || scalar.properties.generalCategory == .format
    }

    /// Accents on letters of alphabets. The vowels of other scripts are marks too, and are kept.
    private static func isAccent(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x300...0x36F, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE20...0xFE2F: true
        default: false
        }
    }

    /// A square bracket, a letter for the kind of code, and a modifier.
    private static func withoutSymbologyIdentifier(_ code: String) -> String {
        let start = Array(code.utf8.prefix(3))
        guard start.count == 3, start[0] == UInt8(ascii: "]"),
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(start[1]),
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(start[2])
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(start[2])
        else { return code }
        return String(code.dropFirst(3))
    }
}
