import ConciergeKit
import JSON
import Testing

@Suite("Choices")
struct ChoiceTests {
    enum Damage: String, Choice {
        case leak, heating
        case frontDoor = "front-door"

        var words: Text {
            switch self {
            case .leak: Text(fr: "dégât des eaux", en: "water damage")
            case .heating: Text(fr: "chauffage", en: "heating")
            case .frontDoor: Text(fr: "porte d'entrée", en: "front door")
            }
        }
    }

    private enum Doubtful: String, Choice {
        case one, two
        var words: Text { Text(fr: "l'un", en: self == .one ? "first" : "second") }
    }

    private struct Report: Input {
        static let name = Text(fr: "Signaler", en: "Report")
        @Field(fr: "Dégât", en: "Damage", example: .leak) var damage: Damage
        @Field(fr: "Autres", en: "Others", in: ...3) var others: [Damage] = []
        @Field(fr: "Jour", en: "Day") var day: Weekday = .monday
        @Field(fr: "Doute", en: "Doubt") var doubt: Doubtful?
    }

    private struct Opening: Settings {
        @Setting("By weekday.") var hours: [Weekday: [Hours]] = [:]
        @Setting("Which.") var damage: Damage = .leak
    }

    private let schema = InputSchema(of: Report.self)

    private func reason(_ object: JSONObject) -> Text? {
        #expect(throws: InvalidField.self) { try Report(object, schema: schema) }?.reason
    }

    @Test(
        "A choice is typed by its value or its words in either language, in any case and without accents",
        arguments: [
            ("leak", .leak), ("LEAK", .leak), ("water damage", .leak), ("Dégât des eaux", .leak),
            ("degat  des EAUX", .leak), ("front-door", .frontDoor), ("Front door", .frontDoor),
            ("porte d\u{2019}entree", .frontDoor), ("Chauffage", .heating), (" heating ", .heating),
        ] as [(String, Damage)])
    func typed(_ text: String, _ damage: Damage) throws {
        let input = try Report(["damage": .string(text), "others": [.string(text)]], schema: schema)
        #expect(input.damage == damage)
        #expect(input.others == [damage])
        #expect(input.object["damage"] == .string(damage.rawValue))
    }

    @Test("A choice that is unknown is refused with the words in each language")
    func unknown() {
        let words = reason(["damage": "flood"])
        #expect(words?.en == "one of these is expected: water damage, heating, front door")
        #expect(
            words?.fr == "une de ces valeurs est attendue\u{A0}: dégât des eaux, chauffage, porte d\u{2019}entrée")
        #expect(reason(["damage": "leak", "others": ["leak", "x"]])?.en.hasPrefix("element 2: one of these") == true)
        #expect(reason(["damage": 3]) == words)
        #expect(reason(["damage": ""]) == words)
    }

    @Test("Words that two choices have mean neither, and are found as the author's mistake")
    func ambiguous() throws {
        #expect(reason(["damage": "leak", "doubt": "l'un"])?.en == "one of these is expected: first, second")
        #expect(try Report(["damage": "leak", "doubt": "first"], schema: schema).doubt == .one)
        #expect(Doubtful.kind.choices.ambiguities == ["l'un"])
        #expect(Damage.kind.choices.ambiguities.isEmpty)
        #expect(Weekday.kind.choices.ambiguities.isEmpty && Language.kind.choices.ambiguities.isEmpty)
    }

    @Test("Weekdays are keys of a setting, in either language, and one day is not given twice")
    func weekdays() throws {
        let section = try Opening(["hours": ["monday": ["07:00-12:00", "14h-19h"], "mardi": ["7h-22h"]]])
        #expect(section.hours[.monday] == [Hours("07:00-12:00"), Hours("14:00-19:00")].compactMap(\.self))
        #expect(section.hours[.tuesday]?.map(\.description) == ["07:00-22:00"])
        #expect(try Report(["damage": "leak", "day": "Vendredi"], schema: schema).day == .friday)
        func mistake(_ json: JSON) -> String? { #expect(throws: Mismatch.self) { try Opening(json) }?.description }
        #expect(
            mistake(["hours": ["friday": [], "vendredi": []]])
                == "hours.vendredi: it is the same key as \"friday\"")
        #expect(mistake(["hours": ["friday": ["7-22"]]]) == "hours.friday[0]: expected hours like 09:00-12:00")
        #expect(mistake(["hours": ["fryday": []]]) == "hours.fryday: there is no such field here")
        #expect(try Opening(["damage": "Chauffage"]).damage == .heating)
    }
}
