extension String {
    /// The number of columns that the text takes on a terminal.
    var columns: Int { reduce(0) { $0 + $1.columns } }

    /// The text in at most `limit` columns. A text that is cut ends in an ellipsis.
    func cut(to limit: Int) -> String {
        guard columns > limit else { return self }
        guard limit > 0 else { return "" }
        var kept = ""
        var used = 0
        for character in self {
            guard used + character.columns <= limit - 1 else { break }
            kept.append(character)
            used += character.columns
        }
        while kept.last == " " { kept.removeLast() }
        return kept + "…"
    }

    /// The text in lines of at most `limit` columns, cut at ordinary spaces; the second and later ones are indented. A word
    /// that is longer has a line of its own. Spaces at the beginning begin each line. Without a limit, and on a terminal
    /// too narrow for words, it is one line.
    func wrapped(to limit: Int?) -> [String] {
        guard let limit, limit > 20, columns > limit else { return [self] }
        let indent = String(prefix { $0 == " " })
        guard indent.isEmpty else {
            return String(dropFirst(indent.count)).wrapped(to: limit - indent.count).map { indent + $0 }
        }
        var lines: [String] = []
        var line = ""
        for word in unbroken.split(separator: " ", omittingEmptySubsequences: false) {
            let longer = line.isEmpty ? String(word) : line + " " + word
            if longer.columns <= limit || line.isEmpty {
                line = longer
            } else {
                lines.append(line)
                line = "  " + word
            }
        }
        return lines + [line]
    }

    /// The text in lines of at most `limit` columns, cut at ordinary spaces where there are any, and within words that are
    /// longer.
    func broken(to limit: Int) -> [String] {
        guard limit > 0, columns > limit else { return [self] }
        var (lines, line): ([String], String) = ([], "")
        func end() {
            if !line.isEmpty { lines.append(line) }
            line = ""
        }
        for word in unbroken.split(separator: " ") {
            if !line.isEmpty, line.columns + 1 + String(word).columns > limit { end() }
            if !line.isEmpty { line += " " }
            for character in word {
                if line.columns + character.columns > limit { end() }
                line.append(character)
            }
        }
        end()
        return lines.isEmpty ? [""] : lines
    }

    /// The text with no-break spaces within telephone numbers and the labels of dwellings: between a digit and two more
    /// digits, and between a capital that stands alone and a digit.
    private var unbroken: String {
        guard utf8.contains(UInt8(ascii: " ")) else { return self }
        let characters = Array(self)
        func isDigit(_ index: Int) -> Bool { characters.indices.contains(index) && characters[index].isWholeNumber }
        func isLetter(_ index: Int) -> Bool { characters.indices.contains(index) && characters[index].isLetter }
        func isCapital(_ index: Int) -> Bool { isLetter(index) && characters[index].isUppercase }
        return String(
            characters.indices.map { index in
                guard characters[index] == " ", isDigit(index + 1) else { return characters[index] }
                let isInNumber = isDigit(index - 1) && isDigit(index + 2) && !isDigit(index + 3)
                let isInLabel = isCapital(index - 1) && !isLetter(index - 2) && !isDigit(index - 2)
                return isInNumber || isInLabel ? "\u{A0}" : " "
            })
    }

    /// The text, padded with spaces to `width` columns.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - columns)) }

    /// The text on one line, without characters that control a terminal: text from residents and partners must not move
    /// the cursor, change colours or change the writing direction.
    var inOneLine: String {
        guard unicodeScalars.contains(where: { $0.isSteering }) else { return self }
        var clean = String.UnicodeScalarView()
        var afterReturn = false
        for scalar in unicodeScalars {
            switch scalar {
            case "\n" where afterReturn: break
            case "\n", "\r", "\t", "\u{2028}", "\u{2029}": clean.append(" ")
            case _ where scalar.isSteering: clean.append("\u{FFFD}")
            default: clean.append(scalar)
            }
            afterReturn = scalar == "\r"
        }
        return String(clean)
    }
}

extension String {
    /// JSON with an escape for each character that controls a terminal. Outside of strings, JSON has no such characters
    /// but the line breaks between members.
    var escapedForTerminal: String {
        guard unicodeScalars.contains(where: { $0.isSteering && $0 != "\n" }) else { return self }
        var escaped = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar.isSteering, scalar != "\n" {
                let digits = String(scalar.value, radix: 16)
                escaped.append(
                    contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".unicodeScalars)
            } else {
                escaped.append(scalar)
            }
        }
        return String(escaped)
    }
}

extension Unicode.Scalar {
    /// Whether it is a control character or a mark that changes the writing direction. All of these have at most four
    /// hexadecimal digits.
    fileprivate var isSteering: Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}

extension Character {
    /// The number of columns that the character takes: 2 for wide East Asian characters and emoji, 0 for control
    /// characters and single combining marks, else 1.
    var columns: Int {
        if unicodeScalars.contains("\u{FE0F}") { return 2 }
        return unicodeScalars.reduce(0) { max($0, $1.columns) }
    }
}

extension Unicode.Scalar {
    fileprivate var columns: Int {
        if value < 0x300 { return value < 0x20 || (0x7F..<0xA0).contains(value) ? 0 : 1 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        if properties.isEmojiPresentation { return 2 }
        // The wide and full-width ranges of Unicode's EastAsianWidth.txt.
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
            0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
