import ConciergeKit
import JSON
import Testing

@Suite("Inputs")
struct InputTests {
    enum Carrier: String, Choice {
        case post
        case byHand = "by-hand"

        var words: Text {
            switch self {
            case .post: Text(fr: "La Poste", en: "the post")
            case .byHand: Text(fr: "porté à la main", en: "by hand")
            }
        }
    }

    struct Everything: Input {
        static let name = Text(fr: "Tout", en: "Everything")
        static let refused = ["reason": Text(fr: "jamais", en: "never")]
        @Field(fr: "t", en: "text", example: "a") var someText: String
        @Field(fr: "n", en: "number") var wholeNumber: Int
        @Field(fr: "m", en: "measure") var measure: Double
        @Field(fr: "o", en: "flag") var flag: Bool
        @Field(fr: "i", en: "instant") var at: Instant
        @Field(fr: "j", en: "day") var onDay: LocalDate
        @Field(fr: "c", en: "carrier") var carrier: Carrier
        @Field(fr: "f", en: "maybe") var maybe: String?
        @Field(fr: "g", en: "maybe a carrier") var maybeCarrier: Carrier?
    }

    struct Closer: Input {
        static let name = Text(fr: "Plus étroit", en: "Closer")
        @Field(fr: "p", en: "people", example: 12, in: 1...500) var people = 1
        @Field(fr: "a", en: "at least", in: 3...) var atLeast: Double?
        @Field(fr: "m", en: "at most", in: ...2) var atMost: Int?
        @Field(fr: "o", en: "where", in: 2...5) var place: String?
        @Field(fr: "s", en: "span", in: .minutes(1)...) var span: Duration?
        @Field(fr: "c", en: "found", example: [.post], in: 1...3) var found: [Carrier]
        @Field(fr: "t", en: "times", .lines) var notes: [String] = []
        @Field(fr: "r", en: "maybe with a default", in: 1...9) var maybe: Int? = 5
    }

    private func closer(_ object: JSONObject) throws -> Closer {
        try Closer(object, schema: InputSchema(of: Closer.self))
    }

    private let whole: JSONObject = [
        "some_text": "été", "whole_number": 3, "measure": 2.5, "flag": true, "at": "2026-11-23T09:00:00+01:00",
        "on_day": "2026-11-23", "carrier": "by-hand",
    ]

    private func decode(_ object: JSONObject) throws -> Everything {
        try Everything(object, schema: InputSchema(of: Everything.self))
    }

