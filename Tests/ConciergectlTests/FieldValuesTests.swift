import Civil
import ConciergeProtocol
import JSON
import Testing
import Wording

@testable import conciergectl

@Suite struct FieldValuesTests {
    private let fields = [
        Wire.Field(
            name: "tracking", kind: "string", required: true, title: Text(fr: "Numéro", en: "Number on the label"),
            example: "RB123456785GB"),
        Wire.Field(name: "count", kind: "int", required: false, title: Text(fr: "Nombre", en: "Count")),
        Wire.Field(name: "weight", kind: "float", required: false, title: Text(fr: "Poids", en: "Weight")),
        Wire.Field(name: "fragile", kind: "bool", required: false, title: Text(fr: "Fragile", en: "Fragile")),
        Wire.Field(name: "arrived_at", kind: "time", required: false, title: Text(fr: "Arrivé", en: "Arrived")),
        Wire.Field(name: "until", kind: "date", required: false, title: Text(fr: "Jusqu'au", en: "Until")),
        Wire.Field(
            name: "size", kind: "choice", required: false, title: Text(fr: "Taille", en: "Size"),
            choices: [
                .init(value: "small", words: Text(fr: "petit", en: "small")),
                .init(value: "large", words: Text(fr: "grand", en: "large")),
            ]),
        Wire.Field(
            name: "found", kind: "[]choice", required: false, title: Text(fr: "Constats", en: "Findings"),
            choices: [
                .init(value: "leak", words: Text(fr: "fuite", en: "leak")),
                .init(value: "damp", words: Text(fr: "humidité", en: "damp")),
            ], limits: .init(least: "1", greatest: "3", unit: .elements)),
        Wire.Field(
            name: "deposit", kind: "money", required: false, title: Text(fr: "Caution", en: "Deposit"),
            example: "50.00",
            limits: .init(least: "0.00", greatest: "500.00", unit: .value), default: "20.00"),
        Wire.Field(
            name: "code", kind: "int", required: false, title: Text(fr: "Code", en: "Code"), secret: true),
        Wire.Field(
            name: "plot", kind: "string", required: false, title: Text(fr: "Parcelle", en: "Plot"), example: "A-12",
            expects: Text(fr: "un numéro de parcelle", en: "a plot number")),
        Wire.Field(name: "visits", kind: "[]int", required: false, title: Text(fr: "Passages", en: "Visits")),
    ]

    private func read(_ pairs: String...) throws(Failure) -> JSONObject {
        try FieldValues(fields: fields, clock: .paris).read(pairs)
    }

    /// The first problem of an invalid input; nil if it is valid.
    private func problem(_ pairs: String...) -> Text? {
        do {
            _ = try FieldValues(fields: fields, clock: .paris).read(["tracking=x"] + pairs)
            return nil
        } catch {
            return error.message
        }
    }

    @Test("Values are converted to the wire form of their field's kind")
    func kinds() throws {
        let input = try read(
            "tracking=RB=1 é", "count=-3", "weight=2,5", "fragile=oui", "arrived-at=2026-11-24 09:00",
            "until=2026-12-01", "size=large")
        #expect(
            JSON.object(input).text == #"{"tracking":"RB=1 é","count":-3,"weight":2.5,"fragile":true,"#
                + #""arrived_at":"2026-11-24T08:00:00Z","until":"2026-12-01","size":"large"}"#)
    }

