import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

@Suite("What a rule knows of its timers")
struct RuleTimersTests {
    private func open(_ bench: Bench) throws -> RequestID {
        try #require(
            try bench.decide(.open(service: "toy.clock", resident: nil, input: [:], caller: .staff)).view
        ).request.id
    }

    private func seen(_ bench: Bench, _ id: RequestID) throws -> String {
        String(decoding: try bench.request(id).record, as: UTF8.self)
    }

    @Test("It knows which run and when they are due, with what it has started and ended itself")
    func running() throws {
        let bench = try Bench(services: [Clock()], tasks: [])
        let id = try open(bench)
        #expect(try seen(bench, id) == #"{"seen":["1: long 1 h"]}"#)
        try bench.act(id, "look")
        #expect(try seen(bench, id) == #"{"seen":["2: long 1 h, short 1 min","1: short 1 min"]}"#)
        #expect(bench.loads > 0)
    }

    @Test("The timer that fires runs no more")
    func firing() throws {
        let bench = try Bench(services: [Clock()], tasks: [])
        let id = try open(bench)
        try bench.act(id, "look")
        try bench.wake(after: .minutes(1))
        #expect(try seen(bench, id) == #"{"seen":["0:"]}"#)
    }
}

private struct Clock: Service {
    static let id = "toy.clock"
    static let name = words("Clock")
    static let summary = words("Has timers.")

    struct Record: Codable { var seen: [String] }
    struct Look: Input { static let name = words("Look") }
    struct Stop: Input { static let name = words("Stop") }

    func headline(_ record: Record) -> Text { Self.name }

    private func note(_ draft: Draft) -> String {
        let due = [(Timer.long, "long"), (.short, "short")].compactMap { timer, name in
            draft.timers[timer].map { " \(name) \($0 == draft.now + .hours(1) ? "1 h" : "1 min")" }
        }
        return "\(draft.timers.count):" + due.joined(separator: ",")
    }

    var lifecycle: Lifecycle {
        opening(NoInput.self, to: .ticking) { _, moment in
            var clock = Draft(Record(seen: []), at: moment)
            clock.start(.long, after: .hours(1))
            clock.record.seen = [note(clock)]
            return clock
        }
        on(Look.self, in: .ticking) { _, clock in
            clock.start(.short, after: .minutes(1))
            clock.record.seen = [note(clock)]
            clock.cancel(.long)
            clock.record.seen.append(note(clock))
        }
        on(Stop.self, from: .ticking, to: .stopped)
        after(.long, in: .ticking) { _ in }
        after(.short, in: .ticking) { clock in clock.record.seen = [note(clock)] }
    }
}

extension StateOf<Clock> {
    fileprivate static var ticking: Self { open(fr: "x", en: "x", turn: .clock) }
    fileprivate static var stopped: Self { closed(fr: "x", en: "x") }
}

extension TimerOf<Clock> {
    fileprivate static var long: Self { timer(fr: "x", en: "x") }
    fileprivate static var short: Self { timer(fr: "x", en: "x") }
}
