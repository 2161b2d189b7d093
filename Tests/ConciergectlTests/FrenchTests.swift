import ArgumentParser
import Foundation
import JSON
import Testing
import Wording

@testable import conciergectl

/// That a person who reads French meets no English: in every help screen, and in every text of the sources.
@Suite("French throughout") struct FrenchTests {
    /// English words that are no French words, and French words that the lodge does not use.
    private static let foreign: Set<String> = [
        "about", "all", "already", "and", "another", "any", "are", "asks", "be", "because", "been", "before",
        "beginning", "but", "by", "can", "cannot", "choose", "could", "daemon", "day", "days", "default", "did", "does",
        "done", "due", "dwelling", "each", "empty", "end", "ended", "every", "failed", "field", "fields", "first",
        "for", "from", "given", "has", "have", "help", "how", "if", "in", "invalid", "is", "it", "its", "kept", "key",
        "late",
        "ledger", "line", "lines", "list", "lost", "made", "many", "may", "missed", "missing", "must", "name", "names",
        "needs", "never", "no", "nobody", "not", "notice", "notices", "nothing", "now", "number", "of", "once", "one",
        "only",
        "open", "opened", "other", "otherwise", "out", "overview", "path", "please", "provider",
        "providers", "queued", "refused", "reply", "request", "requests", "required", "resident", "residents", "run",
        "running", "runs", "schedule", "schedules", "see", "seen", "sent", "several", "shelf", "show", "shown", "since",
        "some", "started", "state", "subcommand", "subcommands", "succeeded", "take", "task", "tasks", "than", "that",
        "the",
        "their", "them", "then", "there", "these", "they", "this", "those", "time", "timer", "to", "today", "told",
        "tomorrow", "unexpected", "unknown", "until", "value", "values", "waiting", "was", "were", "what", "when",
        "where",
        "which", "who", "whom", "whose", "with", "without", "worker", "workers", "write", "yes", "yesterday", "you",
        "your",
        "démon", "fournisseur", "fournisseurs", "résident", "résidents", "exécution", "exécutions", "avis",
        "planification",
    ]

    /// What is the same in both languages.
    private static let same: Set<String> = [
        "service", "expression", "services", "UTC", "version", "Version", "Versions", "Service", "Services", "Publics",
        "Date",
        "date", "message", "public", "bash", "Public", "Notes", "Note", "Code", "Action", "Actions", "Message",
        "signal",
        "signal → \\(listener)", "conservation", "bronze", "Total", "correction", "Messages", "note", "9/10 h",
        "Dossier", "Obligation",
    ]

    /// Every command with its path, the tool itself first.
    private static let commands: [[String]] = {
        func paths(_ command: CommandConfiguration, _ path: [String]) -> [[String]] {
            [path]
                + command.subcommands.map { $0.configuration }.flatMap { paths($0, path + [$0.commandName ?? ""]) }
        }
        return paths(Conciergectl.configuration, [])
    }()

    /// The words of a text that are no command, option or value that is typed as it is.
    private static func words(_ text: String) -> [String] {
        var text = text.replacing("\u{A0}", with: " ").replacing("\u{202F}", with: " ")
        text.replace(/Plus court : open, act[^.]*\./, with: " ")
        text.replace(/[A-Z][A-Z_]{2,}/, with: " ")
        text.replace(/systemd\.time\(7\)/, with: " ")
        text.replace(/\w+ --[a-z-]+/, with: " ")
        text.replace(/conciergectl( --?[a-z-]+| [a-z-]+)*/, with: " ")
        for path in commands where path.count == 2 { text = text.replacing(path.joined(separator: " "), with: " ") }
        text.replace(/--?[a-z-]+/, with: " ")
        text.replace(/[\w-]+=\S*/, with: " ")
        text.replace(/\/[\w\/.]+/, with: " ")
        return text.lowercased().split { !$0.isLetter && $0 != "’" }.map(String.init)
    }

    private static func strangers(in text: String) -> [String] { words(text).filter { foreign.contains($0) } }

    @Test("No help screen has an English word", arguments: commands)
    func help(_ path: [String]) async {
        let narrow = Captured()
        #expect(await Conciergectl.run(path + ["--help"], on: narrow.console(.fr)) == 0)
        #expect(narrow.lines.allSatisfy { $0.columns <= 80 || !$0.contains(" ") })
        // Unwrapped lines have the commands that they name whole.
        let captured = Captured()
        var wide = captured.console(.fr)
        wide.width = 10_000
        #expect(await Conciergectl.run(path + ["--help"], on: wide) == 0)
        var section = ""
        for line in captured.lines {
            if line.hasSuffix("\u{A0}:"), !line.hasPrefix(" ") { section = line }
            // The first column has names as they are typed, but for the name of a value.
            var text = line
            if line.hasPrefix("  "), !line.hasPrefix("   "), !section.isEmpty {
                let label = section.hasPrefix("COMMANDES") ? "" : line.prefix(26).filter { _ in line.contains("<") }
                text = String(line.dropFirst(26)) + " " + (label.split(separator: "<").last.map(String.init) ?? "")
            } else if line.hasPrefix("USAGE") || line.hasPrefix("        ") && section.isEmpty {
                text = line.split(separator: "<").dropFirst().map { $0.prefix { $0 != ">" } }.joined(separator: " ")
            } else if path.isEmpty, section.isEmpty {
                // It lists commands as they are typed. The test of the sources has the text.
                continue
            }
            let strangers = Self.strangers(in: text)
            #expect(strangers.isEmpty, "\(strangers) in: \(line)")
        }
        let english = Captured()
        #expect(await Conciergectl.run(path + ["--help"], on: english.console(.en)) == 0)
        #expect(english.lines.first != captured.lines.first)
    }

