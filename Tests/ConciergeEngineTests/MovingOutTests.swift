import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

/// A service whose requests become what a test says when their resident moves out.
private struct Matter: Service {
    static let id = "toy.matter"
    static let name = words("Matter")
    static let summary = words("Matter")

    struct Record: Codable { var isFixed = false }
    struct Ask: Input {
        static let name = words("Ask")
        @Field(fr: "Fixed", en: "Fixed") var fixed: Bool?
    }
    struct Take: Input { static let name = words("Take") }
    struct Cancel: Input { static let name = words("Cancel") }

    func headline(_ record: Record) -> Text { Self.name }
    var members: Members { hidden(\.isFixed) }

    var lifecycle: Lifecycle {
        opening(Ask.self, to: .asked) { ask, moment in Draft(Record(isFixed: ask.fixed ?? false), at: moment) }
        on(Take.self, from: .asked, to: .taken)
        on(Cancel.self, from: .asked, to: .over) { _, matter in
            if matter.record.isFixed { throw Refusal(fr: "Trop tard.", en: "Too late.") }
            matter.notify(.resident, "cancelled", words("cancelled"))
        }
        on(End.self, from: .taken, to: .over)
    }
    struct End: Input { static let name = words("End") }

    static let movingOut = MovingOut.ends(by: Cancel.self)
}

/// The same, whose requests stay with the dwelling.
private struct Leak: Service {
    static let id = "toy.leak"
    static let name = words("Leak")
    static let summary = words("Leak")
    static let resident = Need.orPlace
    static let movingOut = MovingOut.stays
    typealias Record = Matter.Record
    func headline(_ record: Record) -> Text { Self.name }
    var members: Members { hidden(\.isFixed) }
    var lifecycle: Lifecycle {
        opening(Matter.Ask.self, to: .asked) { _, moment in Draft(Record(), at: moment) }
        on(Matter.End.self, from: .asked, to: .over)
    }
}

extension StateOf {
    fileprivate static var asked: Self { open(fr: "asked", en: "asked", turn: .staff) }
    fileprivate static var taken: Self { open(fr: "taken", en: "taken", turn: .staff) }
    fileprivate static var over: Self { closed(fr: "over", en: "over") }
}

@Suite("A resident who moves out")
struct MovingOutTests {
    private let bench: Bench
    private let home = PlaceKey(residence: "T-1", dwelling: "B 204")

    init() throws {
        bench = try Bench(services: [Matter(), Leak(), Loan()])
        var tilleuls = Residence()
        (tilleuls.id, tilleuls.name, tilleuls.zone) = ("T-1", "Les Tilleuls", "UTC")
        bench.fill([tilleuls])
        bench.fill([Resident(id: "R-1", name: "Zoé", dwelling: "B 204", residence: "Les Tilleuls")])
    }

    private func open(_ service: ServiceID, about: PlaceKey? = nil, _ input: JSONObject = [:]) throws -> RequestID {
        let answer = try bench.decide(
            .open(service: service, resident: "R-1", about: about, input: input, caller: .staff))
        return try #require(answer.view).request.id
    }

    private func moveOut(_ id: RequestID, home: PlaceKey?) throws -> Answer {
        try bench.decide(.moveOut(request: id, resident: "r-1", home: home, caller: .staff))
    }

    @Test("A request that stays is about the dwelling and for nobody from then on, and its history says both")
    func stays() throws {
        let id = try open("toy.leak")
        #expect(try moveOut(id, home: home).view?.request.about == home)
        #expect(try bench.request(id).resident == nil)
        #expect(bench.events(id) == ["open", "relocated", "reassigned"])
        #expect(bench.memory.entries.last?.note?.en == "Zoé (R-1) → nobody: moved out")
        let elsewhere = try open("toy.leak", about: PlaceKey(residence: "T-1", commonPart: "hall"))
        #expect(try moveOut(elsewhere, home: home).view?.request.about?.commonPart == "hall")
        #expect(bench.events(elsewhere) == ["open", "reassigned"])
        // Somebody else's it is not.
        #expect(try moveOut(id, home: home).isRefused)
    }

