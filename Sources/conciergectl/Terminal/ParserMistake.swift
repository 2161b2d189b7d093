import ArgumentParser
import Wording

/// A mistake in the command line, as the argument parser says it in English, in both languages.
struct ParserMistake: Sendable {
    let message: String

    init(_ message: String) { self.message = message }

    var failure: Failure {
        let lines = message.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
        guard let first = lines.first else { return .usage(Text(fr: "commande mal tapée", en: "bad command line")) }
        var failure = Failure.usage(Self.said(first))
        // The parser lists many possible values on lines of their own.
        failure.details = lines.dropFirst().map { line in
            let rest = line.trimmed
            let other = rest.hasPrefix("or: ") ? String(rest.dropFirst("or: ".count)) : nil
            return other.map { words in
                let said = Self.said(words)
                return Text(fr: "ou : \(said)", en: "or: \(said)")
            } ?? Text(verbatim: line)
        }
        return failure
    }

    /// One sentence of the parser. Its words are kept where no pattern has them, so that nothing is hidden.
    private static func said(_ sentence: String) -> Text {
        for (pattern, words) in patterns {
            if let parts = match(pattern, sentence) { return words(parts) }
        }
        return Text(verbatim: sentence)
    }

    /// Patterns with `*` for any text, the longer ones before those that they begin with.
    private static let patterns: [(String, @Sendable ([String]) -> Text)] = [
        (
            "Unknown option '*'. Did you mean '*'?",
            { part in
                Text(
                    fr: "l'option « \(part[0]) » n'existe pas ; vouliez-vous dire « \(part[1]) » ?",
                    en: "there is no option \"\(part[0])\"; did you mean \"\(part[1])\"?")
            }
        ),
        (
            "Unknown option '*'",
            { part in
                Text(fr: "l'option « \(part[0]) » n'existe pas", en: "there is no option \"\(part[0])\"")
            }
        ),
        (
            "Invalid option: *",
            { part in
                Text(fr: "« \(part[0]) » n'est pas une option", en: "\"\(part[0])\" is no option")
            }
        ),
        (
            "Missing value for '*' in '*'",
            { part in
                Text(
                    fr: "il manque la valeur de \(part[0]) dans « \(part[1]) »",
                    en: "the value of \(part[0]) is missing in \"\(part[1])\"")
            }
        ),
        (
            "Missing value for '*'",
            { part in
                Text(fr: "il manque la valeur de \(part[0])", en: "the value of \(part[0]) is missing")
            }
        ),
        (
            "The option '*' does not take any value, but '*' was specified.",
            { part in
                Text(
                    fr: "l'option \(part[0]) ne prend pas de valeur, et « \(part[1]) » est donné",
                    en: "the option \(part[0]) takes no value, and \"\(part[1])\" is given")
            }
        ),
        (
            "Unexpected argument '*'",
            { part in Text(fr: "« \(part[0]) » est de trop", en: "\"\(part[0])\" is too much") }
        ),
        (
            "* unexpected arguments: '*'",
            { part in
                let words = part[1].replacing("', '", with: ", ")
                return Text(fr: "ces mots sont de trop : \(words)", en: "these words are too many: \(words)")
            }
        ),
        ("Missing expected argument '*'", { part in Text(fr: "il manque \(part[0])", en: "\(part[0]) is missing") }),
        (
            "Missing one of: '*'",
            { part in
                let names = part[0].replacing("', '", with: ", ")
                return Text(fr: "il manque l'un de : \(names)", en: "one of these is missing: \(names)")
            }
        ),
        (
            "Missing required subcommand.", { _ in Text(fr: "il manque la commande", en: "the command is missing") }
        ),
        (
            "The value '*' is invalid for '*'. Please provide one of *.",
            { part in
                let values = listed(part[2])
                return Text(
                    fr: "« \(part[0]) » ne convient pas pour \(part[1]) ; valeurs : \(values)",
                    en: "\"\(part[0])\" is not right for \(part[1]); values: \(values)")
            }
        ),
        (
            "The value '*' is invalid for '*'. Please provide one of the following:",
            { part in
                Text(
                    fr: "« \(part[0]) » ne convient pas pour \(part[1]) ; valeurs :",
                    en: "\"\(part[0])\" is not right for \(part[1]); values:")
            }
        ),
        (
            "The value '*' is invalid for '*'*",
            { part in
                Text(
                    fr: "« \(part[0]) » ne convient pas pour \(part[1])",
                    en: "\"\(part[0])\" is not right for \(part[1])")
            }
        ),
        (
            "Value to be set with flag '*' had already been set with flag '*'",
            { part in
                Text(
                    fr: "« \(part[0]) » et « \(part[1]) » s'excluent",
                    en: "\"\(part[0])\" and \"\(part[1])\" exclude each other")
            }
        ),
        (
            "Can't generate completion scripts for '*'.",
            { part in
                Text(
                    fr: "pas de complétion pour « \(part[0]) » ; il y en a pour bash, zsh et fish",
                    en: "no completion for \"\(part[0])\"; there is one for bash, zsh and fish")
            }
        ),
        (
            "Can't autodetect a supported shell.",
            { _ in
                Text(
                    fr: "quel shell ? --generate-completion-script bash, zsh ou fish",
                    en: "which shell? --generate-completion-script bash, zsh or fish")
            }
        ),
    ]

    /// `'a', 'b' or 'c'` as `a, b, c`.
    private static func listed(_ values: String) -> String {
        values.replacing("' or '", with: "', '").replacing("' and '", with: "', '").replacing("'", with: "")
    }

    /// The texts at the stars of a pattern; nil if the sentence does not have its form.
    private static func match(_ pattern: String, _ sentence: String) -> [String]? {
        let literals = pattern.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
        guard sentence.hasPrefix(literals[0]) else { return nil }
        var rest = sentence.dropFirst(literals[0].count)
        var parts: [String] = []
        for (index, literal) in literals.enumerated().dropFirst() {
            // The text at the last star may have the literal itself in it.
            if index == literals.count - 1 {
                guard rest.hasSuffix(literal) else { return nil }
                return parts + [String(rest.dropLast(literal.count))]
            }
            guard let range = rest.firstRange(of: literal) else { return nil }
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return rest.isEmpty ? parts : nil
    }

    /// Whether a word is too much, which may be a mistyped command.
    static func isTooMuch(_ message: String) -> Bool {
        message.hasPrefix("Unexpected argument") || message.contains("unexpected arguments")
    }

    /// The failure for a first word that is no command, with the nearest one; nil if it is one.
    static func unknownCommand(_ arguments: [String], of root: CommandConfiguration) -> Failure? {
        guard let index = ShortForm.firstWord(arguments), arguments[index] != "help" else { return nil }
        var commands = root.subcommands.map { $0.configuration }
        var word = arguments[index]
        var short = ShortForm.names
        var meant = ShortForm.inFrench[word.folded]
        if let first = commands.first(where: { $0.names.contains(word) }) {
            guard !first.subcommands.isEmpty, index + 1 < arguments.count else { return nil }
            commands = first.subcommands.map { $0.configuration }
            word = arguments[index + 1]
            (short, meant) = ([], ShortForm.inFrench[word.folded])
        }
        let names = commands.flatMap(\.names) + short
        guard !names.contains(word), !word.hasPrefix("-") else { return nil }
        var failure = Failure.unknown(
            word, name: "conciergectl.Usage", kind: .command, among: names,
            meant: meant.flatMap { names.contains($0) ? $0 : nil })
        failure.status = .usage
        return failure
    }
}

extension CommandConfiguration {
    fileprivate var names: [String] { [commandName ?? ""] + aliases }
}
