import Foundation
import Testing
import Toolchain

/// A program with a mistake: the text replaced in the correct program, and the compiler's message.
private struct Mistake {
    let name: String
    let right: String
    let wrong: String
    let says: String

    init(_ name: String, _ right: String, _ wrong: String, says: String) {
        (self.name, self.right, self.wrong, self.says) = (name, right, wrong, says)
    }
}

private let mistakes = [
    Mistake(
        "a field without @Field", #"@Field(fr: "Clé", en: "Key") var key"#, "var key",
        says: "each stored property of an Input is a @Field(fr: \"…\", en: \"…\")"),
    Mistake(
        "a field with words in one language", #"@Field(fr: "Clé", en: "Key")"#, #"@Field("Key")"#,
        says: "a field's words are in both languages: @Field(fr: \"…\", en: \"…\")"),
    Mistake(
        "a limit of another type", "in: 1...9", #"in: "a"..."z""#, says: "'ClosedRange<String>' conform to"),
    Mistake(
        "a setting without @Setting", #"@Setting("How long.", in: .seconds(1)...) var lending"#, "var lending",
        says: "each stored property of Settings is a @Setting(\"…\")"),
    Mistake(
        "words in one language", #"Text(fr: "Prêt de clé", en: "Key loan")"#, #"Text("Key loan")"#,
        says: "write Text(fr: \"…\", en: \"…\"), or Text(verbatim: …)"),
    Mistake(
        "a refusal in one language", "try loan.claim(",
        #"guard lend.key != "" else { throw Refusal("no") }; try loan.claim("#,
        says: "write Refusal(fr: \"…\", en: \"…\")"),
    Mistake("a state without English", #"fr: "rendue", en: "returned""#, #"fr: "rendue""#, says: "parameter 'en'"),
    Mistake("an open state without a turn", #"en: "lent", turn: .resident"#, #"en: "lent""#, says: "parameter 'turn'"),
    Mistake("a state that is not there", "to: .returned)", "to: .retruned)", says: "has no member 'retruned'"),
    Mistake("a timer that is not there", "start(.overdue", "start(.overdoo", says: "has no member 'overdoo'"),
    Mistake("a draft without its moment", ", at: moment)", ")", says: "write Draft(Record(…), at: moment)"),
    Mistake(
        "in: with to:", "on(GiveBack.self, from: .lent, to: .returned)",
        "on(GiveBack.self, in: .lent, to: .returned) { _, _ in }",
        says: "a line that stays has in:, one that moves has from: and to:"),
    Mistake(
        "from: without to:", "on(GiveBack.self, from: .lent, to: .returned)",
        "on(GiveBack.self, from: .lent) { _, _ in }", says: "say where it leads: to:, or in: instead of from:"),
    Mistake(
        "a claim of a timer", "loan.run(Self.mail", #"try loan.claim("x", otherwise: Self.name); loan.run(Self.mail"#,
        says: "what a timer does cannot be refused: use tryClaim, or a guard"),
    Mistake(
        "a refusal of a run's end", "_ = (mail, loan.record.key)", #"throw Refusal(fr: "x", en: "x")"#,
        says: "what the end of a run means cannot be refused: use tryClaim, or a guard"),
    Mistake(
        "a claim that nobody looks at", "loan.run(Self.mail", #"loan.tryClaim("x"); loan.run(Self.mail"#,
        says: "result of call to 'tryClaim' is unused"),
    Mistake(
        "a timer that waits", "loan.run(Self.mail", "await Task.yield(); loan.run(Self.mail",
        says: "a rule does not wait: have a task do it with run(…), and go on in ended(…)"),
    Mistake(
        "an action that waits", "on(GiveBack.self, from: .lent, to: .returned)",
        "on(GiveBack.self, from: .lent, to: .returned) { _, loan in await Task.yield(); loan.record.key = \"\" }",
        says: "a rule does not wait: have a task do it with run(…), and go on in ended(…)"),
    Mistake("a task that is not there", "run(Self.mail", "run(Self.mial", says: "has no member 'mial'"),
    Mistake(
        "a task by its text", "run(Self.mail, .init(", #"run("keys.mail", Letter("#,
        says: "name the task by its declaration"),
    Mistake(
        "the end of a task by its text", "ended(Self.mail, in", #"ended("keys.mail", in"#,
        says: "name the task by its declaration"),
    Mistake(
        "another input than the task's", ".init(loan: loan.id)", "Lend()", says: "cannot convert value of type"),
    Mistake("a value that the task's input lacks", ".init(loan: loan.id)", ".init()", says: "parameter 'loan'"),
    Mistake(
        "a schedule of a task without a form", "// schedule", "let nightly = Schedule(Loan.mail, .every(.hours(1)))",
        says: "requires that 'Loan.Letter' conform to 'Input'"),
    Mistake(
        "a handler of another answer", "TaskReport(NoAnswer(), ", "TaskReport(7, ",
        says: "cannot convert value of type 'Int' to expected argument type 'NoAnswer'"),
    Mistake(
        "a choice without words", "// choice", "enum Size: String, Choice { case small, large }",
        says: "a choice has words: var words: Text"),
    Mistake(
        "an enum as a field", "// choice", "enum Width: String, CaseIterable, FieldValue { case small, large }",
        says: "an enum is a choice, with words in both languages"),
    Mistake(
        "a correction by a field of another type", "correctable(\\.key, as: \\Lend.$key)",
        "correctable(\\.key, as: \\Lend.$keys)", says: "'KeyPath<Loan.Lend, Field<Int>>'"),
    Mistake(
        "a correction by a field that is not there", "as: \\Lend.$key)", "as: \\Lend.$kee)",
        says: "has no member '$kee'"),
    Mistake("a typo in a rule", "key: lend.key, due", "key: lend.kee, due", says: "has no member 'kee'"),
]

@Suite("The compiler's messages for an author's mistakes")
struct MistakesTests {
    /// All programs are compiled at once, each with types of its own.
    @Test(
        "Each message says what to write instead, and the correct program compiles",
        .enabled(if: Toolchain.isThere))
    func sentences() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mistakes-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (number, mistake) in ([Mistake("none", "", "", says: "")] + mistakes).enumerated() {
            #expect(mistake.right.isEmpty || program.contains(mistake.right), "\(mistake.name): not in the program")
            let text =
                mistake.right.isEmpty
                ? program : program.replacing(mistake.right, with: mistake.wrong, maxReplacements: 1)
            try Data(text.replacing(/\bLoan\b/.wordBoundaryKind(.simple), with: "Loan\(number)").utf8)
                .write(to: folder.appending(path: "Mistake\(number).swift"))
        }
        let said = try await Toolchain.check(
            (0...mistakes.count).map { folder.appending(path: "Mistake\($0).swift").path }, asModule: "Mistakes"
        ).lines
        func lines(_ number: Int) -> [Substring] { said.filter { $0.contains("Mistake\(number).swift:") } }
        #expect(lines(0).isEmpty, "the right program does not compile")
        for (index, mistake) in mistakes.enumerated() {
            let says = mistake.says.replacing(/\bLoan\b/.wordBoundaryKind(.simple), with: "Loan\(index + 1)")
            #expect(lines(index + 1).contains { $0.contains(says) }, "\(mistake.name): \(lines(index + 1))")
        }
    }

    @Test("The article about the compiler's messages has those that the mistakes above cause")
    func article() throws {
        let path = "../../../Sources/ConciergeKit/ConciergeKit.docc/Articles/CompilerMessages.md"
        let text = try String(contentsOf: URL(filePath: #filePath).appending(path: path).standardized, encoding: .utf8)
        let messages = text.matches(of: #/(?m)^\| .* \| (.*) \|$/#).map { String($0.1) }
            .filter { $0 != "the compiler says" && $0 != "---" }
        #expect(messages.count > 15)
        for message in messages {
            #expect(mistakes.contains { message.contains($0.says) }, "nothing causes: \(message)")
        }
        // What is not a sentence of the kit has the name of a type or a member in it.
        for mistake in mistakes where !mistake.says.contains("'") {
            #expect(messages.contains { $0.contains(mistake.says) }, "the article lacks: \(mistake.says)")
        }
    }
}

private let program = #"""
    import ConciergeKit

    struct Loan: Service {
        static let id = "keys.loan"
        static let name = Text(fr: "Prêt de clé", en: "Key loan")
        static let summary = Text(fr: "Une clé est prêtée, et rendue.", en: "A key is lent and given back.")

        struct Record: Codable {
            var key: String
            var due: Instant
        }
        struct Lend: Input {
            static let name = Text(fr: "Prêter une clé", en: "Lend a key")
            @Field(fr: "Clé", en: "Key") var key: String
            @Field(fr: "Clés", en: "Keys", in: 1...9) var keys = 1
        }
        struct Terms: Settings {
            @Setting("How long.", in: .seconds(1)...) var lending: Duration
        }
        struct GiveBack: Input { static let name = Text(fr: "Rendre la clé", en: "Give the key back") }
        struct Letter: Codable { let loan: String }
        static let mail = TaskName<Letter, NoAnswer>("keys.mail", fr: "Écrire", en: "Write")
        static let sending = TaskDefinition(mail) { _, _ in TaskReport(NoAnswer(), Text(fr: "Écrit.", en: "Written.")) }

        func headline(_ loan: Record) -> Text { Text(verbatim: loan.key) }

        var lifecycle: Lifecycle {
            opening(Lend.self, to: .lent, .returned) { lend, moment in
                var loan = Draft(Record(key: lend.key, due: moment.now + .hours(4)), at: moment)
                try loan.claim("key:\(lend.key)", otherwise: Text(fr: "Déjà prêtée.", en: "Already lent."))
                loan.start(.overdue, at: loan.record.due)
                return loan
            }
            after(.overdue, in: .lent) { loan in
                loan.run(Self.mail, .init(loan: loan.id))
            }
            ended(Self.mail, in: .lent) { mail, loan in _ = (mail, loan.record.key) }
            on(GiveBack.self, from: .lent, to: .returned)
            correctable(\.key, as: \Lend.$key)
        }
    }

    extension StateOf<Loan> {
        static var lent: Self { open(fr: "prêtée", en: "lent", turn: .resident) }
        static var returned: Self { closed(fr: "rendue", en: "returned") }
    }

    extension TimerOf<Loan> {
        static var overdue: Self { timer(fr: "en retard", en: "it is overdue") }
    }
    // schedule
    // choice
    """#
