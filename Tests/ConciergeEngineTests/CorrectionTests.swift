import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

/// A parcel whose shelf, price and number may be corrected.
private struct Shelving: Service {
    static let id = "toy.shelving"
    static let name = words("Shelving")
    static let summary = words("Shelving")

    struct Record: Codable {
        var shelf: String?
        var price: Money
        var number: String
        var pin: String
        var notes = 0
    }

    struct Store: Input {
        static let name = words("Store")
        @Field(fr: "Étagère", en: "Shelf", in: 1...20) var shelf: String?
        @Field(fr: "Prix", en: "Price", in: 0...100) var price: Money = 5
        @Field(fr: "Numéro", en: "Number") var number: String
        @Field(fr: "Code", en: "Pin", .secret) var pin: String
    }
    struct Fetch: Input { static let name = words("Fetch") }

    func headline(_ parcel: Record) -> Text { Text(verbatim: parcel.number) }

    var lifecycle: Lifecycle {
        opening(Store.self, to: .stored) { store, moment in
            var parcel = Draft(
                Record(shelf: store.shelf, price: store.price, number: store.number, pin: store.pin), at: moment)
            try parcel.claim("number:\(store.number)", otherwise: words("taken"))
            parcel.start(.sweep, after: .hours(1))
            return parcel
        }
        on(Fetch.self, from: .stored, to: .fetched)
        after(.sweep, in: .stored) { _ in }
        correctable(\.shelf, as: \Store.$shelf)
        correctable(\.price, as: \Store.$price)
        correctable(\.pin, as: \Store.$pin)
        correctable(\.number, as: \Store.$number) { parcel in
            guard parcel.record.number != "0" else { throw Refusal(words("no zero")) }
            parcel.record.notes += 1
            guard parcel.state == .stored else { return }
            try parcel.claim("number:\(parcel.record.number)", otherwise: words("taken"))
            parcel.notify(.staff, "renumbered", words("Now \(parcel.record.number)."))
        }
    }
}

extension StateOf<Shelving> {
    fileprivate static var stored: Self { open(fr: "stored", en: "stored", turn: .resident) }
    fileprivate static var fetched: Self { closed(fr: "fetched", en: "fetched") }
}

extension TimerOf<Shelving> {
    fileprivate static var sweep: Self { timer(fr: "sweep", en: "sweep") }
}

@Suite("Corrections of a record by staff")
struct CorrectionTests {
    private let bench: Bench
    private let id: RequestID

