import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

extension Bench {
    /// Books the laundry from one hour after the start to another.
    func book(_ from: Double, _ to: Double, _ more: JSONObject = [:]) throws -> Answer {
        try decide(.book(from, to, more))
    }

    func laundry(_ id: RequestID) throws -> Laundry.Record {
        try JSONCoding.decode(Laundry.Record.self, from: request(id).record)
    }

    /// The unit of each range of the laundry, with its hours, in order.
    var booked: [String] {
        (memory.claimTable.ranges["toy/laundry"] ?? []).sorted {
            ($0.unit, $0.time.lowerBound) < ($1.unit, $1.time.lowerBound)
        }
        .map { "\($0.unit): \(hour($0.time.lowerBound))-\(hour($0.time.upperBound))" }
    }

    private func hour(_ instant: Instant) -> Double { Double((instant - Bench.start).milliseconds) / 3_600_000 }
}

extension Command {
    static func book(_ from: Double, _ to: Double, _ more: JSONObject = [:]) -> Command {
        func at(_ hours: Double) -> JSON {
            .string((Bench.start + .milliseconds(Int64((hours * 3_600_000).rounded()))).description)
        }
        var input: JSONObject = ["start": at(from), "end": at(to)]
        for (name, value) in more { input[name] = value }
        return .open(service: "toy.laundry", resident: "apt-3", input: input, caller: .staff)
    }
}

@Suite("Claims of ranges of time")
struct RangeClaimTests {
    private func bench(units: Int = 2) throws -> Bench { try Bench(services: [Laundry(units: units), Loan()]) }

