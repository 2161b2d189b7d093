import ConciergeKit

/// The words by which a resident is found: folded, and each begun by what people may type for it.
///
/// Hyphens part words. An apostrophe both parts and joins: `O'Neill` is found by `oneill` and `neill`. A dwelling's letter
/// and number are found together and apart. A telephone number is one word, in its national and international forms.
package enum SearchWords {
    /// The words of a resident, each once, in their order.
    package static func of(_ resident: Resident) -> [String] {
        var words: Set<String> = []
        for text in [resident.name, resident.residence] { words.formUnion(joined(text)) }
        words.formUnion(ofDwelling(resident.dwelling))
        words.formUnion(ofPhone(resident.phone))
        return words.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The words of a text in one string, such as a name: each part after an apostrophe with all that follows it.
    private static func joined(_ text: String) -> [String] {
        tokens(of: text).flatMap { token in
            token.parts.indices.map { token.parts[$0...].joined() }
        }
    }

    /// Letters and digits that follow one another are one word, and each a word of its own.
    private static func ofDwelling(_ text: String) -> [String] {
        let parts = tokens(of: text).flatMap(\.parts).flatMap(lettersAndDigits)
        return parts.indices.map { start in
            var word = parts[start]
            for next in parts[(start + 1)...] {
                // Two numbers side by side are not one number.
                guard (word.last?.isNumber ?? false) != (next.first?.isNumber ?? false) else { break }
                word += next
            }
            return word
        }
    }

    private static func lettersAndDigits(_ word: String) -> [String] {
        var parts: [String] = []
        for character in word {
            if let last = parts.last?.last, last.isNumber == character.isNumber {
                parts[parts.count - 1].append(character)
            } else {
                parts.append(String(character))
            }
        }
        return parts
    }

    // MARK: Telephone numbers

    /// All forms of the numbers in a text: `06…`, `336…` and `00336…`.
    private static func ofPhone(_ text: String) -> [String] {
        let folded = Folding.text(text)
        return folded.split { !($0.isNumber || " .-()+".contains($0)) }
            .flatMap { forms(ofPhone: String($0)) }
    }

    private static func forms(ofPhone number: String) -> [String] {
        var digits = number.replacing("(0)", with: "").filter(\.isNumber)
        guard digits.count > 1 else { return digits.isEmpty ? [] : [digits] }
        let isInternational = number.contains("+") || digits.hasPrefix("00")
        if isInternational {
            if digits.hasPrefix("00") { digits.removeFirst(2) }
            let code = codes.first { digits.hasPrefix($0) && digits.count - $0.count == 9 }
            let national = code.map { "0" + digits.dropFirst($0.count) }
            return [national, digits, "00" + digits].compactMap(\.self)
        }
        if digits.count == 10, digits.first == "0" {
            let rest = digits.dropFirst()
            return [digits, "33" + rest, "0033" + rest]
        }
        // A spreadsheet drops a zero at the beginning.
        if digits.count == 9 { return [digits, "0" + digits, "33" + digits, "0033" + digits] }
        return [digits]
    }

    /// The codes under which France's numbers of nine digits are called from abroad.
    private static let codes = ["33", "262", "590", "594", "596", "508", "687"]

    // MARK: Words of a text

    /// What stands between spaces, hyphens and other punctuation; in parts if it has apostrophes.
    struct Token: Hashable {
        var parts: [String] = []

        /// Whether it is one number.
        var isNumber: Bool { parts.count == 1 && parts[0].utf8.allSatisfy { (0x30...0x39).contains($0) } }
    }

    static func tokens(of text: String) -> [Token] {
        var tokens: [Token] = []
        var token = Token()
        var part = String.UnicodeScalarView()
        func endPart() {
            if !part.isEmpty { token.parts.append(String(part)) }
            part = String.UnicodeScalarView()
        }
        for scalar in Folding.text(text).unicodeScalars {
            if isOfWord(scalar) {
                part.append(scalar)
            } else if isVowelSign(scalar) {
                continue
            } else {
                endPart()
                if scalar != "'", !token.parts.isEmpty {
                    tokens.append(token)
                    token = Token()
                }
            }
        }
        endPart()
        if !token.parts.isEmpty { tokens.append(token) }
        return tokens
    }

    private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x80 {
            return (0x30...0x39).contains(scalar.value) || (0x61...0x7A).contains(scalar.value)
        }
        if isVowelSign(scalar) { return false }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .decimalNumber, .letterNumber, .otherNumber:
            return true
        default: return false
        }
    }

    /// Vowel signs of Arabic and Hebrew, which people do not type, and the stroke that stretches a word.
    private static func isVowelSign(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x591...0x5BD, 0x5BF, 0x5C1...0x5C2, 0x5C4...0x5C5, 0x5C7, 0x610...0x61A, 0x640, 0x64B...0x65F, 0x670:
            true
        default: false
        }
    }
}

/// What somebody typed to find residents. It has no syntax: everything but letters and digits only parts words.
package struct ResidentSearch: Sendable, Hashable {
    /// What each word of the query asks for: one of several ways, each of which is one or several beginnings of words.
    package struct Term: Sendable, Hashable {
        /// Each of them is a list of beginnings, all of which must be there.
        package let ways: [[String]]
    }

    /// All of them must be met. A query without letters and digits has none, and finds nobody.
    package let terms: [Term]

    /// The number of words that are looked for; the words after them are ignored.
    private static let limit = 16

    /// Reads a query as it was typed.
    package init(_ query: String) {
        var terms: [Term] = []
        var numbers: [String] = []
        func endNumbers() {
            guard !numbers.isEmpty else { return }
            // Groups of a telephone number, or numbers that only stand side by side.
            var ways = [numbers]
            let whole = numbers.joined()
            if numbers.count > 1 { ways.append([whole]) }
            // +33 (0)6 …
            for start in ["330", "00330"] where whole.hasPrefix(start) {
                ways.append([String(start.dropLast() + whole.dropFirst(start.count))])
            }
            terms.append(Term(ways: ways))
            numbers = []
        }
        for token in SearchWords.tokens(of: query).prefix(Self.limit) {
            if token.isNumber {
                numbers.append(token.parts[0])
                continue
            }
            endNumbers()
            let whole = token.parts.joined()
            terms.append(Term(ways: token.parts.count == 1 ? [[whole]] : [[whole], token.parts]))
        }
        endNumbers()
        self.terms = terms
    }

    /// Whether a resident with these words is one that was looked for.
    ///
    /// - Parameter words: ``SearchWords/of(_:)``, with a space before each.
    package func finds(_ words: String) -> Bool {
        !terms.isEmpty
            && terms.allSatisfy { term in
                term.ways.contains { way in way.allSatisfy { Self.begins($0, in: words) } }
            }
    }

    /// Whether a word begins with `start`.
    private static func begins(_ start: String, in words: String) -> Bool {
        var (words, start) = (words, start)
        return words.withUTF8 { words in
            start.withUTF8 { start in
                var index = 0
                while index + start.count < words.count {
                    if words[index] == 0x20,
                        words[(index + 1)..<(index + 1 + start.count)].elementsEqual(start)
                    {
                        return true
                    }
                    index += 1
                }
                return false
            }
        }
    }
}

extension SearchWords {
    /// The words in one text, with a space before each: what ``ResidentSearch/finds(_:)`` looks at.
    package static func text(_ words: [String]) -> String { words.map { " " + $0 }.joined() }
}