    @Test("A list is given value by value, and each value has the kind of the elements")
    func lists() throws {
        let input = try read("tracking=x", "found=leak", "visits=2", "found=damp")
        #expect(input["found"] == ["leak", "damp"])
        #expect(input["visits"] == [2])
        #expect(problem("visits=1", "visits=two") != nil)
        #expect(problem("count=1", "count=2") != nil)
        let lines = FieldList(fields).lines.map(\.en)
        #expect(
            lines.contains {
                $0.contains("choice, several times, optional") && $0.contains("leak | damp, 1 to 3 elements")
            })
    }

    @Test(
        "Yes and no are accepted in both languages",
        arguments: [
            ("true", true), ("YES", true), ("oui", true), ("false", false), ("No", false), ("non", false),
        ])
    func truth(_ text: String, _ value: Bool) throws {
        #expect(try read("tracking=x", "fragile=\(text)")["fragile"] == .bool(value))
    }

    @Test(
        "A value of another kind is refused with the expected kind",
        arguments: [
            ("count=3.5", "is not a whole number"), ("count=", "is not a whole number"),
            ("weight=heavy", "is not a number"), ("weight=nan", "is not a number"), ("weight=1,2,3", "is not a number"),
            ("weight=0x10", "is not a number"), ("fragile=maybe", "is neither yes nor no"),
            ("until=soon", "is not a date"), ("until=2026-12-01T09:00", "has a time"),
            ("plot=…", "replace \"…\" by the value"),
            ("arrived_at=soon", "is not a time"), ("arrived_at=2026-11-24", "has no time"),
            ("arrived_at=2026-03-29 02:30", "does not exist here"),
            ("deposit=1.234", "is not an amount such as 50 or 12.50"),
        ])
    func refused(_ pair: String, _ reason: String) throws {
        let message = try #require(problem(pair))
        #expect(message.en.contains(reason))
        #expect(message.en.contains("\"\(pair.prefix { $0 != "=" })\""))
        #expect(message.fr != message.en)
    }

    @Test("A choice is found by its words; what is none of them is left to the daemon")
    func choices() throws {
        #expect(try read("tracking=x", "size= Grand ")["size"] == "large")
        #expect(try read("tracking=x", "size=pet")["size"] == "small")
        #expect(try read("tracking=x", "size=huge")["size"] == "huge")
    }

    @Test("A day and a time are read as people write them, and said back in words")
    func spoken() throws {
        let input = try read("tracking=x", "until=demain", "arrived-at=hier 9h40")
        #expect(input["until"] == "2026-11-25")
        #expect(input["arrived_at"] == "2026-11-23T08:40:00Z")
        let said = FieldValues(fields: fields, clock: .paris).understood(input)
        #expect(
            said.map(\.fr) == [
                "Arrivé\u{A0}: lundi 23 novembre 2026 à 9\u{A0}h\u{A0}40", "Jusqu’au\u{A0}: mercredi 25 novembre 2026",
            ])
        #expect(said[0].en == "Arrived: Monday 23 November 2026, 09:40")
    }

    @Test("A field is found by its title and by the beginning of its name")
    func fieldNames() throws {
        #expect(try read("Numéro=x", "frag=oui", "Poids=2") == ["tracking": "x", "fragile": true, "weight": 2.0])
    }

    @Test("An amount is sent in one form")
    func money() throws {
        #expect(try read("tracking=x", "deposit=12,5 €")["deposit"] == "12.50")
    }

    @Test("A field's line says the choices, the form, the limits and the default, in each language")
    func hints() throws {
        let lines = FieldList(fields).lines
        func line(_ name: String) throws -> Text { try #require(lines.first { $0.en.hasPrefix(name) }) }
        #expect(try line("size").fr.hasSuffix("petit | grand"))
        #expect(try line("deposit").fr.hasSuffix("0\u{202F}€ à 500\u{202F}€, p. ex. 50\u{202F}€, sinon 20\u{202F}€"))
        #expect(try line("deposit").en.hasSuffix("€0 to €500, e.g. €50, otherwise €20"))
        #expect(try line("plot").en.hasSuffix("a plot number, e.g. A-12"))
        #expect(try line("code").en.hasSuffix("secret"))
    }

    @Test("The value of a secret field is not repeated in a message")
    func secret() throws {
        let message = try #require(problem("code=4711x"))
        #expect(message.en == "\"code\": the value is not a whole number")
        #expect(!message.fr.contains("4711"))
    }

    @Test("An unknown field is refused with the nearest field and the list of all fields")
    func unknown() throws {
        let failure = try #require(throws: Failure.self) { try read("tracking=x", "trackng=y") }
        #expect(failure.status == .refused)
        #expect(failure.message.en == "there is no field \"trackng\"; did you mean \"tracking\"?")
        #expect(
            failure.message.fr
                == "le champ «\u{A0}trackng\u{A0}» n’existe pas\u{202F}; vouliez-vous dire «\u{A0}tracking\u{A0}»\u{202F}?"
        )
        #expect(failure.details.contains { $0.en.contains("Number on the label") && $0.en.contains("RB123456785GB") })
    }

    @Test("A missing field is reported with its title")
    func missing() throws {
        let failure = try #require(throws: Failure.self) { try read("count=1") }
        #expect(
            failure.message.en
                == "\"tracking\" is missing (Number on the label)")
    }

    @Test("All problems are reported at once")
    func several() throws {
        let failure = try #require(throws: Failure.self) {
            try read("count=x", "colour=red", "size=small", "size=large")
        }
        #expect(failure.message.en == "4 fields are not right")
        let kinds = failure.parameters["problems"]?.arrayValue?.compactMap { $0["problem"]?.stringValue }
        #expect(kinds == ["invalid", "unknown", "repeated", "missing"])
    }

    @Test("A word that is not field=value is a usage error", arguments: ["tracking", "=x"])
    func notAPair(_ word: String) throws {
        let failure = try #require(throws: Failure.self) { try read(word) }
        #expect(failure.status == .usage)
    }

    @Test("A value of an unknown kind is sent as a string")
    func unknownKind() throws {
        let field = Wire.Field(name: "place", kind: "geo", required: false, title: Text(verbatim: "Place"))
        #expect(try FieldValues(fields: [field], clock: .paris).read(["place=48,2"])["place"] == "48,2")
    }

    @Test(
        "An example is quoted as one word for a shell",
        arguments: [
            ("plain-1.5", "plain-1.5"), ("two words", "'two words'"), ("l'été", #"'l'\''été'"#), ("", "''"),
            ("a;b", "'a;b'"), ("été", "été"), ("$HOME", "'$HOME'"),
        ])
    func quoting(_ text: String, _ word: String) {
        #expect(text.shellQuoted == word)
    }
}
