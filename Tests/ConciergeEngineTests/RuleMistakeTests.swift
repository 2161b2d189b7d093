import ConciergeKit
import ConciergeTesting
import JSON
import Testing

@testable import ConciergeEngine

/// What the compiler and the start cannot know, because it depends on what a rule does.
@Suite("Mistakes of rules, which their first run names")
struct RuleMistakeTests {
    private func reason(_ rule: @escaping @Sendable (inout Counter.Draft) throws -> Void) throws -> String? {
        let bench = try Bench(services: [Counter(rule: rule)])
        let answer = try bench.decide(.open(service: "toy.counter", resident: nil, input: [:], caller: .staff))
        #expect(answer.view != nil || bench.last.changes.isEmpty)
        guard case .broken(_, let reason)? = answer.rejection else { return nil }
        return reason
    }

    @Test("A wait in a state without a granted line is named, although what the rule claims is free")
    func noGrantedLine() throws {
        let says =
            "toy.counter: the rule of \"open\" has orWait: \"begun\", a state without a granted line: "
            + "write granted(from: …, to: …) for it"
        #expect(try reason { _ = $0.claim("key", orWait: .begun) } == says)
        #expect(try reason { _ = $0.claim(oneOf: ["a", "b"], orWait: .begun) } == says)
        #expect(try reason { _ = $0.claim($0.now..<($0.now + .hours(1)), of: "x", orWait: .begun) } == says)
        #expect(try reason { _ = $0.claim("key", orWait: .queued) } == nil)
    }

    @Test("A wait in a closed state, or in one that the line does not name, is named")
    func wrongState() throws {
        #expect(
            try reason { _ = $0.claim("key", orWait: .over) }
                == "toy.counter: the rule of \"open\" has orWait: \"over\", a closed state: wait in an open one that has a "
                + "granted line")
        #expect(
            try reason { _ = $0.claim("key", orWait: .later) }
                == "toy.counter: the rule of \"open\" has orWait: \"later\", a state that its line does not name: add it to "
                + "the states after to:")
    }

    @Test("A rule that gets in line and then goes elsewhere is named")
    func elsewhere() throws {
        let bench = try Bench(
            services: [
                Counter { counter in
                    if !counter.claim("key", orWait: .queued) { counter.go(to: .begun) }
                }
            ])
        let open = Command.open(service: "toy.counter", resident: nil, input: [:], caller: .staff)
        #expect(try bench.decide(open).view != nil)
        guard case .broken(_, let reason)? = try bench.decide(open).rejection else {
            Issue.record("it was not the provider's mistake")
            return
        }
        #expect(reason.hasSuffix("which has no granted line: return where orWait: gives nothing"))
    }

    @Test("A claim of a unit of none is named, whether or not it may be refused", arguments: [0, -1])
    func noUnits(_ units: Int) throws {
        let says =
            "a rule claims \"dryer\" with units: \(units), so that nobody could ever have one: write how many there are, or "
            + "declare Capacity(\"dryer\", units: 0) while there are none"
        #expect(
            try reason {
                try $0.claim($0.now..<($0.now + .hours(1)), of: "dryer", units: units) { _ in words("taken") }
            }
                == says)
        #expect(try reason { _ = $0.tryClaim($0.now..<($0.now + .hours(1)), of: "dryer", units: units) } == says)
    }

    @Test("Where a provider declares that there are no units, a claim is refused")
    func noneAtPresent() throws {
        let bench = try Bench(services: [])
        var registry = Registry()
        let counter = Counter {
            try $0.claim($0.now..<($0.now + .hours(1)), of: "dryer", units: 0) { _ in words("taken") }
        }
        registry.add(
            try ProviderContents(
                ProviderManifest(id: "toy", version: "1.0.0", name: words("toy"), summary: words("toy")),
                services: [counter], tasks: [],
                schedules: [], capacities: [Capacity("dryer", units: 0)]))
        bench.engine.serve(registry)
        let answer = try bench.decide(.open(service: "toy.counter", resident: nil, input: [:], caller: .staff))
        #expect(answer.rejection == .refused(words("taken")))
    }

    @Test("A state that the line does not name, and a timer or a task that the provider does not have, are named")
    func outsideOfTheTable() throws {
        #expect(
            try reason { $0.go(to: .later) }?.hasSuffix(
                "went to \"later\", which its line does not name: add it to the states after to:") == true)
        #expect(
            try reason { $0.start(.ring, after: .hours(1)) }?.hasSuffix(
                "started the timer \"ring\", which has no line in the state \"begun\": write after(…, in: …) for it, or "
                    + "start it where it has one") == true)
        #expect(
            try reason { $0.run(TaskName<NoInput, NoAnswer>("toy.absent", fr: "x", en: "x")) }?.hasSuffix(
                "runs \"toy.absent\", which is not a task of its provider: add its TaskDefinition to tasks") == true)
    }
}

/// A service whose opening rule a test replaces.
private struct Counter: Service {
    static let id = "toy.counter"
    static let name = words("Counter")
    static let summary = words("Counter")
    struct Record: Codable {}
    struct Ask: Input { static let name = words("Ask") }
    struct Close: Input { static let name = words("Close") }

    let rule: @Sendable (inout Draft) throws -> Void

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Ask.self, to: .begun, .queued, .over) { _, moment in
            var counter = Draft(Record(), at: moment)
            try rule(&counter)
            return counter
        }
        granted(from: .queued, to: .begun)
        on(Close.self, from: .begun, .queued, to: .later)
        after(.ring, from: .later, to: .over)
    }
}

extension StateOf<Counter> {
    fileprivate static var begun: Self { open(fr: "begun", en: "begun", turn: .staff) }
    fileprivate static var queued: Self { open(fr: "queued", en: "queued", turn: .clock) }
    fileprivate static var later: Self { open(fr: "later", en: "later", turn: .clock) }
    fileprivate static var over: Self { closed(fr: "over", en: "over") }
}

extension TimerOf<Counter> {
    fileprivate static var ring: Self { timer(fr: "ring", en: "ring") }
}
