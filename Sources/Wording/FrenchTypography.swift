/// The rules of French print for spaces and apostrophes (Lexique des règles typographiques en usage à l'Imprimerie
/// nationale): a no-break space before a colon and inside guillemets, a narrow one before ; ! ? and %, a typographic
/// apostrophe.
enum FrenchTypography {
    private static let space: Unicode.Scalar = "\u{A0}"
    private static let narrowSpace: Unicode.Scalar = "\u{202F}"

    /// Applies this typography to a literal. Existing spaces become no-break spaces; none is added, so that `12:30` and
    /// an address stay as they are. `isFollowed` states whether an interpolated value follows directly.
    static func applied(to literal: String, isFollowed: Bool) -> String {
        // Most texts have none of these bytes, and the check is cheap.
        guard literal.utf8.contains(where: mayMatter) else { return literal }
        var result: [Unicode.Scalar] = []
        let scalars = Array(literal.unicodeScalars)
        result.reserveCapacity(scalars.count)
        for (index, scalar) in scalars.enumerated() {
            switch scalar {
            case " " where result.last == "«": result.append(space)
            case ":", "»": result.append(after: space, scalar)
            case ";", "!", "?", "%": result.append(after: narrowSpace, scalar)
            case "'" where isElision(at: index, in: scalars, isFollowed: isFollowed): result.append("’")
            default: result.append(scalar)
            }
        }
        return String(String.UnicodeScalarView(result))
    }

    /// Whether a byte is a mark, or begins « or » in UTF-8.
    private static func mayMatter(_ byte: UInt8) -> Bool {
        switch Unicode.Scalar(byte) {
        case ":", ";", "!", "?", "%", "'", "\u{C2}": true
        default: false
        }
    }

    /// Whether the apostrophe is between two letters, or between a letter and a value.
    private static func isElision(at index: Int, in scalars: [Unicode.Scalar], isFollowed: Bool) -> Bool {
        guard index > 0, isInWord(scalars[index - 1]) else { return false }
        return index + 1 < scalars.count ? isInWord(scalars[index + 1]) || scalars[index + 1] == "«" : isFollowed
    }

    /// A letter, or the accent on one that is written apart from it.
    private static func isInWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.generalCategory == .nonspacingMark
    }
}

extension [Unicode.Scalar] {
    /// Appends a mark; an ordinary space before it becomes `space`.
    fileprivate mutating func append(after space: Unicode.Scalar, _ mark: Unicode.Scalar) {
        if last == " " { self[count - 1] = space }
        append(mark)
    }
}
