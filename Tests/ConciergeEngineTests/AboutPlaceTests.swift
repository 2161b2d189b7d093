import ConciergeKit
import JSON
import Testing
import WorkingCalendar

@testable import ConciergeEngine
@testable import ConciergeTesting

/// A service whose rules write down which place they see.
private struct Look: Service {
    static let id = "toy.look"
    static let name = words("Look")
    static let summary = words("Look")
    static let resident = Need.orPlace
    static let signals: [any Signal.Type] = [Seen.self]

    struct Seen: Signal {}
    struct Record: Codable { var seen: [String] = [] }
    struct Ask: Input { static let name = words("Ask") }
    struct Again: Input { static let name = words("Again") }
    struct Tell: Input { static let name = words("Tell") }
    struct End: Input { static let name = words("End") }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Ask.self, to: .asked) { _, moment in Draft(Record(seen: [Self.said(moment.place)]), at: moment) }
        on(Again.self, in: .asked) { _, look in look.record.seen.append(Self.said(look.moment.place)) }
        on(Tell.self, in: .asked) { _, look in look.raise(Seen()) }
        on(End.self, from: .asked, to: .over)
    }

    static func said(_ place: Place?) -> String {
        guard let place else { return "nowhere" }
        return [place.residence, place.name, place.dwelling?.label ?? "-", place.commonPart ?? "-"]
            .joined(separator: "/")
    }
}

/// A service that is for nobody, and about a place.
private struct Lift: Service {
    static let id = "toy.lift"
    static let name = words("Lift")
    static let summary = words("Lift")
    static let resident = Need.none
    static let place = Need.required

    struct Record: Codable { var seen: String }
    struct Stop: Input { static let name = words("Stop") }
    struct End: Input { static let name = words("End") }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Stop.self, to: .asked) { _, moment in Draft(Record(seen: Look.said(moment.place)), at: moment) }
        opening(on: "toy.seen", as: Stop.self, to: .asked) { _, moment in
            Draft(Record(seen: Look.said(moment.place)), at: moment)
        }
        on(End.self, from: .asked, to: .over)
    }
}

/// A service that is about no place.
private struct Letter: Service {
    static let id = "toy.letter"
    static let name = words("Letter")
    static let summary = words("Letter")
    static let place = Need.none

    struct Record: Codable {}
    struct Write: Input { static let name = words("Write") }
    struct End: Input { static let name = words("End") }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Write.self, to: .asked) { _, moment in Draft(Record(), at: moment) }
        on(End.self, from: .asked, to: .over)
    }
}

extension StateOf {
    fileprivate static var asked: Self { open(fr: "asked", en: "asked", turn: .staff) }
    fileprivate static var over: Self { closed(fr: "over", en: "over") }
}

@Suite("What a request is about")
struct AboutPlaceTests {
    private let bench: Bench
    private let hall = PlaceKey(residence: "T-1", commonPart: "Hall")
    private let flat = PlaceKey(residence: "T-1", dwelling: "B 204")

    init() throws {
        bench = try Bench(services: [Look(), Lift(), Letter(), Upkeep()], tasks: [])
        var tilleuls = Residence()
        (tilleuls.id, tilleuls.name, tilleuls.zone, tilleuls.commonParts) = ("T-1", "Les Tilleuls", "UTC", ["Hall"])
        var pre = Residence()
        (pre.id, pre.name, pre.zone, pre.calendar) = ("P-1", "Le Pré", "UTC", "sundays")
        var dwelling = Dwelling()
        (dwelling.residence, dwelling.label) = ("T-1", "B 204")
        bench.fill([tilleuls, pre])
        bench.fill([dwelling])
        bench.fill([
            Resident(id: "R-1", name: "Zoé", dwelling: "b 204", residence: "les tilleuls"),
            Resident(id: "R-2", name: "Paul", dwelling: "A 1", residence: "Le Pré"),
        ])
    }

    private func open(
        _ service: ServiceID = "toy.look", for resident: String? = nil, about: PlaceKey?, caller: Caller = .staff
    ) throws -> Answer {
        try bench.decide(.open(service: service, resident: resident, about: about, input: [:], caller: caller))
    }

