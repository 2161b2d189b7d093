import ConciergeKit
import JSON
import Testing

/// A field type of an author's own.
private struct PlotNumber: WrittenValue, Codable, Hashable {
    static let form = Text(fr: "un numéro de parcelle comme A-12", en: "a plot number like A-12")
    let writtenText: String

    init?(written text: String) {
        let code = Folding.code(text)
        guard code.wholeMatch(of: /[A-Z][0-9]{1,3}/) != nil, code != "A99" else { return nil }
        writtenText = "\(code.prefix(1))-\(code.dropFirst())"
    }

    static func mistake(in text: String) -> Text? {
        guard Folding.code(text) == "A99" else { return nil }
        return Text(fr: "la parcelle A-99 est un parking", en: "plot A-99 is a car park")
    }
}

@Suite("Fields of an author's own type, and times as fields and in records")
struct OwnFieldTests {
    private struct Rent: Input {
        static let name = Text(fr: "Louer", en: "Rent")
        @Field(fr: "Parcelle", en: "Plot", example: PlotNumber(written: "A12")) var plot: PlotNumber
        @Field(fr: "Autres", en: "Others") var others: [PlotNumber] = []
    }

    private struct Times: Input {
        static let name = Text(fr: "Heures", en: "Times")
        @Field(fr: "Jour", en: "Day", in: (LocalDate("2026-01-01") ?? .distantDay)...) var day: LocalDate
        @Field(fr: "Heure", en: "Time") var time: TimeOfDay
        @Field(fr: "Durée", en: "How long", in: .minutes(1)...) var span: Duration
        @Field(fr: "Horaire", en: "Hours") var hours: Hours
    }

    private struct Stored: Codable, Equatable {
        var plot: PlotNumber
        var day: LocalDate
        var time: TimeOfDay
        var hours: [Weekday: [Hours]]
        var open: Hours
        var span: Duration
        var price: Money
        var damage: ChoiceTests.Damage
    }

    private let schema = InputSchema(of: Rent.self)

    private func reason(_ object: JSONObject) -> Text? {
        #expect(throws: InvalidField.self) { try Rent(object, schema: schema) }?.reason
    }

    @Test("A value of the type is read as it is typed, and sent in its one form")
    func typed() throws {
        let input = try Rent(["plot": "a 12", "others": ["B-7"]], schema: schema)
        #expect(input.plot.writtenText == "A-12")
        #expect(input.object == ["plot": "A-12", "others": ["B-7"]])
    }

    @Test("The type says what it expects, in the error and in the form, in both languages; or more exactly why not")
    func expected() {
        #expect(reason(["plot": "12"])?.en == "expected a plot number like A-12")
        #expect(reason(["plot": "12"])?.fr == "attendu\u{A0}: un numéro de parcelle comme A-12")
        #expect(reason(["plot": 12])?.en == "expected a plot number like A-12")
        #expect(reason(["plot": "a99"])?.en == "plot A-99 is a car park")
        #expect(
            reason(["plot": "A1", "others": ["A1", "?"]])?.fr
                == "élément 2\u{A0}: attendu\u{A0}: un numéro de parcelle comme A-12")
        #expect(schema.fields[0].kind.form?.en == "a plot number like A-12")
        #expect(schema.fields[1].kind.form?.fr == "un numéro de parcelle comme A-12")
        #expect(schema.fields[0].example == "A-12")
        #expect(schema.mistake(in: ["plot": "A\u{7}12"]) != nil)
    }

    @Test("Days, times, spans and hours are fields, typed as either language writes them")
    func times() throws {
        let schema = InputSchema(of: Times.self)
        let given: JSONObject = ["day": "2026-11-27", "time": "7h30", "span": "2h", "hours": "7h-22h"]
        let input = try Times(given, schema: schema)
        #expect(input.object == ["day": "2026-11-27", "time": "07:30", "span": "2h", "hours": "07:00-22:00"])
        for (name, value, words) in [
            ("day", "2025-12-31", "expected at least 2026-01-01"), ("time", "25h", "expected a time of day like 07:30"),
            ("span", "soon", "expected a length of time like 30s, 4h or \"3 days\", 100 years at most"),
            ("hours", "7-22", "expected hours like 09:00-12:00"),
        ] {
            var wrong = given
            wrong[name] = .string(value)
            let error = #expect(throws: InvalidField.self) { try Times(wrong, schema: schema) }
            #expect(error?.reason.en == words)
        }
    }

    @Test("In a record all of them are kept, and are read again")
    func record() throws {
        let stored = Stored(
            plot: try #require(PlotNumber(written: "A12")), day: try #require(LocalDate("2026-11-27")),
            time: try #require(TimeOfDay("07:30")), hours: [.friday: [try #require(Hours("07:00-22:00"))]],
            open: try #require(Hours("07:00-22:00")), span: .hours(2), price: Money(cents: 1250), damage: .frontDoor)
        let bytes = try JSONCoding.encode(stored)
        let json = try JSON.parse(bytes)
        #expect(json["plot"] == "A-12")
        #expect(json["day"] == "2026-11-27")
        #expect(json["open"] == "07:00-22:00")
        #expect(json["price"] == "12.50")
        #expect(json["damage"] == "front-door")
        #expect(try JSONCoding.decode(Stored.self, from: bytes) == stored)
        #expect(throws: (any Error).self) { try JSONCoding.decode([PlotNumber].self, from: Array(#"["12"]"#.utf8)) }
    }
}

extension LocalDate {
    fileprivate static var distantDay: LocalDate { LocalDate(daysSinceEpoch: .max) }
}
