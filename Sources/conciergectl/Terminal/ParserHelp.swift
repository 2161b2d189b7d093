import Wording

/// A help screen of the argument parser, which the parser writes with English headings. It is said in the person's
/// language and wrapped to the width of the terminal.
struct ParserHelp: Sendable {
    /// A width at which the parser wraps nothing, so that each paragraph is one line.
    static let unlimited = 100_000
    private static let column = 26

    private let lines: [String]

    init(_ text: String) { lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

    /// Any other text than a help screen, such as a completion script, is returned unchanged.
    func said(in language: Language, width: Int) -> String {
        guard lines.contains(where: { $0.hasPrefix("USAGE: ") }) else { return lines.joined(separator: "\n") }
        return lines.flatMap { line in
            wrapped(language == .fr ? Self.inFrench(line) : line, to: width)
        }.joined(separator: "\n")
    }

    private func wrapped(_ line: String, to width: Int) -> [String] {
        guard line.columns > width else { return [line] }
        let indent = line.prefix { $0 == " " }.count
        let (head, text): (String, Substring)
        let hanging: Int
        if let label = line.firstRange(of: "  ", after: Self.column), indent == 2 {
            // The name of an option, and its help in the second column.
            (head, text, hanging) = (String(line[..<label]), line[label...], Self.column)
        } else if line.first == " " {
            (head, text, hanging) = (String(repeating: " ", count: indent), line.dropFirst(indent), indent)
        } else {
            let isUsage = line.hasPrefix("USAGE")
            (head, text, hanging) = ("", line[...], isUsage ? 8 : 0)
        }
        var lines: [String] = []
        var current = head
        var isEmpty = true
        for word in text.split(separator: " ", omittingEmptySubsequences: true) {
            if !isEmpty, current.columns + 1 + String(word).columns > width {
                lines.append(current)
                (current, isEmpty) = (String(repeating: " ", count: hanging), true)
            }
            current += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return lines + [current]
    }

    /// A line of the parser with its own words in French. What the commands themselves say is French already.
    private static func inFrench(_ line: String) -> String {
        for (english, french) in headings where line.hasPrefix(english) {
            return french + inFrenchMarks(String(line.dropFirst(english.count)))
        }
        return inFrenchMarks(line)
    }

    private static let headings = [
        ("OVERVIEW: ", "OBJET\u{A0}: "), ("USAGE: ", "USAGE\u{A0}: "), ("ARGUMENTS:", "ARGUMENTS\u{A0}:"),
        ("OPTIONS:", "OPTIONS\u{A0}:"), ("SUBCOMMANDS:", "COMMANDES\u{A0}:"),
    ]

    private static func inFrenchMarks(_ line: String) -> String {
        var line = line
        for (english, french) in marks { line = line.replacing(english, with: french) }
        return line
    }

    private static let marks = [
        ("(default: ", "(sinon\u{A0}: "), ("; default: ", "\u{202F}; sinon\u{A0}: "), ("(values: ", "(valeurs\u{A0}: "),
        ("<subcommand>", "<commande>"), ("<subcommands>", "<commandes>"), (" (default)", " (par défaut)"),
        ("Show the version.", "Montrer la version."), ("Show help information.", "Montrer l’aide."),
        ("Show subcommand help information.", "Montrer l’aide d’une commande."),
        ("' for detailed help.", " donne l’aide d’une commande."), ("  See '", "  "),
    ]

    /// The lines about the usage that the parser adds to a mistake.
    static func usage(_ text: String) -> [Text] {
        text.split(separator: "\n").map(String.init).compactMap { line -> Text? in
            if line.hasPrefix("Usage: ") {
                let usage = line.dropFirst("Usage: ".count)
                return Text(fr: "Usage : \(inFrenchMarks(String(usage)))", en: "Usage: \(usage)")
            }
            guard line.hasPrefix("  See '"), let end = line.firstRange(of: "' for more information.") else {
                return nil
            }
            let command = line[line.index(line.startIndex, offsetBy: 7)..<end.lowerBound]
            return Text(fr: "L'aide : \(command)", en: "Help: \(command)")
        }
    }
}

extension String {
    /// Where the text begins after the first such gap, if that is in this column.
    fileprivate func firstRange(of gap: String, after column: Int) -> String.Index? {
        let start = index(startIndex, offsetBy: column, limitedBy: endIndex)
        guard let start, start > startIndex, start < endIndex, self[index(before: start)] == " ", self[start] != " "
        else {
            return nil
        }
        return start
    }
}
