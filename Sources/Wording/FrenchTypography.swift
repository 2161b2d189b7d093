/// The rules of French print for spaces and apostrophes (Lexique des règles typographiques en usage à l'Imprimerie
/// nationale): a no-break space before a colon and inside guillemets, a narrow one before ; ! ? and %, a typographic
/// apostrophe.
enum FrenchTypography {
    private static let space: Character = "\u{A0}"
    private static let narrowSpace: Character = "\u{202F}"
    private static let marks = ":;!?%'".utf8

    /// Applies this typography to a literal. Existing spaces become no-break spaces; none is added, so that `12:30` and
    /// an address stay as they are. `isFollowed` states whether an interpolated value follows directly.
    static func applied(to literal: String, isFollowed: Bool) -> String {
        // In UTF-8, « and » begin with C2. Most texts have none of these bytes, and the check is cheap.
        guard literal.utf8.contains(where: { byte in marks.contains(byte) || byte == 0xC2 }) else { return literal }
        var result: [Character] = []
        let characters = Array(literal)
        for (index, character) in characters.enumerated() {
            switch character {
            case " " where result.last == "«": result.append(space)
            case ":", "»": result.append(after: space, character)
            case ";", "!", "?", "%": result.append(after: narrowSpace, character)
            case "'" where isElision(at: index, in: characters, isFollowed: isFollowed): result.append("’")
            default: result.append(character)
            }
        }
        return String(result)
    }

    /// Whether the apostrophe is between two letters, or between a letter and a value.
    private static func isElision(at index: Int, in characters: [Character], isFollowed: Bool) -> Bool {
        guard index > 0, characters[index - 1].isLetter else { return false }
        return index + 1 < characters.count
            ? characters[index + 1].isLetter || characters[index + 1] == "«" : isFollowed
    }
}

extension [Character] {
    /// Appends a mark; an ordinary space before it becomes `space`.
    fileprivate mutating func append(after space: Character, _ mark: Character) {
        if last == " " { self[count - 1] = space }
        append(mark)
    }
}