    private func seen(_ answer: Answer) throws -> JSON? {
        try JSON.parse(bench.request(try #require(answer.view).request.id).record)["seen"]
    }

    @Test("A rule sees the place of the request with its dwelling or common part, else the resident's home")
    func place() throws {
        #expect(try seen(open(about: hall)) == ["T-1/Les Tilleuls/-/Hall"])
        #expect(try seen(open(about: flat)) == ["T-1/Les Tilleuls/B 204/-"])
        #expect(try seen(open(for: "R-2", about: PlaceKey(residence: "t-1"))) == ["T-1/Les Tilleuls/-/-"])
        #expect(try seen(open(for: "R-1", about: nil)) == ["T-1/Les Tilleuls/B 204/-"])
        // A place that the directory does not have is not the resident's home.
        #expect(try seen(open(for: "R-1", about: PlaceKey(residence: "X-9"))) == ["nowhere"])
        #expect(bench.memory.entries.first?.note?.en == "Les Tilleuls, Hall")
    }

    @Test("A service says what it needs: a place, none, or a resident or a place")
    func needs() throws {
        func refused(_ answer: Answer) -> String? {
            guard case .invalid(let name, _)? = answer.rejection else { return nil }
            return name
        }
        #expect(refused(try open(about: nil)) == "resident")
        #expect(try open(about: nil).rejection?.words.fr.contains("--about") == true)
        #expect(refused(try open(for: "R-1", about: nil)) == nil)
        #expect(refused(try open("toy.lift", about: nil)) == "about")
        #expect(refused(try open("toy.lift", about: hall)) == nil)
        #expect(refused(try open("toy.letter", about: hall)) == "about")
        #expect(bench.memory.requests.count == 2)
    }

    @Test("A table whose place is needed or a place is refused at start")
    func wrongNeed() {
        struct Confused: Service {
            static let id = "toy.confused"
            static let name = words("Confused")
            static let summary = words("Confused")
            static let place = Need.orPlace
            typealias Record = Letter.Record
            func headline(_ record: Record) -> Text { Self.name }
            var lifecycle: Lifecycle {
                opening(Letter.Write.self, to: .asked) { _, moment in Draft(Record(), at: moment) }
                on(Letter.End.self, from: .asked, to: .over)
            }
        }
        #expect(
            ServiceTable(Confused()).mistakes == [
                "place is .orPlace, which says nothing of a place: write static let resident = Need.orPlace"
            ])
    }

    @Test("The place is corrected without a rule, and the history names both")
    func corrected() throws {
        let id = try #require(try open(for: "R-1", about: nil).view).request.id
        func correct(_ about: PlaceKey) throws -> Answer {
            try bench.decide(.relocate(id: id, about: about, caller: .staff))
        }
        #expect(try correct(hall).view?.request.about == hall)
        #expect(try correct(flat).view?.request.version == 3)
        #expect(bench.events(id) == ["open", "relocated", "relocated"])
        #expect(bench.memory.entries.last?.note?.en == "Les Tilleuls, Hall → Les Tilleuls, B 204")
        let line = try JSON.parse(bench.memory.entries.last?.input ?? [])
        #expect(PlaceKey(line["about"]?["from"]) == hall && PlaceKey(line["about"]?["to"]) == flat)
        #expect(try correct(flat).isRefused)
        let letter = try #require(try open("toy.letter", about: nil).view).request.id
        #expect(try bench.decide(.relocate(id: letter, about: hall, caller: .staff)).rejection != nil)
        #expect(bench.events(id).count == 3)
        try bench.act(id, "again")
        #expect(
            try JSON.parse(bench.request(id).record)["seen"] == [
                "T-1/Les Tilleuls/B 204/-", "T-1/Les Tilleuls/B 204/-",
            ])
    }

    @Test("A promise is counted by the calendar of the request's place, and not by that of the resident's home")
    func calendar() throws {
        let calendars = CalendarBook(
            [
                "sundays": .init(zone: .utc, hours: try .init([.sunday: [.init("10:00-11:00")!]])),
                "mondays": .init(zone: .utc, hours: try .init([.monday: [.init("10:00-11:00")!]])),
            ], standard: "mondays")
        var registry = Registry(calendars: calendars)
        for provider in bench.engine.registry.providers { registry.add(provider) }
        bench.engine.serve(registry)
        func due(for resident: String?, about: PlaceKey?) throws -> Instant? {
            let answer = try bench.decide(
                .open(
                    service: "toy.upkeep", resident: resident, about: about, input: ["term": "1 working hour"],
                    caller: .staff))
            return try #require(answer.view).commitments[0].due
        }
        // The bench begins on Monday 23 November 2026 at 08:00.
        #expect(try due(for: "R-1", about: nil) == Instant("2026-11-23T11:00:00Z"))
        #expect(try due(for: "R-1", about: PlaceKey(residence: "P-1")) == Instant("2026-11-29T11:00:00Z"))
        #expect(try due(for: "R-2", about: hall) == Instant("2026-11-23T11:00:00Z"))
    }

