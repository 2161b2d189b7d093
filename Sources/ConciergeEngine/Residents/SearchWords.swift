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
        return words.sorted()
    }

    /// The words of a text in one string, such as a name: each part after an apostrophe with all that follows it.
    private static func joined(_ text: String) -> [String] {
        tokens(of: text).flatMap { token in
            token.parts.indices.map { token.parts[$0...].joined() }
        }
    }

    /// Letters and digits that follow one another are one word, and each a word of its own.
    static func ofDwelling(_ text: String) -> [String] {
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

    /// The numbers in a text as they are called at home (`06…`), and those from abroad with their codes. What is typed is
    /// brought to the same form: ``national(_:)``.
    private static func ofPhone(_ text: String) -> [String] {
        guard !text.isEmpty else { return [] }
        return Folding.text(text).split { !($0.isNumber || " .-()+".contains($0)) }
            .flatMap { forms(ofPhone: String($0)) }
    }

    private static func forms(ofPhone number: String) -> [String] {
        let plain = number.utf8.contains(UInt8(ascii: "(")) ? number.replacing("(0)", with: "") : number
        var digits = String(decoding: plain.utf8.filter { (0x30...0x39).contains($0) }, as: UTF8.self)
        guard digits.utf8.count > 1 else { return digits.isEmpty ? [] : [digits] }
        if plain.utf8.contains(UInt8(ascii: "+")) || digits.hasPrefix("00") {
            if digits.hasPrefix("00") { digits.removeFirst(2) }
            let count = digits.utf8.count
            let code = codes.first { digits.hasPrefix($0) && count - $0.utf8.count == 9 }
            if code == "33" { return ["0" + digits.dropFirst(2)] }
            return [code.map { "0" + digits.dropFirst($0.count) }, digits, "00" + digits].compactMap(\.self)
        }
        // A spreadsheet drops a zero at the beginning.
        return digits.utf8.count == 9 ? [digits, "0" + digits] : [digits]
    }

    /// The beginning of a number of France that was typed with its code, as it is called at home; nil for another.
    static func national(_ digits: String) -> String? {
        for code in ["00330", "0033", "330", "33"] where digits.hasPrefix(code) && digits.count > code.count {
            return "0" + digits.dropFirst(code.count)
        }
        return nil
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
            if let national = SearchWords.national(whole) { ways.append([national]) }
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
