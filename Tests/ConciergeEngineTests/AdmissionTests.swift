import ConciergeKit
import ConciergeTesting
import JSON
import Testing

@testable import ConciergeEngine

/// A service with fields for every kind of text.
private struct Letter: Service {
    static let id = "toy.letter"

    static let name = words("Letter")
    static let summary = words("Letter")

    struct Record: Codable { var line: String }

    struct Write: Input {
        static let name = words("Write")
        @Field(fr: "Line", en: "Line", in: ...10) var line: String
        @Field(fr: "Body", en: "Body", .lines) var body: String?
        @Field(fr: "Label", en: "Label", .scanned) var label: String?
        @Field(fr: "Day", en: "Day") var day: LocalDate?
    }
    struct Send: Input {
        static let name = words("Send")
        @Field(fr: "Why", en: "Why") var why: String?
    }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Write.self, to: .written) { write, moment in Draft(Record(line: write.line), at: moment) }
        on(Send.self, from: .written, to: .sent)
    }

    static let post = TaskName<Send, NoAnswer>("toy.post", fr: "Post", en: "Post")
}

extension StateOf<Letter> {
    fileprivate static var written: Self { open(fr: "written", en: "written", turn: .staff) }
    fileprivate static var sent: Self { closed(fr: "sent", en: "sent") }
}

@Suite("Checks of incoming calls")
struct AdmissionTests {
    private let bench: Bench

    init() throws {
        bench = try Bench(
            services: [Letter()], tasks: [TaskDefinition(Letter.post) { _, _ in TaskReport(words("ok")) }])
    }

    private func write(
        _ input: JSONObject, resident: String? = nil, key: String? = nil, service: ServiceID = "toy.letter"
    ) throws -> Answer {
        try bench.decide(
            .open(
                service: service, resident: resident, input: input, caller: Caller(actor: "anne", idempotencyKey: key)))
    }

    /// The words of the refusal; expects that nothing was changed.
    private func refusal(_ answer: Answer) -> Text? {
        #expect(bench.last.changes.isEmpty)
        if case .refused(let words) = answer.rejection { return words }
        Issue.record("not refused: \(answer)")
        return nil
    }

    @Test(
        "A text longer than its limit is refused with the limit in both languages, a text within the limit is accepted")
    func tooLong() throws {
        #expect(try write(["line": "0123456789"]).view != nil)
        #expect(try write(["line": "éééééééééé"]).view != nil)
        guard case .invalid("line", let reason) = try write(["line": "ééééééééééé"]).rejection else {
            Issue.record("eleven characters were taken")
            return
        }
        #expect(reason.fr == "attendu\u{A0}: au plus 10 caractères")
        #expect(reason.en == "expected at most 10 characters")
        let words = try #require(
            refusal(try write(["line": "a", "label": .string(String(repeating: "é", count: 251))])))
        #expect(words.fr == "label\u{A0}: le texte compte 502 octets\u{202F}; il peut en compter 500 au plus.")
        #expect(words.en == "label: the text has 502 bytes, and may have 500 at most.")
        // One visible character of a megabyte.
        #expect(refusal(try write(["line": .string("e" + String(repeating: "\u{301}", count: 500_000))])) != nil)
        #expect(refusal(try write(["line": "a", "body": .string(String(repeating: "a", count: 8001))])) != nil)
        #expect(refusal(try write(["line": "a", "day": .string(String(repeating: "1", count: 501))])) != nil)
    }

    @Test(
        "A blank text is refused, also one of invisible characters",
        arguments: ["", " ", "\u{200B}\u{FEFF}\u{A0}"])
    func blank(text: String) throws {
        for (input, name) in [(["line": .string(text)], "line"), (["line": "a", "body": .string(text)], "body")]
            as [(JSONObject, String)]
        {
            guard case .invalid(name, _) = try write(input).rejection else {
                Issue.record("\(name) was taken")
                continue
            }
        }
        #expect(refusal(try write(["line": "a"], resident: text))?.fr == "locataire\u{A0}: le texte est vide.")
        #expect(refusal(try write(["line": "a"], key: text)) != nil)
    }

    @Test("Control characters are refused, except tabs and line feeds in multi-line fields, and a scanner's characters")
    func control() throws {
        for text in ["a\u{7}", "a\nb", "a\tb", "\u{0}", "a\u{85}", "\u{1B}[0m"] {
            #expect(refusal(try write(["line": .string(text)])) != nil)
            #expect(refusal(try write(["line": "a"], resident: text)) != nil)
            #expect(refusal(try write(["line": "a"], key: text)) != nil)
        }
        #expect(
            refusal(try write(["line": "a\u{7}"]))?.en == "line: the control character U+0007 is not taken.")
        #expect(try write(["line": "a", "body": "one\n\ttwo", "label": "\u{1D}00\u{0}\r\n"]).view != nil)
        #expect(refusal(try write(["line": "a", "body": "a\u{1B}"])) != nil)
        let id = try #require(try write(["line": "b"]).view).request.id
        #expect(refusal(try bench.act(id, "send", ["why": "\u{1B}"])) != nil)
        #expect(refusal(try bench.decide(.trigger("toy.post", ["why": "\u{7}"]))) != nil)
    }

    @Test("Residents, keys, names and ids that are too long are refused before they are looked up")
    func names() throws {
        let long = String(repeating: "x", count: 900_000)
        #expect(refusal(try write(["line": "a"], resident: long)) != nil)
        #expect(refusal(try write(["line": "a"], key: long)) != nil)
        #expect(refusal(try write(["line": "a"], service: ServiceID(long))) != nil)
        #expect(RequestID(long) == nil)
        #expect(refusal(try bench.decide(.trigger(TaskID(long)))) != nil)
        #expect(RunID(long) == nil)
        #expect(refusal(try bench.decide(.pause(.provider(ProviderID(long)), actor: "anne"))) != nil)
        let id = try #require(try write(["line": "a"]).view).request.id
        #expect(refusal(try bench.act(id, long)) != nil)
        #expect(try write(["line": "a"], resident: String(repeating: "x", count: 256)).view != nil)
    }

    @Test("The size of a whole input is limited, whatever it contains")
    func whole() throws {
        let deep = JSON.array((0..<50_000).map { .string("\($0)") })
        let words = try #require(refusal(try write(["line": "a", "more": deep])))
        #expect(words.en.contains("262,144 at most"))
        #expect(refusal(try write(["line": "a", String(repeating: "n", count: 129): 1])) != nil)
    }
}