    @Test("A request that is opened on a signal is about the place of the one that raised it")
    func signal() throws {
        let id = try #require(try open(about: hall).view).request.id
        try bench.act(id, "tell")
        try bench.wake()
        let lift = try #require(bench.memory.requests.values.first { $0.service == "toy.lift" })
        #expect(lift.about == hall)
        #expect(try JSON.parse(lift.record)["seen"] == "T-1/Les Tilleuls/-/Hall")
    }

    @Test("A repeated call gets the place of the first answer, and the same key about another place is refused")
    func repeated() throws {
        let first = try #require(try open(about: flat, caller: .key("k")).view)
        guard case .request(let again)? = try open(about: flat, caller: .key("k")).repeated else {
            Issue.record("the call was not repeated")
            return
        }
        #expect(again == first && again.request.about == flat)
        #expect(Answered(stored: Answered.request(first).stored) == .request(first))
        #expect(try open(about: hall, caller: .key("k")).isRefused)
    }

    @Test("Only a request about a place has one looked up")
    func looked() throws {
        _ = try open("toy.letter", about: nil)
        _ = try open("toy.letter", about: nil)
        #expect(bench.loads == 0)
    }
}

@Suite("Finding a place by what people write")
struct PlaceFinderTests {
    private func found(_ text: String) async throws -> String {
        var directory = DirectoryTable()
        let residences = [
            ("T-1", "Les Tilleuls", ["hall", "local vélos"]), ("P-1", "Cité du Pré, bâtiment C", ["hall", "A 1"]),
        ].map { id, name, parts in
            var residence = Residence()
            (residence.id, residence.name, residence.commonParts) = (id, name, parts)
            return residence
        }
        let dwellings = [("T-1", "B 204", "log-7"), ("T-1", "B 205", ""), ("P-1", "A 1", "")].map { place in
            var dwelling = Dwelling()
            (dwelling.residence, dwelling.label, dwelling.id) = place
            return dwelling
        }
        _ = directory.change(DirectoryChanges(put: residences), from: 0)
        _ = directory.change(DirectoryChanges(put: dwellings), from: 1)
        do {
            return try await PlaceFinder(directory).place(text).inWords(residence: nil)
        } catch let mistake as PlaceMistake {
            return mistake.reason.en
        }
    }

    @Test(
        "A residence, a dwelling or a common part is found by the folding",
        arguments: [
            ("Les Tilleuls", "T-1"), ("t-1", "T-1"), ("les tilleuls,HALL", "T-1, hall"),
            ("LES TILLEULS , b 204", "T-1, B 204"), ("T-1, Log-7", "T-1, B 204"), ("log-7", "T-1, B 204"),
            ("Cité du Pré, bâtiment C", "P-1"), ("cite du pre, batiment c, hall", "P-1, hall"),
            ("Local Velos", "T-1, local vélos"), ("B 205", "T-1, B 205"),
        ])
    func finds(text: String, place: String) async throws { #expect(try await found(text) == place) }

    @Test(
        "What is not there is refused with the nearest name, and what is there twice with the candidates",
        arguments: [
            ("Les Tileuls, hall", "the directory has no place \"Les Tileuls, hall\"; did you mean \"Les Tilleuls\"?"),
            (
                "Les Tilleuls, halle",
                "\"Les Tilleuls\" has no dwelling and no common part \"halle\"; did you mean \"hall\"?"
            ),
            (
                "Les Tilleuls, B 20",
                "\"Les Tilleuls\" has no dwelling and no common part \"B 20\"; did you mean \"B 204\"?"
            ),
            (
                "hall",
                "\"hall\" means several places: Cité du Pré, bâtiment C, hall (common part); Les Tilleuls, hall (common part)"
            ),
            (
                "P-1, A 1",
                "\"P-1, A 1\" means several places: Cité du Pré, bâtiment C, A 1 (dwelling); Cité du Pré, bâtiment C, A 1 (common part)"
            ),
        ])
    func refuses(text: String, words: String) async throws { #expect(try await found(text) == words) }

    @Test("A lodge without residences says that they are to be imported first")
    func noResidences() async throws {
        await #expect(throws: PlaceMistake.self) { try await PlaceFinder(DirectoryTable()).place("hall") }
    }
}
