import ConciergeKit
import ConciergeTesting
import Testing

/// A case that tasks read, change and close.
private struct Case: Service {
    static let id = "office.case"
    static let name = words("Case")
    static let summary = words("Case")
    struct Record: Codable { var notes: [String] = [] }
    struct Begin: Input { static let name = words("Begin") }
    struct AddNote: Input {
        static let name = words("Add a note")
        @Field(fr: "Note", en: "Note", in: 1...10) var text: String
    }
    struct Close: Input { static let name = words("Close") }
    /// It is no action of the table.
    struct Reopen: Input { static let name = words("Reopen") }

    func headline(_ record: Record) -> Text { Self.name }
    var lifecycle: Lifecycle {
        opening(Begin.self, to: .begun) { _, moment in Draft(Record(), at: moment) }
        on(AddNote.self, in: .begun) { note, draft in draft.record.notes.append(note.text) }
        on(Close.self, from: .begun, to: .over)
    }
}

extension StateOf<Case> {
    fileprivate static var begun: Self { open(fr: "begun", en: "begun", turn: .staff) }
    fileprivate static var over: Self { closed(fr: "over", en: "over") }
}

/// What the office's tasks do, by name.
private enum Deed: String, Choice {
    case closeAll, noteTwice, noteWithTags, wrongAction, wrongField, otherService, foreignTask, chain, lostFirst,
        report,
        tell, tellOthers

    var words: Text { Text(verbatim: rawValue) }
}

private struct Office: ServiceProvider {
    static let manifest = ProviderManifest(
        id: "office", version: "1.0.0", name: words("office"), summary: words("office"))
    init(_ configuration: NoSettings, in context: ProviderContext) {}
    var services: [any Service] { [Case()] }
    var tasks: [TaskDefinition] {
        [
            TaskDefinition(Self.work, retry: RetryPolicy(attempts: 2, base: .seconds(1)), handler),
            TaskDefinition(Self.write) { text, context in
                try await context.folder.put("\(text).txt", text)
                return TaskReport(words("wrote \(text)"))
            },
        ]
    }

    struct Work: Input {
        static let name = words("Work")
        @Field(fr: "Deed", en: "Deed") var deed: Deed
    }

    static let work = TaskName<Work, [String]>("office.work", fr: "Work", en: "Work")
    static let write = TaskName<String, NoAnswer>("office.write", fr: "Write", en: "Write")
    static let foreign = TaskName<NoInput, NoAnswer>("elsewhere.task", fr: "Foreign", en: "Foreign")

    private func note(_ text: String) -> Case.AddNote { .init { $0.text = text } }

    private func handler(_ work: Work, _ context: TaskContext) async throws -> TaskReport<[String]> {
        var said: [String] = []
        func say(_ answer: SubmittedAction<Case>) {
            switch answer {
            case .done(let after): said.append("\(after.state) \(after.record.notes.joined(separator: "+"))")
            case .refused(let reason): said.append(reason.en)
            }
        }
        switch work.deed {
        case .closeAll:
            for try await one in context.requests(of: Case.self) {
                say(try await context.submit(Case.Close(), on: one))
            }
            for try await one in context.requests(of: Case.self, .all) { said.append("\(one.state)") }
        case .report:
            let day = context.now - .days(1)..<context.now
            for try await one in context.requests(of: Case.self, closed: day) {
                said.append("\(one.id) \(one.closedAt.map { "\(context.now - $0)" } ?? "open")")
            }
        case .noteTwice, .noteWithTags, .wrongAction, .wrongField, .otherService, .lostFirst:
            for try await one in context.requests(of: Case.self) {
                switch work.deed {
                case .noteTwice:
                    say(try await context.submit(note("a"), on: one))
                    say(try await context.submit(note("b"), on: one))
                case .noteWithTags:
                    for text in ["a", "b"] { say(try await context.submit(note(text), on: one, as: text)) }
                case .wrongAction: say(try await context.submit(Case.Reopen(), on: one))
                case .wrongField: say(try await context.submit(note("much too long"), on: one))
                case .lostFirst:
                    say(try await context.submit(note("at \(context.attempt)"), on: one))
                    if context.attempt == 1 { throw TaskFailure.retry(reason: "lost", after: nil) }
                default:
                    for try await _ in context.requests(of: Elsewhere.self) {}
                }
            }
        case .tell:
            for try await one in context.requests(of: Case.self, .all) {
                try await context.notify(
                    .resident, about: one, "news", fr: "essai \(context.attempt)", en: "attempt \(context.attempt)")
            }
            if context.attempt == 1 { throw TaskFailure.retry(reason: "lost", after: nil) }
        case .tellOthers:
            try await context.notify(.staff, about: "K7M3P-9QX2D", of: Case.self, "news", words("nobody"))
        case .foreignTask: try await context.run(Self.foreign)
        case .chain:
            let first = try await context.run(Self.write, "a")
            said.append("\(first == (try await context.run(Self.write, "a")))")
            try await context.run(Self.write, "b", as: "b")
            said += try await context.folder.list()
        }
        return TaskReport(said, words("ok"))
    }
}