    init() throws {
        bench = try Bench(services: [Shelving()], tasks: [])
        id = try #require(
            try bench.decide(
                .open(
                    service: "toy.shelving", resident: nil, input: ["shelf": "A3", "number": "7", "pin": "4711"],
                    caller: Caller(actor: "anne"))
            ).view
        ).request.id
    }

    @discardableResult
    private func correct(_ input: JSONObject, _ caller: Caller = Caller(actor: "lea")) throws -> Answer {
        try bench.decide(.correct(id: id, input: input, caller: caller))
    }

    private func record() throws -> JSON { try JSON.parse(try bench.request(id).record) }

    @Test("The record gets the new values, and one line of the history has both, with who and when")
    func corrected() throws {
        bench.now = bench.now + .minutes(5)
        let view = try #require(try correct(["shelf": "B2", "price": "12,50 €"]).view)
        #expect(view.request.state == "stored")
        #expect(view.request.version == 2)
        #expect(view.timers.count == 1)
        #expect(try record()["shelf"] == "B2")
        #expect(try record()["price"] == "12.50")
        let line = try #require(bench.memory.entries.last)
        #expect(line.event == .corrected)
        #expect(line.actor == "lea")
        #expect(line.at == bench.now)
        #expect((line.from, line.to) == ("stored", "stored"))
        #expect(
            try line.input.map { try JSON.parse($0) }
                == ["shelf": ["from": "A3", "to": "B2"], "price": ["from": "5.00", "to": "12.50"]])
        #expect(bench.events(id) == ["open", "corrected"])
    }

    @Test("An optional field is cleared, and then has no value before the next correction")
    func cleared() throws {
        try correct(["shelf": .null])
        #expect(try record()["shelf"] == nil)
        #expect(try bench.memory.entries.last?.input.map { try JSON.parse($0) } == ["shelf": ["from": "A3"]])
        try correct(["shelf": "C1"])
        #expect(try bench.memory.entries.last?.input.map { try JSON.parse($0) } == ["shelf": ["to": "C1"]])
    }

    @Test("A closed request is corrected too: it stays closed, at the time at which it was")
    func closed() throws {
        try bench.act(id, "fetch")
        let before = try bench.request(id)
        bench.now = bench.now + .days(3)
        let view = try #require(try correct(["shelf": "B2", "number": "8"]).view)
        #expect(view.request.state == "fetched")
        #expect(!view.request.isOpen)
        #expect(view.request.closedAt == before.closedAt)
        #expect(try record()["number"] == "8")
        #expect(bench.memory.holders.isEmpty)
    }

    @Test(
        "What the field would refuse is refused with its name, and changes nothing",
        arguments: [
            (["price": "101"], "price"), (["price": "cheap"], "price"), (["shelf": " "], "shelf"),
            (["number": .null], "number"), (["shelf": "B2", "price": -1], "price"), (["notes": 3], "notes"),
            (["state": "x"], "state"), ([:], "input"),
        ] as [(JSONObject, String)])
    func refused(_ input: JSONObject, _ name: String) throws {
        let answer = try correct(input)
        guard case .invalid(let field, let reason)? = answer.rejection else {
            Issue.record("\(answer)")
            return
        }
        #expect(field == name)
        #expect(reason.fr != reason.en)
        #expect(try bench.request(id).version == 1)
        #expect(bench.events(id) == ["open"])
    }

    @Test("A text that no field takes, and values that the request has already, are refused")
    func nothing() throws {
        #expect(try correct(["shelf": "B\u{7}"]).isRefused)
        #expect(try correct(["shelf": "A3", "price": 5]).isRefused)
        #expect(try bench.request(id).version == 1)
        try correct(["shelf": "A3", "price": 6])
        #expect(
            try bench.memory.entries.last?.input.map { try JSON.parse($0) } == [
                "price": ["from": "5.00", "to": "6.00"]
            ])
    }

    @Test("The rule sees all new values, and its claims and notices are committed with them; it may refuse all of it")
    func rule() throws {
        #expect(try correct(["shelf": "B2", "number": "0"]).rejection == .refused(words("no zero")))
        #expect(try record()["shelf"] == "A3")
        try correct(["shelf": "B2", "number": "9"])
        #expect(try record()["notes"] == 1)
        #expect(bench.memory.holders["toy/number:9"] == id)
        #expect(bench.events(id) == ["open", "corrected", "notice:renumbered"])
        try bench.decide(
            .open(
                service: "toy.shelving", resident: nil, input: ["number": "10", "pin": "1"],
                caller: Caller(actor: "anne")))
        #expect(try correct(["number": "10"]).rejection == .refused(words("taken")))
        #expect(try record()["number"] == "9")
    }

    @Test("A repeat with the same key gets the first answer, and another correction with it is refused")
    func repeated() throws {
        try correct(["shelf": "B2"], .key("k"))
        #expect(try correct(["shelf": "B2"], .key("k")).rejection == nil)
        #expect(try bench.request(id).version == 2)
        #expect(try correct(["shelf": "B3"], .key("k")).isRefused)
    }

    @Test("Whoever is not staff sees that a secret was corrected, but not its values")
    func secret() throws {
        try correct(["pin": "0815", "shelf": "B2"])
        let table = ServiceTable(Shelving())
        #expect(table.secrets == ["pin"])
        #expect(try JSON.parse(table.publicRecord(of: try bench.request(id)))["pin"] == nil)
        let line = NumberedEntry(seq: 1, entry: try #require(bench.memory.entries.last))
        let shown = line.hidingSecrets(table).entry
        #expect(try shown.input.map { try JSON.parse($0) } == ["shelf": ["from": "A3", "to": "B2"]])
        #expect(line.hidingSecrets(nil).entry.input == nil)
        #expect(try correct(["pin": 4711]).rejection?.words.en.contains("4711") == false)
    }

    @Test("The table lists what can be corrected, and refuses a field that stands twice or leads nowhere")
    func table() {
        let table = ServiceTable(Shelving())
        #expect(table.corrections.map(\.name) == ["shelf", "price", "pin", "number"])
        #expect(table.mistakes.isEmpty)
        #expect(table.diagram.contains("correct") == false)
        #expect(
            ServiceTable(Careless()).mistakes == [
                "\"side\" of \"store\" has the word \"gauche\" for two choices: give one of them other words",
                "the field \"shelf\" stands twice as correctable: write one line, with one rule",
                "a line of correctable leads to no field: write correctable(\\.shelf, as: \\Arrival.$shelf)",
            ])
    }
}

private struct Careless: Service {
    static let id = "toy.careless"
    static let name = words("Careless")
    static let summary = words("Careless")

    enum Side: String, Choice {
        case left, right
        var words: Text { Text(fr: "gauche", en: "\(rawValue)") }
    }
    struct Record: Codable { var shelf: String }
    struct Store: Input {
        static let name = words("Store")
        @Field(fr: "Étagère", en: "Shelf") var shelf: String
        @Field(fr: "Côté", en: "Side") var side: Side?
        var other: Field<String> { Field(fr: "x", en: "x") }
    }
    struct Fetch: Input { static let name = words("Fetch") }

    func headline(_ parcel: Record) -> Text { Text(verbatim: parcel.shelf) }

    var lifecycle: Lifecycle {
        opening(Store.self, to: .stored) { store, moment in Draft(Record(shelf: store.shelf), at: moment) }
        on(Fetch.self, from: .stored, to: .fetched)
        correctable(\.shelf, as: \Store.$shelf)
        correctable(\.shelf, as: \Store.$shelf)
        correctable(\.shelf, as: \Store.other)
    }
}

extension StateOf<Careless> {
    fileprivate static var stored: Self { open(fr: "stored", en: "stored", turn: .resident) }
    fileprivate static var fetched: Self { closed(fr: "fetched", en: "fetched") }
}