    @Test("Every help text of an argument exists in both languages")
    func dumped() throws {
        let (french, english) = (try dump(.fr), try dump(.en))
        #expect(french.count == english.count)
        for (french, english) in zip(french, english) where french == english {
            #expect(Self.same.contains(french), "the same in both languages: \(french)")
        }
    }

    /// The texts of the parser's own description of the tool. Its own options are not among them.
    private func dump(_ language: Language) throws -> [String] {
        let text = Console.$current.withValue(Captured().console(language)) { Conciergectl._dumpHelp() }
        var texts: [String] = []
        func walk(_ value: JSON) {
            if let object = value.objectValue {
                let name = object["preferredName"]?["name"]?.stringValue ?? object["commandName"]?.stringValue
                if ["help", "version", "h"].contains(name) { return }
                let isFlag = object["kind"] == "flag"
                for (name, value) in object {
                    if name == "valueName", isFlag { continue }
                    if ["abstract", "discussion", "valueName"].contains(name), let text = value.stringValue {
                        texts.append(text)
                    } else {
                        walk(value)
                    }
                }
            }
            for element in value.arrayValue ?? [] { walk(element) }
        }
        walk(try JSON.parse(text))
        return texts
    }

    @Test("No text of the sources has an English word in its French, and none is the same in both languages")
    func sources() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/conciergectl")
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var count = 0
        for case let file as URL in files where file.pathExtension == "swift" {
            let source = try String(contentsOf: file, encoding: .utf8)
            for pair in Self.pairs(in: source) {
                count += 1
                let place = "\(file.lastPathComponent): \(pair.french)"
                // Interpolated values are no words of the text.
                let strangers = Self.strangers(in: Self.withoutValues(pair.french))
                #expect(strangers.isEmpty, "\(strangers) in \(place)")
                let hasWords = Self.withoutValues(pair.french).contains { $0.isLetter }
                #expect(pair.french != pair.english || !hasWords || Self.same.contains(pair.french), "\(place)")
            }
        }
        #expect(count > 500)
    }

    /// The literals after `fr:` and the following `en:`.
    private static func pairs(in source: String) -> [(french: String, english: String)] {
        var pairs: [(String, String)] = []
        var rest = source[...]
        while let mark = rest.firstRange(of: "fr: ") ?? rest.firstRange(of: "fr:\n") {
            rest = rest[mark.upperBound...]
            guard let french = literal(&rest), let next = rest.firstRange(of: "en:"),
                rest[..<next.lowerBound].allSatisfy({ $0.isWhitespace || $0 == "," || $0 == "+" })
            else { continue }
            rest = rest[next.upperBound...]
            guard let english = literal(&rest) else { continue }
            pairs.append((french, english))
        }
        return pairs
    }

    /// The string literal with which the text begins, after white space; literals that are added to it too.
    private static func literal(_ rest: inout Substring) -> String? {
        rest = rest.drop { $0.isWhitespace }
        if rest.hasPrefix("\"\"\"") {
            rest = rest.dropFirst(3)
            guard let end = rest.firstRange(of: "\"\"\"") else { return nil }
            let text = rest[..<end.lowerBound].replacing("\\\n", with: "")
            rest = rest[end.upperBound...]
            return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        guard rest.first == "\"" else { return nil }
        rest = rest.dropFirst()
        var text = ""
        var depth = 0
        while let character = rest.first {
            rest = rest.dropFirst()
            if character == "\\", let next = rest.first {
                rest = rest.dropFirst()
                text += [character, next]
                if next == "(" { depth += 1 }
                continue
            }
            if depth > 0 {
                if character == "(" { depth += 1 }
                if character == ")" { depth -= 1 }
            } else if character == "\"" {
                break
            }
            text.append(character)
        }
        let after = rest.drop { $0.isWhitespace }
        if after.first == "+" {
            rest = after.dropFirst()
            return text + (literal(&rest) ?? "")
        }
        return text
    }

    private static func withoutValues(_ literal: String) -> String {
        var text = ""
        var depth = 0
        var last: Character = " "
        for character in literal {
            if depth == 0, character == "(", last == "\\" {
                depth = 1
                text.removeLast()
                text += " … "
            } else if depth > 0 {
                if character == "(" { depth += 1 }
                if character == ")" { depth -= 1 }
            } else {
                text.append(character)
            }
            last = character
        }
        return text
    }
}

