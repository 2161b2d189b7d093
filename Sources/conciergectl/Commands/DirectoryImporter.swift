import ArgumentParser
import ConciergeProtocol
import JSON
import Synchronization
import Wording

#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The arguments of every import.
struct ImportedFile: ParsableArguments {
    @Argument(help: ArgumentHelp(fr: "Le fichier.", en: "The file.", value: Text(fr: "fichier", en: "file")))
    var file: String

    @Flag(
        help: ArgumentHelp(
            fr: "Ne rien changer : montrer seulement ce qui serait ajouté, modifié, absent.",
            en: "Change nothing: only show what would be added, changed and missing."))
    var dryRun = false
}

/// Sends a file of the directory, follows its import, and says what came of it.
struct DirectoryImporter<Entry: ImportedEntry> {
    let file: String
    let isDry: Bool
    let removesMissing: Bool
    let common: Common

    init(_ source: ImportedFile, removesMissing: Bool, common: Common) {
        (file, isDry) = (source.file, source.dryRun)
        self.removesMissing = removesMissing
        self.common = common
    }

    func run() async throws {
        let console = Console.current
        let bytes = try Self.read(file)
        let bar = TransferBar(console, isShown: console.isTerminal && !common.json)
        let result = ImportResult<Entry>()
        do {
            try await common.withConnection { connection in
                let upload = try await Self.send(bytes, on: connection, bar)
                let call = DirectoryImport<Entry>(
                    upload: upload, dryRun: isDry ? true : nil, removeMissing: removesMissing ? true : nil)
                try await connection.receive(call) { answer in
                    let reply = try answer.read()
                    result.take(reply)
                    if let stage = reply.state.words, let done = reply.done, let total = reply.total {
                        bar.show(stage, done: Int64(done), of: Int64(total))
                    }
                }
            }
            bar.end()
        } catch {
            bar.end()
            throw error
        }
        let found = try result.found()
        if common.json {
            try console.print(found.json(in: console.language), isPretty: false)
        } else {
            try console.print(found.lines(console, isDry: isDry, removesMissing: removesMissing))
        }
        if !found.errors.isEmpty { throw Failure.badFile(file, mistakes: found.errors.count) }
    }

    /// The number of bytes of a portion, a multiple of three: far less than a message may have.
    private static var portion: Int { 96 << 10 }

    private static func send(
        _ bytes: [UInt8], on connection: Connection, _ bar: TransferBar
    ) async throws -> String {
        var upload: String?
        var start = 0
        // An empty file is one portion, too.
        repeat {
            let end = min(start + portion, bytes.count)
            let call = ResidentMethods.Upload(upload: upload, data: Base64.encode(bytes[start..<end]))
            upload = try await connection.call(call).read().upload
            start = end
            bar.show(Text(fr: "Envoi", en: "Sending"), done: Int64(start), of: Int64(bytes.count))
        } while start < bytes.count
        return upload ?? ""
    }

    private static func read(_ path: String) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotRead(path, errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = readBytes(descriptor, &part, part.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .cannotRead(path, errno) }
            if count == 0 { return bytes }
            bytes += part[..<count]
        }
    }
}

/// `read(2)`, which has the name of a method here.
private func readBytes(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}

/// A thing of the directory, in what is said about an import.
protocol ImportedEntry: ImportableEntry {
    static var words: ImportWords { get }
    /// What programs are told of one that the file does not have.
    var summary: JSON { get }
    static func table(_ entries: [Self], _ language: Language) -> Table
}

/// How things of a kind are spoken of.
struct ImportWords {
    let one: Text
    let many: Text
    /// The members of `--json` for those that are missing and for how many left.
    let missingMember: String
    let removedMember: String
    /// The option with which what is missing leaves the directory.
    let option: String
}

/// Collects the replies of an import.
private final class ImportResult<Entry: ImportedEntry>: Sendable {
    private let state = Mutex(ImportFound<Entry>())

    func take(_ reply: Wire.ImportReply<Entry>) {
        state.withLock { found in
            found.errors += reply.errors ?? []
            found.notices += reply.notices ?? []
            found.missing += reply.entries ?? []
            if reply.state == .done { found.last = reply }
        }
    }

    /// What was found, once the last reply is there.
    func found() throws(Failure) -> ImportFound<Entry> {
        let found = state.withLock(\.self)
        guard found.last != nil else { throw .unreadable("state") }
        return found
    }
}

/// What an import has found.
struct ImportFound<Entry: ImportedEntry>: Sendable {
    var errors: [Wire.Finding] = []
    var notices: [Wire.Finding] = []
    var missing: [Entry] = []
    var last: Wire.ImportReply<Entry>?

