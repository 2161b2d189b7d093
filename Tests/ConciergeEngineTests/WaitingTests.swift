import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

@Suite("Requests in line")
struct WaitingTests {
    private func bench(_ laundry: Laundry = Laundry(units: 1)) throws -> Bench { try Bench(services: [laundry]) }

    private func wait(_ bench: Bench, _ from: Double, _ to: Double) throws -> RequestID {
        try #require(try bench.book(from, to, ["wait": true]).view).request.id
    }

    private func state(_ bench: Bench, _ id: RequestID) throws -> String { try bench.request(id).state }

    @Test("What is given back goes to the first in line, in the same commit")
    func granted() throws {
        let bench = try bench()
        let ids = try (0..<4).map { _ in try wait(bench, 1, 2) }
        #expect(try ids.map { try state(bench, $0) } == ["booked", "waiting", "waiting", "waiting"])
        #expect(ids.map { bench.memory.waitingTable.place(of: $0) } == [nil, 1, 2, 3])
        #expect(try bench.laundry(ids[3]).told == ["place 3"])
        _ = try bench.act(ids[0], "cancel")
        #expect(bench.last.changes.requests.changed.count == 2)
        #expect(try ids.map { try state(bench, $0) } == ["cancelled", "offered", "waiting", "waiting"])
        #expect(try bench.laundry(ids[1]).unit == 1)
        #expect(bench.events(ids[1]) == ["open", "granted"])
        #expect(ids.map { bench.memory.waitingTable.place(of: $0) } == [nil, nil, 1, 2])
    }

    @Test("An offer that expires goes to the next in line")
    func expires() throws {
        let bench = try bench()
        let ids = try (0..<3).map { _ in try wait(bench, 1, 2) }
        _ = try bench.act(ids[0], "cancel")
        try bench.wake(after: .hours(2))
        #expect(try ids.map { try state(bench, $0) } == ["cancelled", "expired", "offered"])
        try bench.wake(after: .hours(2))
        #expect(try state(bench, ids[2]) == "expired")
        #expect(bench.booked.isEmpty)
    }