/// The parser's own mistakes, each made by a real command line.
@Suite("Mistakes in the command line") struct ParserMistakeTests {
    @Test(
        "Each kind of mistake is said in both languages",
        arguments: [
            (["--nope"], "l’option «\u{A0}--nope\u{A0}» n’existe pas", "there is no option \"--nope\""),
            (
                ["requests", "list", "--stat", "x"],
                "l’option «\u{A0}--stat\u{A0}» n’existe pas\u{202F}; vouliez-vous dire «\u{A0}--state\u{A0}»\u{202F}?",
                "there is no option \"--stat\"; did you mean \"--state\"?"
            ),
            (["-x"], "l’option «\u{A0}-x\u{A0}» n’existe pas", "there is no option \"-x\""),
            (
                ["status", "--socket"], "il manque la valeur de --socket <chemin>",
                "the value of --socket <path> is missing"
            ),
            (
                ["status", "--json=x"], "l’option --json ne prend pas de valeur, et «\u{A0}x\u{A0}» est donné",
                "the option --json takes no value, and \"x\" is given"
            ),
            (["status", "x"], "«\u{A0}x\u{A0}» est de trop", "\"x\" is too much"),
            (["status", "x", "y"], "ces mots sont de trop\u{A0}: x, y", "these words are too many: x, y"),
            (["requests", "release"], "il manque <demande>", "<request> is missing"),
            (
                ["runs", "list", "--limit", "x"], "«\u{A0}x\u{A0}» ne convient pas pour --limit <nombre>",
                "\"x\" is not right for --limit <number>"
            ),
            (
                ["tasks", "trigger", "t", "--priority", "x"],
                "«\u{A0}x\u{A0}» ne convient pas pour --priority <priorité>\u{202F}; valeurs\u{A0}: basse, normale, haute",
                "\"x\" is not right for --priority <priority>; values: low, normal, high"
            ),
            (
                ["--generate-completion-script", "tcsh"],
                "pas de complétion pour «\u{A0}tcsh\u{A0}»\u{202F}; il y en a pour bash, zsh et fish",
                "no completion for \"tcsh\"; there is one for bash, zsh and fish"
            ),
            (
                ["requests", "lsit"],
                "la commande «\u{A0}lsit\u{A0}» n’existe pas\u{202F}; vouliez-vous dire «\u{A0}list\u{A0}»\u{202F}?",
                "there is no command \"lsit\"; did you mean \"list\"?"
            ),
            (
                ["ouvrir", "colis"],
                "la commande «\u{A0}ouvrir\u{A0}» n’existe pas\u{202F}; vouliez-vous dire «\u{A0}open\u{A0}»\u{202F}?",
                "there is no command \"ouvrir\"; did you mean \"open\"?"
            ),
            (
                ["requests", "voir"],
                "la commande «\u{A0}voir\u{A0}» n’existe pas\u{202F}; vouliez-vous dire «\u{A0}show\u{A0}»\u{202F}?",
                "there is no command \"voir\"; did you mean \"show\"?"
            ),
            (["frobnicate"], "la commande «\u{A0}frobnicate\u{A0}» n’existe pas", "there is no command \"frobnicate\""),
            (
                ["requets"],
                "la commande «\u{A0}requets\u{A0}» n’existe pas\u{202F}; vouliez-vous dire «\u{A0}requests\u{A0}»\u{202F}?",
                "there is no command \"requets\"; did you mean \"requests\"?"
            ),
            (
                ["notices", "letter"], "donnez des numéros de messages, ou --all",
                "give numbers of notices, or --all"
            ),
        ])
    func mistakes(_ arguments: [String], _ french: String, _ english: String) async {
        for (language, expected) in [(Language.fr, "conciergectl\u{A0}: " + french), (.en, "conciergectl: " + english)]
        {
            let captured = Captured()
            #expect(await Conciergectl.run(arguments, on: captured.console(language)) == 64)
            #expect(captured.diagnostics.split(separator: "\n").first.map(String.init) == expected)
        }
    }

    @Test("A mistake is followed by the usage and by how to get help, in the person's language")
    func usage() async {
        let french = Captured()
        #expect(await french.run("requests", "show", language: .fr) == 64)
        #expect(french.diagnostics.contains("  Usage\u{A0}: conciergectl requests show <demande>"))
        #expect(french.diagnostics.contains("  L’aide\u{A0}: conciergectl requests show --help\n"))
    }

    @Test(
        "aide is help, and the commands of requests need not its name",
        arguments: [["aide", "open"], ["open", "--aide"], ["open", "--help"], ["help", "requests", "open"]])
    func shortForms(_ arguments: [String]) async {
        let captured = Captured()
        #expect(await Conciergectl.run(arguments, on: captured.console(.fr)) == 0)
        #expect(captured.output.contains("USAGE\u{A0}: conciergectl requests open"))
    }

    @Test("A word after -- is never a short form")
    func dashes() {
        #expect(ShortForm.written(out: ["--", "open"]) == ["--", "open"])
        #expect(ShortForm.written(out: ["--socket", "open", "list"]) == ["--socket", "open", "requests", "list"])
        #expect(ShortForm.written(out: ["services", "open"]) == ["services", "open"])
    }
}
