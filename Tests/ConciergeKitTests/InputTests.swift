import ConciergeKit
import JSON
import Testing

@Suite("Inputs")
struct InputTests {
    enum Carrier: String, CaseIterable, FieldValue {
        case post
        case byHand = "by-hand"
    }

    struct Everything: Input {
        static let name = Text(fr: "Tout", en: "Everything")
        static let refused = ["reason": Text(fr: "jamais", en: "never")]
        @Field(Text(fr: "t", en: "text"), example: "a") var someText: String
        @Field(Text(fr: "n", en: "number")) var wholeNumber: Int
        @Field(Text(fr: "m", en: "measure")) var measure: Double
        @Field(Text(fr: "o", en: "flag")) var flag: Bool
        @Field(Text(fr: "i", en: "instant")) var at: Instant
        @Field(Text(fr: "j", en: "day")) var onDay: LocalDate
        @Field(Text(fr: "c", en: "carrier")) var carrier: Carrier
        @Field(Text(fr: "f", en: "maybe")) var maybe: String?
        @Field(Text(fr: "g", en: "maybe a carrier")) var maybeCarrier: Carrier?
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

    @Test("Each field is read as its kind; an optional one that is not given, or null, is nil")
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
        "A value of another kind is refused by the field's name",
        arguments: [
            ("some_text", 3), ("some_text", " \n"), ("some_text", ""), ("some_text", ["a"]), ("whole_number", 3.5),
            ("whole_number", "3"), ("measure", "2.5"), ("measure", true), ("flag", 1), ("flag", "true"),
            ("at", "2026-11-23"), ("at", 0), ("on_day", "2026-02-30"), ("on_day", "2026-11-23T00:00:00Z"),
            ("carrier", "Post"), ("carrier", "pigeon"), ("maybe", 3), ("maybe_carrier", "pigeon"), ("maybe", [:]),
        ] as [(String, JSON)])
    func wrongKind(name: String, value: JSON) {
        var object = whole
        object[name] = value
        #expect(wrongField(object) == name)
    }

    @Test(
        "A required field that is missing or null is refused by its name",
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
        "A field that does not exist is refused by its name, be it null or a name in code",
        arguments: [
            ("colour", "red"), ("someText", "a"), ("colour", .null), ("", 1),
        ] as [(String, JSON)])
    func unknown(name: String, value: JSON) {
        var object = whole
        object[name] = value
        #expect(wrongField(object) == name)
    }

    @Test("A field that must not be stored is refused with the reason")
    func refused() {
        var object = whole
        object["reason"] = "flu"
        #expect(throws: Refusal(Text(fr: "jamais", en: "never"))) { try decode(object) }
    }

    @Test("The schema has every field in its order, with its wire name, kind and words")
    func schema() {
        let schema = InputSchema(of: Everything.self)
        #expect(
            schema.fields.map(\.name) == [
                "some_text", "whole_number", "measure", "flag", "at", "on_day", "carrier", "maybe", "maybe_carrier",
            ])
        #expect(
            schema.fields.map(\.kind) == [
                .string, .int, .float, .bool, .time, .date, .choice(["post", "by-hand"]), .string,
                .choice(["post", "by-hand"]),
            ])
        #expect(schema.fields.map(\.isRequired) == [true, true, true, true, true, true, true, false, false])
        #expect(schema.fields[0].title == Text(fr: "t", en: "text"))
        #expect(schema.fields[0].example == "a")
        #expect(schema.fields[1].example == nil)
        #expect(schema.strays.isEmpty)
        #expect(InputSchema(of: NoInput.self).fields.isEmpty)
    }

    @Test("An input is written as it was read, without what was not given")
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
        "Names in code become names on the wire and in the command line",
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