/// A service that no provider here has.
private struct Elsewhere: Service {
    static let id = "elsewhere.case"
    static let name = words("Elsewhere")
    static let summary = words("Elsewhere")
    struct Record: Codable {}
    struct Begin: Input { static let name = words("Begin") }
    func headline(_ record: Record) -> Text { Self.name }
    var lifecycle: Lifecycle {
        opening(Begin.self, to: .begun) { _, moment in Draft(Record(), at: moment) }
    }
}

extension StateOf<Elsewhere> {
    fileprivate static var begun: Self { open(fr: "begun", en: "begun", turn: .staff) }
}

@Suite("What a handler asks of a lodge")
struct HandlerCallsTests {
    private let lodge: Lodge
    private let id: String

    init() async throws {
        lodge = try await Lodge(Office.self, configuration: Office.Configuration(), at: Bench.start)
        id = try await lodge.open("office.case").id
    }

    private func run(_ deed: Deed) async throws -> LodgeRun {
        try await lodge.trigger("office.work", ["deed": .string(deed.rawValue)])
    }

    @Test("A handler closes each request of a stream, and sees at once that it has")
    func closeAll() async throws {
        let other = try await lodge.open("office.case").id
        let run = try await run(.closeAll)
        #expect(run.data == #"["over ","over ","over","over"]"#)
        #expect(lodge.history(id).last?.actor == "run \(run.id)")
        #expect(lodge.request(other)?.isOpen == false)
    }

    @Test("A task reads the requests that were closed within a time, with the moments of their ends")
    func report() async throws {
        try await lodge.act(id, "close")
        try await lodge.advance(by: .days(2))
        let late = try await lodge.open("office.case").id
        try await lodge.act(late, "close")
        try await lodge.advance(by: .hours(1))
        #expect(try await run(.report).data == "[\"\(late) \(Duration.hours(1))\"]")
    }

    @Test("Two different actions of one name fail the run, and say that each needs a tag")
    func sameName() async throws {
        let run = try await run(.noteTwice)
        #expect(run.state == "failed" && run.attempt == 1)
        #expect(
            run.error
                == "\"add-note\" on \(id) was submitted before with another content: give each a tag of its own with as:"
        )
        #expect(lodge.history(id).count { $0.event == "add-note" } == 1)
    }

    @Test("Actions with tags are both done")
    func withTags() async throws {
        #expect(try await run(.noteWithTags).data == #"["begun a","begun a+b"]"#)
    }

    @Test("The next attempt gets the first answer and changes nothing twice")
    func lostFirst() async throws {
        _ = try await run(.lostFirst)
        try await lodge.advance(by: .minutes(1))
        let run = try #require(lodge.runs(of: "office.work").last)
        #expect(run.state == "succeeded" && run.attempt == 2)
        #expect(run.data == #"["begun at 1"]"#)
        #expect(lodge.history(id).count { $0.event == "add-note" } == 1)
    }

    @Test("A notice of a task is in the history once, however often it is attempted, also of a closed request")
    func tells() async throws {
        try await lodge.act(id, "close")
        let open = try await lodge.open("office.case").id
        _ = try await run(.tell)
        try await lodge.advance(by: .minutes(1))
        let run = try #require(lodge.runs(of: "office.work").last)
        #expect(run.state == "succeeded" && run.attempt == 2)
        for request in [id, open] {
            #expect(lodge.notices(request) == [Text(fr: "essai 1", en: "attempt 1")])
            #expect(lodge.history(request).last?.actor == "run \(run.id)")
        }
        #expect(lodge.request(open)?.isOpen == true)
        #expect(lodge.request(id)?.isOpen == false)
    }

    @Test("A notice about a request that there is not fails the run for good")
    func tellsNobody() async throws {
        let run = try await run(.tellOthers)
        #expect(run.state == "failed" && run.attempt == 1)
        #expect(run.error?.contains("the notice \"news\"") == true)
    }

    @Test(
        "What is the author's mistake fails the run for good, and changes nothing",
        arguments: [
            (Deed.wrongAction, "action: the service \"office.case\" has no action \"reopen\""),
            (.otherService, "\"elsewhere.case\" is not a service of this provider"),
            (.foreignTask, "\"elsewhere.task\" is not a task of this provider"),
        ])
    private func mistakes(_ deed: Deed, _ reason: String) async throws {
        let run = try await run(deed)
        #expect(run.state == "failed" && run.attempt == 1)
        #expect(run.error?.hasPrefix(reason) == true, "\(run.error ?? "")")
        #expect(lodge.request(id)?.version == 1)
    }

    @Test("A field that is not accepted changes nothing, and the handler is told why")
    func wrongField() async throws {
        let run = try await run(.wrongField)
        #expect("\(run.error ?? "")\(run.data ?? "")".contains("text"), "\(run)")
        #expect(lodge.request(id)?.version == 1)
    }

    @Test("A task runs another task of its provider once, which needs no form, and writes into the same folder")
    func chain() async throws {
        let run = try await run(.chain)
        #expect(run.data == #"["true","a.txt","b.txt"]"#)
        #expect(lodge.runs(of: "office.write").map(\.state) == ["succeeded", "succeeded"])
    }
}