    @Test("Bookings take the first unit that is free for the whole range")
    func firstFree() throws {
        let bench = try bench()
        for (from, to) in [(1.0, 3.0), (2, 4), (3, 5), (5, 6)] { #expect(try bench.book(from, to).view != nil) }
        #expect(bench.booked == ["1: 1.0-3.0", "1: 3.0-5.0", "1: 5.0-6.0", "2: 2.0-4.0"])
    }

    @Test("Ranges that follow each other do not overlap, and one that reaches a millisecond into another does")
    func backToBack() throws {
        let bench = try bench(units: 1)
        #expect(try bench.book(2, 3).view != nil)
        #expect(try bench.book(1, 2).view != nil)
        #expect(try bench.book(3, 4).view != nil)
        #expect(try bench.book(0.5, 1 + 1 / 3_600_000).isRefused)
        #expect(try bench.book(0.5, 1).view != nil)
        // A range that contains others overlaps them.
        #expect(try bench.book(0, 10).isRefused)
    }

    @Test("A refusal names the next ranges of the same length that are free")
    func nextFree() throws {
        let bench = try bench(units: 1)
        for (from, to) in [(1.0, 3.0), (4, 6), (9, 10)] { _ = try bench.book(from, to) }
        func at(_ hour: Int) -> String { "\(Bench.start + .hours(hour))" }
        #expect(
            try bench.book(2, 4).rejection == .refused(words("taken; free: \(at(6)) \(at(10))")))
        #expect(
            try bench.book(2, 3).rejection == .refused(words("taken; free: \(at(3)) \(at(6)) \(at(10))")))
    }

    @Test("Two bookings of one batch do not get the same unit, and what one gives back the next can take")
    func inBatch() throws {
        let bench = try bench(units: 1)
        let first = try #require(try bench.book(1, 2).view).request.id
        let answers = try bench.decide([.book(1, 2), .act(first, "cancel"), .book(1, 2), .book(1.5, 2)])
        #expect(answers.map(\.isRefused) == [true, false, false, true])
        #expect(bench.booked == ["1: 1.0-2.0"])
    }

    @Test("A rule may give a range back and take another that overlaps it; a refusal leaves the first one")
    func moved() throws {
        let bench = try bench(units: 1)
        let id = try #require(try bench.book(1, 3).view).request.id
        _ = try bench.book(5, 6)
        func at(_ hour: Int) -> JSON { .string("\(Bench.start + .hours(hour))") }
        #expect(try bench.act(id, "move", ["start": at(2), "end": at(4)]).view != nil)
        #expect(bench.booked == ["1: 2.0-4.0", "1: 5.0-6.0"])
        #expect(try bench.act(id, "move", ["start": at(4), "end": at(6)]).isRefused)
        #expect(bench.booked == ["1: 2.0-4.0", "1: 5.0-6.0"])
        // The same range again is the one that it holds.
        #expect(try bench.act(id, "move", ["start": at(2), "end": at(4)]).view != nil)
        #expect(bench.booked == ["1: 2.0-4.0", "1: 5.0-6.0"])
    }

    @Test("A range that ends when or before it begins is refused and changes nothing", arguments: [1.0, 0.5])
    func empty(end: Double) throws {
        let bench = try bench()
        let expected = Rejection.refused(
            Text(fr: "La fin doit être après le début.", en: "The end must be after the beginning."))
        #expect(try bench.book(1, end).rejection == expected)
        #expect(bench.last.changes.isEmpty)
    }

    @Test("A request in line for a range of no length is its provider's mistake")
    func emptyInLine() throws {
        let bench = try bench()
        guard case .broken(_, let reason)? = try bench.book(1, 1, ["wait": true]).rejection else {
            Issue.record("it was not the provider's mistake")
            return
        }
        #expect(reason.contains("does not end after it begins"))
        #expect(bench.last.changes.isEmpty)
    }

    @Test("A booking of a year is one booking, whatever lies within")
    func year() throws {
        let bench = try bench(units: 1)
        #expect(try bench.book(1, 24 * 366).view != nil)
        #expect(try bench.book(24 * 100, 24 * 101).isRefused)
        #expect(bench.booked.count == 1)
    }

    @Test("The hour that comes twice on the night of the clock change can be booked twice")
    func clockChange() throws {
        // 2026-10-25 in France: 02:30 at +02:00, and again at +01:00.
        let bench = try Bench(services: [Laundry(units: 1)], at: Instant("2026-10-20T00:00:00Z")!)
        func book(_ start: String, _ end: String) throws -> Bool {
            let input: JSONObject = ["start": .string(start), "end": .string(end)]
            return try bench.decide(.open(service: "toy.laundry", resident: nil, input: input, caller: .staff)).view
                != nil
        }
        #expect(try book("2026-10-25T02:00:00+02:00", "2026-10-25T03:00:00+02:00"))
        #expect(try book("2026-10-25T02:00:00+01:00", "2026-10-25T03:00:00+01:00"))
        #expect(try !book("2026-10-25T02:59:00+02:00", "2026-10-25T02:01:00+01:00"))
        // The whole day has 25 hours.
        #expect(try book("2026-10-25T03:00:00+01:00", "2026-10-26T00:00:00+01:00"))
        #expect(try !book("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00"))
    }

    @Test("When there are fewer units than are booked, what is booked stays, and each booking counts until it is over")
    func fewerUnits() throws {
        let bench = try bench(units: 4)
        let ids = try (0..<4).map { _ in try #require(try bench.book(1, 2).view).request.id }
        _ = try bench.act(ids[0], "cancel")
        #expect(bench.booked == ["2: 1.0-2.0", "3: 1.0-2.0", "4: 1.0-2.0"])
        var registry = Registry()
        registry.add(
            try ProviderContents(
                ProviderManifest(id: "toy", version: "1.0.0", name: words("toy"), summary: words("toy")),
                services: [Laundry(units: 3)], tasks: [], schedules: []))
        bench.engine.serve(registry)
        // Unit 1 is free, and three are in use already.
        #expect(try bench.book(1, 2).isRefused)
        #expect(try bench.book(2, 3).view != nil)
        _ = try bench.act(ids[3], "cancel")
        #expect(try bench.book(1, 2).view != nil)
        #expect(bench.booked == ["1: 1.0-2.0", "1: 2.0-3.0", "2: 1.0-2.0", "3: 1.0-2.0"])
    }

    @Test("A closed request holds no range")
    func closed() throws {
        let bench = try bench()
        let id = try #require(try bench.book(1, 2).view).request.id
        _ = try bench.act(id, "cancel")
        #expect(bench.booked.isEmpty)
    }

    @Test("A rule sees what its request holds")
    func held() throws {
        let bench = try bench()
        let id = try #require(try bench.book(1, 2, ["household": "12"]).view).request.id
        _ = try bench.act(id, "take")
        _ = try bench.act(id, "look")
        #expect(try bench.laundry(id).told == ["K1 1", "laundry 1 range", "quota:12 1 share"])
    }
}