    @Test("64 people who book the last machine at once: one has it, the others are in line in their order")
    func crowd() throws {
        let bench = try bench()
        let commands = (0..<64).map { _ in Command.book(1, 2, ["wait": true]) }
        let ids = try bench.decide(commands).map { try #require($0.view).request.id }
        #expect(try state(bench, ids[0]) == "booked")
        #expect(ids.dropFirst().compactMap { bench.memory.waitingTable.place(of: $0) } == Array(1...63))
        for (index, id) in ids.enumerated().dropLast() {
            _ = try bench.act(id, "cancel")
            #expect(try state(bench, ids[index + 1]) == "offered")
        }
    }

    @Test("A range that is given back is shared by those in line whom it has room for")
    func shared() throws {
        let bench = try bench()
        let long = try #require(try bench.book(1, 5).view).request.id
        let (whole, early, late) = (try wait(bench, 0, 6), try wait(bench, 1, 3), try wait(bench, 3, 5))
        _ = try bench.book(5.5, 6)
        _ = try bench.act(long, "cancel")
        #expect(try [whole, early, late].map { try state(bench, $0) } == ["waiting", "offered", "offered"])
        #expect(bench.booked == ["1: 1.0-3.0", "1: 3.0-5.0", "1: 5.5-6.0"])
    }

    @Test("Who waits for one of several keys gets the first that is given back")
    func oneOf() throws {
        let bench = try bench(Laundry(units: 9))
        let ids = try (0..<4).map { try #require(try bench.book(Double($0), Double($0) + 1).view).request.id }
        for id in ids { _ = try bench.act(id, "take", ["wait": true]) }
        #expect(try ids.map { try state(bench, $0) } == ["booked", "booked", "waiting", "waiting"])
        #expect(bench.memory.waitingTable.place(of: ids[3]) == 2)
        _ = try bench.act(ids[1], "cancel")
        #expect(try bench.laundry(ids[2]).key == "K2")
        #expect(try state(bench, ids[3]) == "waiting")
        _ = try bench.act(ids[0], "cancel")
        #expect(try bench.laundry(ids[3]).key == "K1")
    }

    @Test("Who cannot use what is granted gives it back and keeps the turn, and who is behind is granted it")
    func waitsOn() throws {
        let useless = "K1"
        var laundry = Laundry(units: 9)
        laundry.grant = { claim, booking in
            guard booking.record.time.lowerBound == Bench.start + .hours(2), claim.key == useless else { return }
            booking.release(useless)
            _ = booking.claim(oneOf: ["K2"], orWait: .waiting)
        }
        let bench = try bench(laundry)
        let ids = try (0..<5).map { try #require(try bench.book(Double($0), Double($0) + 1).view).request.id }
        for id in ids { _ = try bench.act(id, "take", ["wait": true]) }
        #expect(try ids.map { try state(bench, $0) } == ["booked", "booked", "waiting", "waiting", "waiting"])
        _ = try bench.act(ids[0], "cancel")
        #expect(try ids[2...].map { try state(bench, $0) } == ["waiting", "offered", "waiting"])
        #expect(try bench.laundry(ids[3]).key == "K1")
        #expect(bench.memory.waitingTable.place(of: ids[2]) == 1)
        _ = try bench.act(ids[1], "cancel")
        #expect(try bench.laundry(ids[2]).key == "K2")
        #expect(try state(bench, ids[4]) == "waiting")
    }

    @Test("A request that leaves the line, or is closed, is passed over")
    func leaves() throws {
        let bench = try bench()
        let ids = try (0..<4).map { _ in try wait(bench, 1, 2) }
        _ = try bench.act(ids[1], "cancel")
        #expect(bench.memory.waitingTable.place(of: ids[2]) == 1)
        _ = try bench.act(ids[0], "cancel")
        #expect(try ids.map { try state(bench, $0) } == ["cancelled", "cancelled", "offered", "waiting"])
    }

    @Test("Leaving, giving back and joining within one batch is decided in the order of the calls")
    func inBatch() throws {
        let bench = try bench()
        let first = try wait(bench, 1, 2)
        let second = try wait(bench, 1, 2)
        let answers = try bench.decide([
            .act(second, "cancel"), .book(1, 2, ["wait": true]), .act(first, "cancel"), .book(1, 2, ["wait": true]),
        ])
        let ids = answers.compactMap(\.view?.request.id)
        #expect(try ids.map { try state(bench, $0) } == ["cancelled", "offered", "cancelled", "waiting"])
        #expect(answers[1].view?.place == 1)
        #expect(answers[3].view?.place == 1)
    }

    @Test("A request in quarantine is passed over, keeps its turn, and gets it when it is released")
    func quarantined() throws {
        let bench = try bench()
        let ids = try (0..<3).map { _ in try wait(bench, 1, 2) }
        bench.engine.quarantined.hold(request: ids[1])
        _ = try bench.act(ids[0], "cancel")
        #expect(try ids.map { try state(bench, $0) } == ["cancelled", "waiting", "offered"])
        _ = try bench.act(ids[2], "cancel")
        #expect(try state(bench, ids[1]) == "waiting")
        try bench.decide(.release(request: ids[1], caller: .staff))
        #expect(bench.nextDue == bench.now)
        try bench.wake()
        #expect(try state(bench, ids[1]) == "offered")
        #expect(bench.nextDue != bench.now)
    }

    @Test("Those in line get another chance when their provider is served again, with more units")
    func served() throws {
        let bench = try bench()
        let ids = try (0..<3).map { _ in try wait(bench, 1, 2) }
        func serve(_ laundry: [any Service], units: Int = 1) throws {
            var registry = Registry()
            registry.add(
                try ProviderContents(
                    ProviderManifest(id: "toy", version: "1.0.0", name: words("toy"), summary: words("toy")),
                    services: laundry,
                    tasks: [],
                    schedules: [], capacities: [Capacity("laundry", units: units)]))
            bench.engine.serve(registry)
        }
        // While the provider is away nothing happens to them.
        try serve([])
        try bench.wake()
        #expect(try state(bench, ids[1]) == "waiting")
        try serve([Laundry(units: 1)])
        #expect(bench.nextDue == bench.now)
        try bench.wake()
        #expect(try state(bench, ids[1]) == "waiting")
        try serve([Laundry(units: 2)], units: 2)
        try bench.wake()
        #expect(try ids.map { try state(bench, $0) } == ["booked", "offered", "waiting"])
    }

    @Test("A grant whose rule is postponed keeps its turn, the next in line is granted, and it is tried again")
    func postponed() throws {
        let isHeld = Flag()
        let bench = try bench(
            Laundry(units: 1) { claim, booking in
                if isHeld.value { booking.postpone(because: words("not now")) }
            })
        let ids = try (0..<3).map { _ in try wait(bench, 1, 2) }
        isHeld.value = true
        _ = try bench.act(ids[0], "cancel")
        #expect(try ids.map { try state(bench, $0) } == ["cancelled", "waiting", "waiting"])
        #expect(bench.booked.isEmpty)
        #expect(bench.memory.timers(of: ids[1]).keys.map(\.description) == ["granted"])
        isHeld.value = false
        try bench.wake(after: .seconds(10))
        #expect(try ids.map { try state(bench, $0) } == ["cancelled", "offered", "waiting"])
        #expect(bench.memory.timers(of: ids[1]).keys.map(\.description) == ["offer-ends"])
    }

    @Test("A grant whose rule makes a mistake is reported, keeps its turn, and does not fail the call that freed it")
    func broken() throws {
        let isBroken = Flag()
        let bench = try bench(
            Laundry(units: 1) { claim, booking in if isBroken.value { booking.go(to: .cancelled) } })
        let ids = try (0..<2).map { _ in try wait(bench, 1, 2) }
        isBroken.value = true
        #expect(try bench.act(ids[0], "cancel").view != nil)
        #expect(bench.faults.count == 1)
        #expect(try state(bench, ids[1]) == "waiting")
        isBroken.value = false
        try bench.wake(after: .seconds(10))
        #expect(try state(bench, ids[1]) == "offered")
    }

    @Test("The clock being set back does not change the order of the line")
    func clockBack() throws {
        let bench = try bench()
        let first = try wait(bench, 1, 2)
        let second = try wait(bench, 1, 2)
        bench.now = bench.now + .hours(-10)
        let third = try wait(bench, 1, 2)
        bench.restart()
        let fourth = try wait(bench, 1, 2)
        for (leaving, next) in [(first, second), (second, third), (third, fourth)] {
            _ = try bench.act(leaving, "cancel")
            #expect(try state(bench, next) == "offered")
        }
    }
}

/// A switch that a test throws between two calls, for a rule that behaves differently.
private final class Flag: @unchecked Sendable {
    // A bench decides on the thread of its test, one call after another.
    var value = false
}