    /// The document of `--json`.
    func json(in language: Language) -> JSON {
        func text(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
        func findings(_ findings: [Wire.Finding]) -> JSON {
            .array(
                findings.map {
                    [
                        "line": JSON($0.line), "column": text($0.column), "kind": .string($0.kind),
                        "reason": .string($0.reason[language]),
                    ]
                })
        }
        var document: JSONObject = [
            "encoding": text(last?.encoding), "separator": text(last?.separator), "rows": JSON(last?.rows ?? 0),
            "added": JSON(last?.added ?? 0), "changed": JSON(last?.changed ?? 0),
            "missing": JSON(last?.missing ?? 0),
        ]
        document[Entry.words.removedMember] = JSON(last?.removed ?? 0)
        document["imported"] = .bool(last?.imported ?? false)
        document["unknown_columns"] = .array((last?.unknownColumns ?? []).map { .string($0) })
        document["errors"] = findings(errors)
        document["notices"] = findings(notices)
        document[Entry.words.missingMember] = .array(missing.map(\.summary))
        return .object(document)
    }

    /// The lines for people.
    func lines(_ console: Console, isDry: Bool, removesMissing: Bool) -> [String] {
        var lines: [String] = []
        func say(_ text: Text) { lines += text[console.language].inOneLine.wrapped(to: console.width) }
        if let encoding = last?.encoding, let separator = last?.separator {
            say(
                Text(
                    fr: "Codage : \(Self.name(of: encoding)) ; séparateur : \(Self.name(ofSeparator: separator)).",
                    en: "Encoding: \(Self.name(of: encoding)); separator: \(Self.name(ofSeparator: separator))."))
        }
        if let columns = last?.unknownColumns, !columns.isEmpty {
            let names = columns.joined(separator: ", ")
            say(Text(fr: "Colonnes non lues : \(names).", en: "Columns that are not read: \(names)."))
        }
        for finding in errors { say(finding.words) }
        for finding in notices {
            say(Text(fr: "Remarque : \(finding.words)", en: "Note: \(finding.words)"))
        }
        guard errors.isEmpty, let last else { return lines }
        let rows = Text.count(
            Int64(last.rows ?? 0), Entry.words.one, Entry.words.many)
        let (added, changed, missing) = (last.added ?? 0, last.changed ?? 0, last.missing ?? 0)
        say(
            Text(
                fr:
                    "Dans le fichier : \(rows), dont \(added) à ajouter et \(changed) à modifier ; absents du fichier : \(missing).",
                en:
                    "In the file: \(rows), of these \(added) to add and \(changed) to change; missing from the file: \(missing)."
            ))
        if !self.missing.isEmpty {
            let option = Entry.words.option
            lines.append("")
            say(
                removesMissing
                    ? Text(
                        fr: "Absents du fichier, ils quittent l'annuaire :", en: "Missing, they leave the directory:")
                    : Text(
                        fr: "Absents du fichier, ils restent dans l'annuaire (--\(option) les en retire) :",
                        en: "Missing, they stay in the directory (--\(option) takes them out):"))
            lines += Entry.table(self.missing, console.language)
                .lines(in: console.language, width: console.width, colours: console.colours)
            lines.append("")
        }
        say(
            isDry
                ? Text(fr: "C'était un essai : rien n'a été changé.", en: "This was a dry run: nothing was changed.")
                : Text(fr: "L'annuaire est à jour.", en: "The directory is up to date."))
        return lines
    }

    private static func name(of encoding: String) -> Text {
        switch encoding {
        case "utf-8": Text(verbatim: "UTF-8")
        case "utf-8-bom": Text(fr: "UTF-8 avec marque d'ordre", en: "UTF-8 with a byte order mark")
        case "utf-16le", "utf-16be": Text(verbatim: "UTF-16")
        case "windows-1252": Text(verbatim: "Windows-1252")
        default: Text(verbatim: encoding)
        }
    }

    private static func name(ofSeparator separator: String) -> Text {
        switch separator {
        case "\t": Text(fr: "tabulation", en: "tab")
        case ";": Text(fr: "point-virgule", en: "semicolon")
        case ",": Text(fr: "virgule", en: "comma")
        default: Text(verbatim: separator)
        }
    }
}

extension Wire.Finding {
    /// The line, the column and the reason as a sentence.
    fileprivate var words: Text {
        guard let title else { return Text(fr: "Ligne \(line) : \(reason).", en: "Line \(line): \(reason).") }
        return Text(fr: "Ligne \(line), \(title) : \(reason).", en: "Line \(line), \(title): \(reason).")
    }
}

extension Wire.Word<Wire.ImportStage> {
    /// The step in words; nil for a step of which no progress is shown.
    fileprivate var words: Text? {
        switch self {
        case .reading: Text(fr: "Lecture", en: "Reading")
        case .comparing: Text(fr: "Comparaison", en: "Comparing")
        case .writing: Text(fr: "Enregistrement", en: "Writing")
        default: nil
        }
    }
}

extension Failure {
    /// A file that is refused for its mistakes, which were told before.
    fileprivate static func badFile(_ path: String, mistakes: Int) -> Failure {
        let count = Text.count(
            Int64(mistakes), Text(fr: "erreur", en: "mistake"), Text(fr: "erreurs", en: "mistakes"))
        return Failure(
            status: .refused, name: "conciergectl.BadFile", parameters: ["file": .string(path)],
            message: Text(
                fr: "\(path) : \(count), rien n'a été importé", en: "\(path): \(count), nothing was imported"))
    }

    fileprivate static func cannotRead(_ path: String, _ code: Int32) -> Failure {
        let reason = Text(errno: code)
        return Failure(
            status: .noInput, name: "conciergectl.CannotRead", parameters: ["file": .string(path)],
            message: Text(
                fr: "\(path) ne peut pas être lu : \(reason)", en: "\(path) cannot be read: \(reason)"))
    }
}
