import ConciergeKit
import JSON
import Testing
import WorkingCalendar

@testable import ConciergeEngine
@testable import ConciergeTesting

/// A service whose refusals say who has the key already.
private struct Locker: Service {
    static let id = "toy.locker"
    static let name = words("Locker")
    static let summary = words("Locker")

    struct Record: Codable {
        var key: String
        var hours: String?
    }

    struct Rent: Input {
        static let name = words("Rent")
        @Field(fr: "Key", en: "Key") var key: String
    }
    struct Clean: Input { static let name = words("Clean") }
    struct Leave: Input { static let name = words("Leave") }

    func headline(_ record: Record) -> Text { words(record.key) }

    var lifecycle: Lifecycle {
        opening(Rent.self, to: .rented) { rent, moment in
            var locker = Draft(Record(key: rent.key, hours: moment.openingHours?.en), at: moment)
            guard !locker.tryClaim(rent.key) else { return locker }
            guard let other = locker.request(holding: rent.key) else { throw Refusal(words("taken by a stranger")) }
            let state = other.isIn(.rented) ? "rented" : "being cleaned"
            throw Refusal(
                words(
                    "\(other.record.key) is \(state): \(other.knownResident?.name ?? other.resident ?? "-"), \(other.id)"
                ))
        }
        on(Clean.self, from: .rented, to: .cleaned)
        on(Leave.self, from: .cleaned, to: .left)
    }
}

extension StateOf<Locker> {
    fileprivate static var rented: Self { open(fr: "rented", en: "rented", turn: .resident) }
    fileprivate static var cleaned: Self { open(fr: "cleaned", en: "cleaned", turn: .staff) }
    fileprivate static var left: Self { closed(fr: "left", en: "left") }
}

/// Another service of the same provider, whose requests hold keys too.
private struct Safe: Service {
    static let id = "toy.safe"
    static let name = words("Safe")
    static let summary = words("Safe")

    struct Record: Codable { var number = 1 }
    struct Hire: Input { static let name = words("Hire") }
    struct Empty: Input { static let name = words("Empty") }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Hire.self, to: .hired) { _, moment in
            var safe = Draft(Record(), at: moment)
            try safe.claim("shared", otherwise: words("taken"))
            return safe
        }
        on(Empty.self, from: .hired, to: .emptied)
    }
}

extension StateOf<Safe> {
    fileprivate static var hired: Self { open(fr: "hired", en: "hired", turn: .resident) }
    fileprivate static var emptied: Self { closed(fr: "emptied", en: "emptied") }
}

@Suite("What a rule reads of the request that holds a key, and of the lodge's hours")
final class HoldingRequestTests {
    private let bench: Bench

    init() throws { bench = try Bench(services: [Locker(), Safe()], tasks: []) }

    private func rent(_ key: String, for resident: String = "luc") throws -> Answer {
        try bench.decide(
            .open(
                service: "toy.locker", resident: resident, about: nil, input: ["key": .string(key)], caller: .staff))
    }

    private func refusal(_ answer: Answer) -> String? {
        if case .rejected(.refused(let words)) = answer { words.en } else { nil }
    }

    @Test("A refusal says what the other request is, in which state, and whose")
    func other() throws {
        let id = try #require(try rent("K-1", for: "zoe").view).request.id
        #expect(refusal(try rent("K-1")) == "K-1 is rented: zoe, \(id)")
        try bench.act(id, "clean")
        #expect(refusal(try rent("K-1")) == "K-1 is being cleaned: zoe, \(id)")
    }

    @Test("A request of another service says nothing of its record")
    func stranger() throws {
        _ = try bench.decide(.open(service: "toy.safe", resident: nil, about: nil, input: [:], caller: .staff))
        #expect(refusal(try rent("shared")) == "taken by a stranger")
    }

    @Test("The hours of the lodge are those of its working calendar; nobody is told hours that nobody configured")
    func hours() throws {
        func told(_ calendars: CalendarBook) throws -> JSON? {
            var registry = Registry(calendars: calendars)
            for provider in bench.engine.registry.providers { registry.add(provider) }
            bench.engine.serve(registry)
            let view = try #require(try rent("K-\(bench.memory.requests.count)").view)
            return try JSON.parse(view.request.record)["hours"]
        }
        let mondays = WorkingCalendar(zone: .utc, hours: try WeeklyHours([.monday: [Opening("10:00-11:00")!]]))
        #expect(try told(CalendarBook(["lodge": mondays])) == "Monday, 10:00\u{A0}– 11:00")
        #expect(try told(CalendarBook()) == nil)
        #expect(try told(CalendarBook(["closed": WorkingCalendar(zone: .utc, hours: .none)])) == nil)
    }
}