    private func wrongField(_ object: JSONObject) -> String? {
        do {
            _ = try decode(object)
            return nil
        } catch let field as InvalidField {
            #expect(!field.reason.fr.isEmpty && !field.reason.en.isEmpty)
            return field.name
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    @Test("Each field is read as its kind; an optional field that is missing or null is nil")
    func every() throws {
        var object = whole
        object["maybe_carrier"] = .null
        let input = try decode(object)
        #expect(input.someText == "été")
        #expect(input.wholeNumber == 3)
        #expect(input.measure == 2.5)
        #expect(input.flag)
        #expect(input.at == Instant("2026-11-23T08:00:00Z"))
        #expect(input.onDay == LocalDate("2026-11-23"))
        #expect(input.carrier == .byHand)
        #expect(input.maybe == nil)
        #expect(input.maybeCarrier == nil)
        object["maybe"] = "x"
        object["maybe_carrier"] = "post"
        object["measure"] = 2
        let more = try decode(object)
        #expect(more.maybe == "x")
        #expect(more.maybeCarrier == .post)
        #expect(more.measure == 2)
    }

    @Test(
        "A value of another kind is refused with the field's name",
        arguments: [
            ("some_text", 3), ("some_text", " \n"), ("some_text", ""), ("some_text", ["a"]), ("whole_number", 3.5),
            ("whole_number", "3"), ("measure", "2.5"), ("measure", true), ("flag", 1), ("flag", "true"),
            ("at", "2026-11-23"), ("at", 0), ("on_day", "2026-02-30"), ("on_day", "2026-11-23T00:00:00Z"),
            ("carrier", "pigeon"), ("carrier", ""), ("maybe", 3), ("maybe_carrier", "pigeon"), ("maybe", [:]),
        ] as [(String, JSON)])
    func wrongKind(name: String, value: JSON) {
        var object = whole
        object[name] = value
        #expect(wrongField(object) == name)
    }

    @Test(
        "A required field that is missing or null is refused with its name",
        arguments: [
            "some_text", "whole_number", "measure", "flag", "at", "on_day", "carrier",
        ])
    func missing(name: String) {
        var object = whole
        object[name] = nil
        #expect(wrongField(object) == name)
        object[name] = .null
        #expect(wrongField(object) == name)
    }

    @Test(
        "An unknown field is refused with its name, even if it is null or the name of the Swift property",
        arguments: [
            ("colour", "red"), ("someText", "a"), ("colour", .null), ("", 1),
        ] as [(String, JSON)])
    func unknown(name: String, value: JSON) {
        var object = whole
        object[name] = value
        #expect(wrongField(object) == name)
    }

    @Test("A missing or null field has its default, and an optional field with a default has it too")
    func defaults() throws {
        for object in [["found": ["post"]], ["found": ["post"], "people": .null, "maybe": .null]] as [JSONObject] {
            let input = try closer(object)
            #expect(input.people == 1)
            #expect(input.maybe == 5)
            #expect(input.atLeast == nil)
            #expect(input.notes.isEmpty)
        }
        let given = try closer(["found": ["post", "by-hand"], "people": 500, "maybe": 9, "notes": ["a", "b"]])
        #expect(given.people == 500)
        #expect(given.maybe == 9)
        #expect(given.found == [.post, .byHand])
        #expect(given.notes == ["a", "b"])
        #expect(given.object["found"] == ["post", "by-hand"])
        let schema = InputSchema(of: Closer.self)
        #expect(schema.fields.map(\.isRequired) == [false, false, false, false, false, true, false, false])
        #expect(
            schema.fields.map(\.kind.word) == [
                "int", "float", "int", "string", "string", "[]choice", "[]string", "int",
            ])
        #expect(schema.fields[0].example == "12")
    }

    @Test(
        "A value outside its limits is refused with the field's name and the expected range, in both languages",
        arguments: [
            ("people", 0, "expected 1 to 500"), ("people", 501, "expected 1 to 500"),
            ("at_least", 2.5, "expected at least 3.0"), ("at_most", 3, "expected at most 2"),
            ("place", "a", "expected 2 to 5 characters"), ("place", "éééééé", "expected 2 to 5 characters"),
            ("span", "59s", "expected at least 1min"), ("found", [], "expected 1 to 3 elements"),
            ("found", ["post", "post", "post", "post"], "expected 1 to 3 elements"), ("maybe", 0, "expected 1 to 9"),
            ("found", ["post", "pigeon"], "element 2: one of these is expected: the post, by hand"),
            ("found", "post", "a list is expected"), ("notes", ["a", " "], "element 2: the text is empty"),
        ] as [(String, JSON, String)])
    func limits(name: String, value: JSON, reason: String) throws {
        var object: JSONObject = ["found": ["post"]]
        object[name] = value
        let error = #expect(throws: InvalidField.self) { try closer(object) }
        #expect(error?.name == name)
        #expect(error?.reason.en == reason)
        #expect(error?.reason.fr != reason)
    }

    @Test("A value at a limit is accepted")
    func atLimits() throws {
        let input = try closer([
            "found": ["post"], "at_least": 3, "at_most": 2, "place": "ééééé", "span": 60, "maybe": 1,
        ])
        #expect(input.place == "ééééé")
        #expect(input.span == .minutes(1))
    }

    @Test("The texts of a list have the same limits as the text of a field")
    func listsOfTexts() {
        let schema = InputSchema(of: Closer.self)
        #expect(schema.mistake(in: ["notes": ["a\nb", "c"]]) == nil)
        #expect(schema.mistake(in: ["notes": ["a", "b\u{7}"]]) != nil)
        #expect(schema.mistake(in: ["notes": ["a", .string(String(repeating: "x", count: 8001))]]) != nil)
        #expect(schema.mistake(in: ["place": .string(String(repeating: "x", count: 21))]) != nil)
    }

    @Test("An input can be made in code")
    func byHand() {
        let input = Closer { $0.people = 3 }
        #expect(input.people == 3)
        #expect(input.maybe == 5)
    }

    @Test("A field that must not be stored is refused with the reason")
    func refused() {
        var object = whole
        object["reason"] = "flu"
        #expect(throws: Refusal(Text(fr: "jamais", en: "never"))) { try decode(object) }
    }

    @Test("The schema has every field in order, with its wire name, kind and title")
    func schema() {
        let schema = InputSchema(of: Everything.self)
        #expect(
            schema.fields.map(\.name) == [
                "some_text", "whole_number", "measure", "flag", "at", "on_day", "carrier", "maybe", "maybe_carrier",
            ])
        #expect(
            schema.fields.map(\.kind) == [
                .string, .int, .float, .bool, .time, .date, Carrier.kind, .string, Carrier.kind,
            ])
        #expect(schema.fields.map(\.isRequired) == [true, true, true, true, true, true, true, false, false])
        #expect(schema.fields[0].title == Text(fr: "t", en: "text"))
        #expect(schema.fields[0].example == "a")
        #expect(schema.fields[1].example == nil)
        #expect(schema.mistakes.isEmpty)
        #expect(InputSchema(of: NoInput.self).fields.isEmpty)
    }

    @Test("An input is written as it was read, without the missing fields")
    func roundTrip() throws {
        var expected = whole
        expected["at"] = "2026-11-23T08:00:00Z"
        #expect(try decode(whole).object == expected)
        expected["maybe"] = "x"
        expected["maybe_carrier"] = "post"
        #expect(try decode(expected).object == expected)
        var byHand = Everything()
        #expect(byHand.object.isEmpty)
        byHand.wholeNumber = 4
        #expect(byHand.object == ["whole_number": 4])
    }

    @Test(
        "Swift names become names on the wire and in the command line",
        arguments: [
            ("overrideReason", "override_reason", "override-reason"), ("HandOver", "hand_over", "hand-over"),
            ("tracking", "tracking", "tracking"), ("line2Text", "line2_text", "line2-text"), ("X", "x", "x"),
            ("", "", ""),
        ])
    func naming(code: String, wire: String, action: String) {
        #expect(Naming.wire(code) == wire)
        #expect(Naming.action(code) == action)
    }
}