    @Test("A request that stays needs a dwelling that is known, and is left to staff without one")
    func nowhere() throws {
        let id = try open("toy.leak")
        #expect(try moveOut(id, home: nil).isRefused)
        #expect(try bench.request(id).resident == "R-1")
    }

    @Test("An action ends a request where its state has it and its rule takes it, and else nothing changes")
    func ends() throws {
        let id = try open("toy.matter")
        #expect(try moveOut(id, home: home).view?.request.isOpen == false)
        #expect(bench.events(id) == ["open", "cancel", "notice:cancelled"])
        let refusing = try open("toy.matter", ["fixed": true])
        #expect(try moveOut(refusing, home: home).rejection?.words.en == "Too late.")
        let taken = try open("toy.matter")
        try bench.act(taken, "take")
        #expect(try moveOut(taken, home: home).isRefused)
        let loan = try bench.decide(
            .open(service: "toy.loan", resident: "R-1", input: ["tool": "saw"], caller: .staff)
        ).view?.request.id
        #expect(try moveOut(try #require(loan), home: home).isRefused)
        for id in [refusing, taken] { #expect(try bench.request(id).resident == "R-1") }
    }

    @Test("A table that could not do what it says is refused at start")
    func mistakes() {
        struct Strict: Service {
            static let id = "toy.strict"
            static let name = words("Strict")
            static let summary = words("Strict")
            static let resident = Need.required
            static let movingOut = MovingOut.stays
            typealias Record = Matter.Record
            func headline(_ record: Record) -> Text { Self.name }
            var members: Members { hidden(\.isFixed) }
            var lifecycle: Lifecycle {
                opening(Matter.Ask.self, to: .asked) { _, moment in Draft(Record(), at: moment) }
                on(Matter.End.self, from: .asked, to: .over)
            }
        }
        struct Absent: Service {
            static let id = "toy.absent"
            static let name = words("Absent")
            static let summary = words("Absent")
            static let movingOut = MovingOut.ends(by: Matter.Cancel.self)
            typealias Record = Matter.Record
            func headline(_ record: Record) -> Text { Self.name }
            var members: Members { hidden(\.isFixed) }
            var lifecycle: Lifecycle {
                opening(Matter.Ask.self, to: .asked) { _, moment in Draft(Record(), at: moment) }
                on(Matter.End.self, from: .asked, to: .over)
            }
        }
        struct Reason: Input {
            static let name = words("Say why")
            @Field(fr: "Why", en: "Why", example: "so") var why: String
        }
        struct Asking: Service {
            static let id = "toy.asking"
            static let name = words("Asking")
            static let summary = words("Asking")
            static let movingOut = MovingOut.ends(by: Reason.self)
            typealias Record = Matter.Record
            func headline(_ record: Record) -> Text { Self.name }
            var members: Members { hidden(\.isFixed) }
            var lifecycle: Lifecycle {
                opening(Matter.Ask.self, to: .asked) { _, moment in Draft(Record(), at: moment) }
                on(Reason.self, from: .asked, to: .over)
            }
        }
        #expect(ServiceTable(Strict()).mistakes.map { $0.hasPrefix("movingOut is .stays") } == [true])
        #expect(
            ServiceTable(Absent()).mistakes == [
                "movingOut ends requests by \"cancel\", which no line has: write on(…, from: …, to: …) for it"
            ])
        #expect(ServiceTable(Asking()).mistakes.map { $0.contains("needs the field \"why\"") } == [true])
    }

    @Test("A file that still has them does not bring them back, unless with a later day of moving in")
    func importedAgain() {
        let context = DirectoryContext(departures: [Departure(id: "R-1", day: LocalDate("2027-01-31")!)])
        func read(_ movedIn: String) -> DirectoryFile<Resident> {
            DirectoryFile(
                Array("id;name;dwelling;moved_in\nr-1;Zoé;B 204;\(movedIn)\nR-2;Paul;B 204;\n".utf8), in: context)
        }
        for day in ["", "31/01/2027"] {
            let file = read(day)
            #expect(file.mistakes.isEmpty)
            #expect(file.entries.map(\.id) == ["R-2"])
            #expect(file.notices.map(\.kind) == [.movedOut] && file.notices.map(\.line) == [2])
        }
        #expect(read("01/02/2027").entries.map(\.id) == ["r-1", "R-2"])
    }
}
