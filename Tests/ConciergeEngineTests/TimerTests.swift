import ConciergeEngine
import ConciergeKit
import JSON
import Testing

@testable import ConciergeTesting

@Suite("Timers")
struct TimerTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test("A timer fires once, at its due time and not before")
    func fires() throws {
        let id = try bench.open()
        #expect(bench.nextDue == bench.now + .hours(1))
        bench.now = bench.now + .hours(1) - .milliseconds(1)
        try bench.wake()
        #expect(bench.last.changes.isEmpty)
        try bench.wake(after: .milliseconds(1))
        #expect(try bench.request(id).state == "called-off")
        #expect(try bench.request(id).version == 2)
        #expect(bench.events(id) == ["open", "timer:expire", "notice:expired"])
        #expect(bench.memory.entries.last { $0.event == "timer:expire" }?.actor == "timer")
        try bench.wake(after: .days(1))
        #expect(bench.events(id).count == 3)
    }

    @Test("A timer that starts itself again when it fires is due from the time at which it fired")
    func again() throws {
        let id = try bench.open()
        try bench.act(id, "lend")
        try bench.wake(after: .days(5))
        #expect(bench.memory.timers(of: id) == ["remind": bench.now + .days(1)])
        #expect(bench.events(id).count { $0 == "timer:remind" } == 1)
        try bench.wake(after: .days(1))
        #expect(bench.events(id).count { $0 == "timer:remind" } == 2)
    }

    @Test("A timer that a call of the same batch has moved to a later time does not fire", arguments: [false, true])
    func movedInBatch(wakeTwice: Bool) throws {
        let id = try bench.open()
        bench.now = bench.now + .hours(1)
        let later = bench.now + .minutes(10)
        try bench.decide(
            [.act(id, "wait", ["until": .string(later.description)]), .wake] + (wakeTwice ? [.wake] : []))
        #expect(try bench.request(id).state == "asked")
        #expect(bench.memory.timers(of: id) == ["expire": later])
        try bench.wake(after: .minutes(10))
        #expect(bench.events(id).count { $0 == "timer:expire" } == 1)
    }

    @Test("A timer that a call of the same batch has cancelled does not fire")
    func cancelledInBatch() throws {
        let id = try bench.open()
        bench.now = bench.now + .hours(1)
        try bench.decide([.act(id, "wait"), .wake])
        #expect(try bench.request(id).state == "asked")
        #expect(bench.memory.timers(of: id).isEmpty)
        try bench.wake(after: .days(9))
        #expect(bench.events(id) == ["open", "wait"])
    }

    @Test("A timer whose request was closed or left its state in the same batch does not fire")
    func leftInBatch() throws {
        let (closed, lent) = (try bench.open("saw"), try bench.open("drill"))
        bench.now = bench.now + .hours(1)
        try bench.decide([.act(closed, "call-off"), .act(lent, "lend"), .wake])
        #expect(bench.events(closed) == ["open", "call-off"])
        #expect(bench.events(lent) == ["open", "lend", "notice:lent"])
        #expect(bench.faults.isEmpty)
    }

    @Test("Two wakes in one batch fire a timer once, and a later action of the batch sees its effects")
    func onceInBatch() throws {
        let id = try bench.open()
        bench.now = bench.now + .hours(1)
        let answers = try bench.decide([.wake, .wake, .act(id, "lend")])
        #expect(answers[2].isRefused)
        #expect(bench.events(id) == ["open", "timer:expire", "notice:expired"])
    }

    @Test("A timer that is moved to a past time fires at the next wake")
    func past() throws {
        let id = try bench.open()
        try bench.act(id, "wait", ["until": .string((bench.now - .hours(2)).description)])
        #expect(try #require(bench.nextDue) < bench.now)
        try bench.wake()
        #expect(bench.events(id).last == "notice:expired")
    }

    @Test("Due timers fire in the order in which they were due")
    func order() throws {
        var ids: [RequestID] = []
        for (index, tool) in ["a", "b", "c", "d"].enumerated() {
            let id = try bench.open(tool)
            let due = bench.now + .minutes([30, 10, 40, 20][index])
            try bench.act(id, "wait", ["until": .string(due.description)])
            ids.append(id)
        }
        try bench.wake(after: .hours(2))
        #expect(
            bench.last.changes.entries.filter { $0.event == "timer:expire" }.map(\.request)
                == [ids[1], ids[3], ids[0], ids[2]])
    }

    @Test("Many due timers fire in portions, and each of them once")
    func portions() throws {
        bench.engine.timersPerBatch = 10
        var ids: [RequestID] = []
        for index in 0..<25 { ids.append(try bench.open("tool \(index)")) }
        bench.now = bench.now + .hours(1)
        var fired: [Int] = []
        repeat {
            try bench.decide(.wake)
            fired.append(bench.last.changes.entries.count { $0.event == "timer:expire" })
        } while bench.last.moreIsDue
        #expect(fired == [10, 10, 5])
        #expect(ids.allSatisfy { bench.events($0).count { $0 == "timer:expire" } == 1 })
    }

    @Test("A batch with calls fires only a small portion of the due timers, and all of them still fire in order")
    func portionsBesideCalls() throws {
        (bench.engine.timersPerBatch, bench.engine.timersBesideCalls) = (10, 3)
        var ids: [RequestID] = []
        for index in 0..<8 {
            ids.append(try bench.open("tool \(index)"))
            bench.now = bench.now + .seconds(1)
        }
        bench.now = bench.now + .hours(1)
        try bench.decide([.wake, .ask("saw")])
        var fired = bench.last.changes.entries.filter { $0.event == "timer:expire" }.map(\.request)
        #expect(fired == Array(ids.prefix(3)))
        #expect(bench.last.moreIsDue)
        try bench.decide(.wake)
        fired += bench.last.changes.entries.filter { $0.event == "timer:expire" }.map(\.request)
        #expect(fired == ids)
        #expect(!bench.last.moreIsDue)
    }

    @Test("A timer that the table no longer has ends with a line and a fault, and its request stays")
    func unknown() throws {
        let id = try bench.open()
        var changes = Changes()
        changes.timers[id] = ["gone": .init(service: "toy.loan", due: bench.now)]
        try bench.put(changes)
        try bench.wake()
        #expect(bench.memory.timers(of: id).keys.sorted() == ["expire"])
        #expect(bench.faults.map(\.fault.event) == ["timer:gone"])
        #expect(bench.events(id) == ["open", "timer:gone"])
        #expect(try bench.request(id).version == 1)
    }

    @Test("A rule that fails when its timer fires is reported and does not delay the other timers")
    func broken() throws {
        let (bad, good) = (try bench.open("saw"), try bench.open("drill"))
        var changes = Changes()
        var request = try bench.request(bad)
        request.record = Array("{}".utf8)
        changes.requests.changed[bad] = request
        try bench.put(changes)
        try bench.wake(after: .hours(1))
        #expect(bench.faults.map(\.fault.request) == [bad])
        #expect(bench.faults.first?.fault.provider == "toy")
        #expect(try bench.request(bad) == request)
        #expect(bench.events(bad).last == "timer:expire")
        #expect(bench.memory.timers(of: bad).isEmpty)
        #expect(try bench.request(good).state == "called-off")
    }

    @Test("The timer of a service that is not served waits until the service is served again")
    func notServed() throws {
        let id = try bench.open()
        let registry = bench.engine.registry
        bench.engine.serve(Registry())
        try bench.wake(after: .days(3))
        #expect(bench.last.changes.isEmpty)
        bench.engine.serve(registry)
        try bench.wake()
        #expect(bench.events(id).contains("timer:expire"))
    }
}