@Suite("Claims of one of several keys, and of shares")
struct ShareClaimTests {
    private let bench: Bench

    init() throws { bench = try Bench(services: [Laundry(units: 9, quota: 2)]) }

    private func book(_ hour: Double, _ household: String) throws -> Answer {
        try bench.book(hour, hour + 1, ["household": .string(household)])
    }

    @Test("The first key that is free is taken, in their order")
    func oneOf() throws {
        let ids = try (0..<3).map { try #require(try bench.book(Double($0), Double($0) + 1).view).request.id }
        #expect(try bench.act(ids[0], "take").view != nil)
        #expect(try bench.act(ids[1], "take").view != nil)
        #expect(try bench.act(ids[2], "take").rejection == .refused(words("no key")))
        #expect(bench.memory.holders == ["toy/K1": ids[0], "toy/K2": ids[1]])
        _ = try bench.act(ids[0], "cancel")
        #expect(try bench.act(ids[2], "take").view != nil)
        #expect(bench.memory.holders["toy/K1"] == ids[2])
    }

    @Test("Only so many shares count at once, within a batch and between batches", arguments: [false, true])
    func atMost(isOneBatch: Bool) throws {
        let commands = (0..<3).map { Command.book(Double($0), Double($0) + 1, ["household": "12"]) }
        let answers = isOneBatch ? try bench.decide(commands) : try commands.map { try bench.decide($0) }
        #expect(answers.map(\.isRefused) == [false, false, true])
        #expect(answers[2].rejection == .refused(words("quota")))
        #expect(try book(5, "another").view != nil)
    }

    @Test("A share counts until its instant, also after its request is closed, and its place is then taken again")
    func outlives() throws {
        let first = try #require(try book(1, "12").view).request.id
        _ = try book(2, "12")
        _ = try bench.act(first, "cancel")
        #expect(try book(3, "12").isRefused)
        bench.now = Laundry.week + .milliseconds(-1)
        #expect(try book(200, "12").isRefused)
        bench.now = Laundry.week
        // The rule takes a share of a week that is over: it counts no longer, and nothing holds it back.
        #expect(try book(201, "12").view != nil)
    }

    @Test("A share that is released counts no longer")
    func released() throws {
        let first = try #require(try book(1, "12").view).request.id
        _ = try book(2, "12")
        _ = try bench.act(first, "give-up")
        #expect(try book(3, "12").view != nil)
        #expect(try book(4, "12").isRefused)
    }

    @Test("Shares that count no longer are deleted, and until then their requests are kept")
    func retention() throws {
        let id = try #require(try book(1, "12").view).request.id
        _ = try bench.act(id, "cancel")
        var retention = Retention()
        retention.closedRequests = .length(.zero)
        bench.prune(retention, at: Laundry.week + .milliseconds(-1))
        #expect(bench.memory.requests[id] != nil)
        bench.prune(retention, at: Laundry.week)
        #expect(bench.memory.requests[id] == nil)
        #expect(bench.memory.claimTable.shares.isEmpty)
    }
}
