import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

/// A service whose notices make one another out of date.
private struct Visit: Service {
    static let id = "toy.visit"
    static let name = words("Visit")
    static let summary = words("Visit")
    static let notices: [any Notice.Type] = [Planned.self, Moved.self, Cancelled.self, Hello.self]

    struct Planned: Notice {
        var words: Text { ConciergeEngineTests.words("planned") }
        static let example = Planned()
    }
    struct Moved: Notice {
        var words: Text { ConciergeEngineTests.words("moved") }
        static let supersedes: [any Notice.Type] = [Planned.self]
        static let example = Moved()
    }
    struct Cancelled: Notice {
        var words: Text { ConciergeEngineTests.words("cancelled") }
        static let supersedes: [any Notice.Type] = [Moved.self]
        static let retracts: [any Notice.Type] = [Planned.self]
        static let example = Cancelled()
    }
    struct Hello: Notice {
        var words: Text { ConciergeEngineTests.words("hello") }
        static let example = Hello()
    }

    struct Record: Codable {}
    struct Begin: Input { static let name = words("Begin") }
    struct Plan: Input { static let name = words("Plan") }
    struct Move: Input { static let name = words("Move") }
    struct Cancel: Input { static let name = words("Cancel") }
    struct Greet: Input { static let name = words("Greet") }
    struct Forget: Input { static let name = words("Forget") }
    struct End: Input { static let name = words("End") }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Begin.self, to: .open) { _, moment in Draft(Record(), at: moment) }
        on(Plan.self, in: .open) { _, visit in visit.notify(.resident, Planned()) }
        on(Move.self, in: .open) { _, visit in visit.notify(.resident, Moved()) }
        on(Cancel.self, in: .open) { _, visit in visit.notify(.resident, Cancelled()) }
        on(Greet.self, in: .open) { _, visit in visit.notify(.resident, Hello()) }
        on(Forget.self, in: .open) { _, visit in visit.recall([Hello.self, Moved.self], for: .resident) }
        on(End.self, from: .open, to: .over)
    }
}

extension StateOf<Visit> {
    fileprivate static var open: Self { open(fr: "ouverte", en: "open", turn: .staff) }
    fileprivate static var over: Self { closed(fr: "finie", en: "over") }
}

@Suite("Notices that are true no more")
struct OutdatedNoticeTests {
    private let bench: Bench
    private let id: RequestID

    init() throws {
        bench = try Bench(services: [Visit()], tasks: [])
        let opened = Command.open(service: "toy.visit", resident: "apt-12", input: [:], caller: .staff)
        id = try #require(try bench.decide(opened).view).request.id
    }

    /// What is still to be told, after some actions.
    private func waiting(after actions: String...) throws -> [String] {
        for action in actions { #expect(try bench.act(id, action).rejection == nil) }
        var query = NoticeQuery(at: bench.now)
        (query.choice, query.isOldestFirst) = (.byHand, true)
        return bench.memory.notices(query).elements.compactMap(\.line.entry.noticeName)
    }

    private func tellAll() throws {
        for notice in bench.memory.notices(NoticeQuery(at: bench.now)).elements {
            try bench.decide(.told(notice: notice.number, caller: .staff))
        }
    }

    @Test("A notice withdraws what it makes out of date, and nothing else")
    func supersedes() throws {
        #expect(try waiting(after: "plan", "greet") == ["planned", "hello"])
        #expect(try waiting(after: "move") == ["hello", "moved"])
    }

    @Test("A notice that takes back what was never told is not told either")
    func retracts() throws {
        #expect(try waiting(after: "plan", "cancel") == [])
        #expect(!bench.events("r-1").contains("notice:cancelled"))
        #expect(try waiting(after: "plan") == ["planned"])
        try tellAll()
        #expect(try waiting(after: "move") == ["moved"])
        #expect(try waiting(after: "cancel") == ["cancelled"])
    }

    @Test("A rule withdraws what waits of some notices without another one")
    func recalls() throws {
        #expect(try waiting(after: "plan", "greet", "forget") == ["planned"])
    }

    @Test("What is for the resident of a place that has none is told to those who follow alone")
    func forNobody() throws {
        let about = PlaceKey(residence: "T", commonPart: "hall")
        let opened = Command.open(service: "toy.visit", resident: nil, about: about, input: [:], caller: .staff)
        let hall = try #require(try bench.decide(opened).view).request.id
        #expect(try bench.act(hall, "plan").rejection == nil)
        #expect(try waiting() == [])
        try bench.decide(.addFollower(request: hall, resident: "apt-7", caller: .staff))
        #expect(try bench.act(hall, "greet").rejection == nil)
        #expect(try waiting() == ["hello"])
    }
}
