extension String {
    /// The text for comparison with what a person typed: small letters without accents, one space between words. Hyphens,
    /// underscores, full stops and apostrophes part words, so that `no-show`, `no_show` and `no show` are the same.
    var folded: String { foldedWords.joined(separator: " ") }

    /// The words of ``folded``.
    var foldedWords: [String] {
        var words: [String] = []
        var word = ""
        for scalar in lowercased().unicodeScalars {
            switch scalar {
            case "-", "_", ".", ",", "'", "’", "‑", "–", "«", "»", "\"", "\u{A0}", "\u{202F}": part()
            case "à", "á", "â", "ã", "ä", "å": word += "a"
            case "ç": word += "c"
            case "è", "é", "ê", "ë": word += "e"
            case "ì", "í", "î", "ï": word += "i"
            case "ñ": word += "n"
            case "ò", "ó", "ô", "õ", "ö": word += "o"
            case "ù", "ú", "û", "ü": word += "u"
            case "ý", "ÿ": word += "y"
            case "œ": word += "oe"
            case "æ": word += "ae"
            // The accents of decomposed letters.
            case "\u{300}"..."\u{36F}": break
            case _ where scalar.properties.isWhitespace: part()
            default: word.unicodeScalars.append(scalar)
            }
        }
        part()
        return words

        func part() {
            if !word.isEmpty { words.append(word) }
            word = ""
        }
    }
}
